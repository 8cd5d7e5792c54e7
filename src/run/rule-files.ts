// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { access, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SiteRules } from '../redirects/rules.js';
import {
  type ListHead,
  readHead,
  type RuleFile,
  type RuleWriter,
  type SaidRules,
} from '../redirects/writers/writer.js';
import { draftUnlessSame, type Pieces, renameThere, sync } from './draft-files.js';

// A list's file that is whole and waits to be published. No server reads names that end so.
const READY = '.ready';
// How much of a list's file is read in one go where several become one.
const BLOCK = 1 << 18;

/** What publishing rules needs besides a folder. */
export interface RuleEffects {
  /** Called before anything that a web server reads is replaced. */
  readonly announce: () => Promise<void>;
  /** Makes a text map into a database; false where there is no program for that. */
  readonly compile: (text: string, database: string) => Promise<boolean>;
}

/**
 * Writes the files of one list into a folder, beside those that a web server reads, and returns
 * whether any of them is new: {@link publishRules} puts them in their place.
 */
export async function stageRules(
  folder: string,
  writer: RuleWriter,
  { head, said }: { readonly head: ListHead; readonly said: SaidRules },
  site: SiteRules,
): Promise<boolean> {
  let staged = false;
  for (const file of writer.listFiles(head, said, site)) {
    const path = join(folder, file.path);
    const standing = await newest(path);
    const draft = await draftUnlessSame(path, file.text(), standing);
    if (draft !== null) await renameThere(draft, `${path}${READY}`);
    // A run that was cut off may have left it, as it is now.
    staged ||= draft !== null || standing !== path;
  }
  return staged;
}

/**
 * Puts staged files of lists, of this run or of one that was cut off, in their place together with
 * the files that stand once for all lists. At each moment the files that a server would read fit each
 * other, but for the very first time; and a run that is cut off leaves the rest to the next one.
 *
 * `plain` are lists whose maps could not be made into the database that their server reads faster.
 */
export async function publishRules(
  folder: string,
  writer: RuleWriter,
  site: SiteRules,
  effects: RuleEffects,
): Promise<{ readonly written: boolean; readonly plain: readonly string[] }> {
  const heads = await readHeads(folder, writer);
  if (heads.length === 0) return { written: false, plain: [] };
  const moves: Move[] = [];
  const compiled = new Set<string>();
  if (writer.database !== null) {
    for (const { name } of heads) {
      const text = await newest(headPath(folder, writer, name));
      const database = join(folder, `list-${name}${writer.database.ending}`);
      const parts = await makeDatabase(text, database, effects);
      if (parts !== null) compiled.add(name);
      moves.push(...(parts ?? []));
    }
  }
  const early: Move[] = [];
  const late: Move[] = [];
  const draw = async (file: Pick<RuleFile, 'path' | 'early'>, text: Pieces): Promise<void> => {
    const to = join(folder, file.path);
    const from = await draftUnlessSame(to, text);
    if (from !== null) (file.early === true ? early : late).push({ from, to });
  };
  for (const [path, ending] of writer.joined) {
    const parts = heads.map(({ name }) => newest(join(folder, `list-${name}${ending}`)));
    await draw({ path }, joined(await Promise.all(parts)));
  }
  for (const file of writer.siteFiles(heads, site, { folder, compiled }))
    await draw(file, file.text());
  const all = [...early, ...moves, ...(await staged(folder, writer)), ...late];
  if (all.length > 0) {
    await effects.announce();
    for (const { from, to } of all) await renameThere(from, to);
    for (const each of new Set(all.map(({ to }) => dirname(to)))) await sync(each);
  }
  const plain = heads.map(({ name }) => name).filter((name) => !compiled.has(name));
  return { written: all.length > 0, plain: writer.database === null ? [] : plain };
}

interface Move {
  readonly from: string;
  readonly to: string;
}

/** The staged files of all lists, those first that others refer to. */
async function staged(folder: string, { heads }: RuleWriter): Promise<readonly Move[]> {
  const moves: Move[] = [];
  for (const dir of new Set([join(folder, heads.folder), folder])) {
    for (const name of await namesIn(dir)) {
      if (!name.startsWith('list-') || !name.endsWith(READY)) continue;
      moves.push({ from: join(dir, name), to: join(dir, name.slice(0, -READY.length)) });
    }
  }
  return moves;
}

/** Where the file is that is staged for a path; the path itself where none is. */
const newest = (path: string): Promise<string> =>
  access(`${path}${READY}`).then(
    () => `${path}${READY}`,
    () => path,
  );

const namesIn = async (dir: string): Promise<readonly string[]> =>
  (
    await readdir(dir).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    })
  ).toSorted();

const headPath = (folder: string, { heads }: RuleWriter, name: string): string =>
  join(folder, heads.folder, `list-${name}${heads.ending}`);

/** The heads of all lists whose files stand or wait in the folder, by name. */
async function readHeads(folder: string, writer: RuleWriter): Promise<readonly ListHead[]> {
  const dir = join(folder, writer.heads.folder);
  const files = new Set(
    (await namesIn(dir)).map((name) =>
      name.endsWith(READY) ? name.slice(0, -READY.length) : name,
    ),
  );
  const found: ListHead[] = [];
  for (const file of files) {
    if (!file.startsWith('list-') || !file.endsWith(writer.heads.ending)) continue;
    const head = readHead(await firstLine(await newest(join(dir, file))));
    if (head !== null && file === `list-${head.name}${writer.heads.ending}`) found.push(head);
  }
  return found;
}

// A head is a name, two addresses and two numbers.
const LONGEST_HEAD = 8192;

async function firstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_HEAD), 0, LONGEST_HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '';
  } finally {
    await file.close();
  }
}

/**
 * Makes a database anew where it is older than its text, and returns what is to be put in its place;
 * null where there is no program for that.
 */
async function makeDatabase(
  text: string,
  database: string,
  { compile }: RuleEffects,
): Promise<readonly Move[] | null> {
  const [from, to] = await Promise.all([changed(text), changed(database)]);
  if (to !== null && from !== null && to >= from) return [];
  const draft = `${database}.draft`;
  for (const part of DATABASE_PARTS) await rm(`${draft}${part}`, { force: true });
  if (!(await compile(text, draft))) return null;
  for (const part of DATABASE_PARTS) await sync(`${draft}${part}`);
  // Its form is one file or two, as the server's library chooses.
  return DATABASE_PARTS.map((part) => ({ from: `${draft}${part}`, to: `${database}${part}` }));
}

const DATABASE_PARTS = ['', '.pag', '.dir'] as const;

const changed = async (path: string): Promise<number | null> => {
  for (const part of ['', '.pag']) {
    const found = await stat(`${path}${part}`).catch(() => null);
    if (found !== null) return found.mtimeMs;
  }
  return null;
};

async function* joined(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths)
    yield* createReadStream(path, { highWaterMark: BLOCK }) as AsyncIterable<Buffer>;
}
