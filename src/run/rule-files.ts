// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SiteRules } from '../redirects/rules.js';
import {
  type ListHead,
  readHead,
  type RuleFile,
  type RuleWriter,
  type SaidRules,
} from '../redirects/writers/writer.js';

// How much is written or compared in one go.
const BLOCK = 1 << 18;

/** What writing rules needs besides a folder. */
export interface RuleEffects {
  /** Called before anything that a web server reads is replaced. */
  readonly announce: () => Promise<void>;
  /** Makes a text map into a database; false where there is no program for that. */
  readonly compile: (text: string, database: string) => Promise<boolean>;
}

/**
 * Writes the files of one list and those of all lists into a folder; files that are right already
 * are left alone, and a reader sees the old or the new one, never a part. `plain` holds where the
 * list's map could not be made into the database that its server would read faster.
 */
export async function writeRuleFiles(
  folder: string,
  writer: RuleWriter,
  { head, said }: { readonly head: ListHead; readonly said: SaidRules },
  site: SiteRules,
  effects: RuleEffects,
): Promise<{ readonly written: boolean; readonly plain: boolean }> {
  let written = false;
  const put = async (file: RuleFile): Promise<void> => {
    if (await replace(join(folder, file.path), file.text(), effects.announce)) written = true;
  };
  for (const file of writer.listFiles(head, said, site)) await put(file);
  const heads = await readHeads(folder, writer);
  const compiled = new Set<string>();
  if (writer.database !== null) {
    for (const { name } of heads) {
      const text = headPath(folder, writer, name);
      const database = join(folder, `list-${name}${writer.database.ending}`);
      if (await makeDatabase(text, database, effects)) compiled.add(name);
    }
  }
  for (const [path, ending] of writer.joined) {
    const parts = heads.map(({ name }) => join(folder, `list-${name}${ending}`));
    if (await replace(join(folder, path), joined(parts), effects.announce)) written = true;
  }
  for (const file of writer.siteFiles(heads, site, { folder, compiled })) await put(file);
  return { written, plain: writer.database !== null && !compiled.has(head.name) };
}

const headPath = (folder: string, { heads }: RuleWriter, name: string): string =>
  join(folder, heads.folder, `list-${name}${heads.ending}`);

/** The heads of all lists whose files stand in the folder, by name. */
async function readHeads(folder: string, writer: RuleWriter): Promise<readonly ListHead[]> {
  const found: ListHead[] = [];
  const dir = join(folder, writer.heads.folder);
  for (const file of (await readdir(dir)).toSorted()) {
    if (!file.startsWith('list-') || !file.endsWith(writer.heads.ending)) continue;
    const head = readHead(await firstLine(join(dir, file)));
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

/** Makes a database anew where it is older than its text. */
async function makeDatabase(
  text: string,
  database: string,
  { announce, compile }: RuleEffects,
): Promise<boolean> {
  const [from, to] = await Promise.all([changed(text), changed(database)]);
  if (to !== null && from !== null && to >= from) return true;
  const draft = `${database}.draft`;
  for (const part of DATABASE_PARTS) await rm(`${draft}${part}`, { force: true });
  if (!(await compile(text, draft))) return false;
  await announce();
  // Its form is one file or two, as the server's library chooses.
  for (const part of DATABASE_PARTS) {
    await rename(`${draft}${part}`, `${database}${part}`).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
  return true;
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

type Text = Iterable<string> | AsyncIterable<Uint8Array>;

/** Whether the file had to be written. The web server reads it, so it is not private. */
async function replace(path: string, text: Text, announce: () => Promise<void>): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  // Not ending in .conf, so that a web server reloading now does not read half a file.
  const draft = `${path}.draft`;
  const old = await open(path).catch(() => null);
  try {
    const file = await open(draft, 'w', 0o644);
    let same = old !== null;
    try {
      for await (const block of blocks(text)) {
        if (same) same = await readsNext(old, block);
        await file.writeFile(block);
      }
      if (same) same = await readsNext(old, null);
    } finally {
      await file.close();
    }
    if (same) await rm(draft);
    else {
      await announce();
      await rename(draft, path);
    }
    return !same;
  } finally {
    await old?.close();
  }
}

/** Whether these bytes come next in a file; null asks for its end. */
async function readsNext(
  file: Awaited<ReturnType<typeof open>> | null,
  expected: Buffer | null,
): Promise<boolean> {
  if (file === null) return false;
  const wanted = expected?.length ?? 1;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, null);
  return expected === null ? bytesRead === 0 : bytesRead === wanted && buffer.equals(expected);
}

/** The text in blocks of some size. */
async function* blocks(text: Text): AsyncGenerator<Buffer> {
  let rest: string[] = [];
  let length = 0;
  for await (const piece of text) {
    if (typeof piece !== 'string') {
      yield Buffer.from(piece);
      continue;
    }
    rest.push(piece);
    length += piece.length;
    if (length < BLOCK) continue;
    yield Buffer.from(rest.join(''));
    rest = [];
    length = 0;
  }
  if (length > 0) yield Buffer.from(rest.join(''));
}
