// SPDX-License-Identifier: GPL-3.0-or-later
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MboxPreparer } from '../archive/prepare.js';
import { CHECKOUT, SITE, temporaryFolder } from './sandbox.js';

// The loader against HyperKitty's own import command and its daily job for orphans: two databases,
// and every column of every row compared. Of Mailman only HyperKitty's own Python is needed here.
const ROWS = join(CHECKOUT, 'scripts/test/hyperkitty_rows.py');
const PARSING = join(CHECKOUT, 'scripts/test/hyperkitty_parsing.py');
const EXCEPTIONS = join(CHECKOUT, 'scripts/test/hyperkitty_exceptions.py');
const LISTS = ['dev', 'equipe-fr', 'security-private', 'old-news'] as const;
const SEED = 20240229;

interface Comparison {
  readonly rows: Readonly<Record<'Email' | 'Thread' | 'Sender' | 'Attachment', number>>;
  /** Exceptions of the loader's own table, and how often each was met. */
  readonly allowed: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

describe('the loader, compared with hyperkitty_import', () => {
  let folder: string;
  const path = (name: string): string => join(folder, name);
  const address = (list: string): string => `${list}@lists.example.org`;

  async function rows(words: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { stdout } = await execa('/usr/bin/python3', [ROWS, ...words], { cwd: folder, env });
    return stdout;
  }

  async function compared(
    database: string,
    list: string,
    env: Record<string, string> = {},
  ): Promise<Comparison> {
    const words = [path(database), 'compare', address(list), path('stock.db')];
    const { stdout } = await execa('/usr/bin/python3', [ROWS, ...words], {
      cwd: folder,
      env,
      reject: false,
    });
    return JSON.parse(stdout) as Comparison;
  }

  async function freshDatabase(name: string): Promise<string> {
    await copyFile(path('empty.db'), path(name));
    return path(name);
  }

  beforeAll(async () => {
    folder = await temporaryFolder();
    await rows([path('empty.db'), 'prepare']);
    const stock = await freshDatabase('stock.db');
    for (const list of LISTS) {
      await writeFile(path(`${list}.mbox`), await prepared(list));
      await rows([stock, 'stock', address(list), path(`${list}.mbox`)]);
    }
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(LISTS)('makes the same rows of %s', async (list) => {
    const database = await freshDatabase(`${list}.db`);
    await rows([database, 'bulk', address(list), path(`${list}.mbox`)]);
    const { rows: counts, differences, allowed } = await compared(`${list}.db`, list);
    expect(differences).toEqual([]);
    expect(Object.keys(allowed).filter((rule) => rule !== 'thread-date')).toEqual([]);
    expect(counts.Email).toBeGreaterThan(50);
    expect(counts.Thread).toBeLessThan(counts.Email);
  });

  it('differs where it says that it does', async () => {
    const { exitCode, stderr } = await execa('/usr/bin/python3', [EXCEPTIONS], { reject: false });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/^Ran 9 tests/m);
  });

  it('reads odd messages as the command does', async () => {
    const mboxes = LISTS.map((list) => path(`${list}.mbox`));
    const words = [PARSING, '1500', String(SEED), ...mboxes];
    const { stdout } = await execa('/usr/bin/python3', words, { reject: false });
    const [compared, spared, wrong] = (/^(\d+) .* (\d+) of .* (\d+) wrong$/m.exec(stdout) ?? [])
      .slice(1)
      .map(Number);
    expect({ compared, wrong }, stdout).toEqual({ compared: 1500, wrong: 0 });
    // Of a comparison of the long way with itself nobody would be any the wiser.
    expect(spared).toBeGreaterThan(500);
  });

  it('makes them in whatever order messages come, on top of what HyperKitty took in', async () => {
    const [list] = LISTS;
    const database = await freshDatabase('shuffled.db');
    const halves = [path('first.mbox'), path('second.mbox')] as const;
    await rows([database, 'shuffle', path(`${list}.mbox`), String(SEED), ...halves]);
    await rows([database, 'stock', address(list), halves[0]]);
    await rows([database, 'bulk', address(list), halves[1], path(`${list}.mbox`)]);
    expect((await compared('shuffled.db', list)).differences).toEqual([]);
  });

  it('puts right what a job of HyperKitty put back meanwhile', async () => {
    const [list] = LISTS;
    const database = await freshDatabase('spoilt.db');
    const load = ['bulk', address(list), path(`${list}.mbox`)];
    await rows([database, ...load]);
    expect(Number(await rows([database, 'spoil', address(list)]))).toBeGreaterThan(10);
    expect((await compared('spoilt.db', list)).differences).not.toEqual([]);
    await rows([database, ...load]);
    expect((await compared('spoilt.db', list)).differences).toEqual([]);
  });

  it('makes them although it is killed again and again', async () => {
    const [list] = LISTS;
    const database = await freshDatabase('killed.db');
    const mbox = path(`${list}.mbox`);
    const killed = await rows([database, 'kill', address(list), mbox, '4', String(SEED)]);
    expect((JSON.parse(killed) as { killed: number }).killed).toBeGreaterThan(0);
    expect((await compared('killed.db', list)).differences).toEqual([]);
  });

  it('puts attachments into the folder where HyperKitty looks for them', async () => {
    const list = 'security-private';
    const env = { MM2TO3_ATTACHMENTS: path('attachments') };
    const database = await freshDatabase('attachments.db');
    await rows([database, 'bulk', address(list), path(`${list}.mbox`)], env);
    const { rows: counts, differences } = await compared('attachments.db', list, env);
    expect(differences).toEqual([]);
    expect(counts.Attachment).toBeGreaterThan(0);
  });
});

async function prepared(list: string): Promise<Buffer> {
  const preparer = new MboxPreparer({ now: Date.now() / 1000 });
  const mbox = await readFile(join(SITE, `archives/private/${list}.mbox/${list}.mbox`));
  return Buffer.concat([...preparer.push(mbox), ...preparer.end()].flatMap(({ bytes }) => bytes));
}
