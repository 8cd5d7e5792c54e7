// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localHost } from '../host.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { readSite } from '../source/site.js';
import { type CoreState, dumpCore, import21 } from './import21/core-state.js';
import { explains } from './import21/correction.js';
import { BEHIND, CORRECTIONS } from './import21/corrections.js';
import { differences } from './import21/differences.js';
import { secondCore } from './import21/second-core.js';
import { answerOf, type RunList } from './mm2to3.js';
import { type Sandbox, SITE, startSandbox } from './sandbox.js';

// The one name of the site that Mailman 3 refuses, for both ways in.
const RENAMED = new Map([['c++-users', 'cpp-users']]);
// What import21 cannot take in, and how it says so; null: there is no config.pck to give it.
const IMPORT21_FAILS: ReadonlyMap<string, RegExp | null> = new Map([
  ['ancient', null],
  ['truncated', /Not a Mailman 2\.1 configuration file/],
]);

const addressOf = ({ name, fqdn }: Mailman2List): string =>
  `${RENAMED.get(name) ?? name}${fqdn.slice(fqdn.indexOf('@'))}`;

// Of the lists that the program itself refuses, `hostile` is not even shown to import21: it runs
// the command in that pickle.
describe('every list of the example site, beside what import21 makes of it', () => {
  let sandbox: Sandbox;
  const lists: Mailman2List[] = [];
  let failures: ReadonlyMap<string, string | null>;
  let ours: CoreState;
  let theirs: CoreState;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const renames = [...RENAMED].map(([from, to]) => `    ${from}: ${to}\n`);
    await appendFile(sandbox.config, `lists:\n  rename:\n${renames.join('')}`);
    for await (const event of readSite(localHost(), { root: SITE })) {
      if (event.kind === 'list') lists.push(event.list);
    }
    const pickled = lists.filter(({ name }) => IMPORT21_FAILS.get(name) !== null);
    const python = await secondCore(sandbox);
    const names = lists.map(({ name }) => name);
    [failures] = await Promise.all([
      import21(
        python,
        await Promise.all(
          pickled.map(async (list) => ({
            fqdn: addressOf(list),
            pickle: await readFile(join(SITE, 'lists', list.name, 'config.pck')),
          })),
        ),
      ),
      answerOf<RunList>(sandbox, ['apply', ...names]),
    ]);
    [ours, theirs] = await Promise.all([dumpCore(sandbox.facts.corePython), dumpCore(python)]);
  });

  afterAll(async () => {
    await sandbox.down();
  });

  /** The lists that both sides have whole, with every difference. */
  const compared = () =>
    lists
      .filter(({ name }) => !IMPORT21_FAILS.has(name))
      .map((list) => {
        const [mine, other] = [ours.get(addressOf(list)), theirs.get(addressOf(list))];
        if (mine === undefined || other === undefined) throw new Error(`${list.name} is missing`);
        return { list, found: differences(mine, other) };
      });

  it('is there after apply, whether import21 can read it or not', () => {
    expect([...ours.keys()].sort()).toEqual(lists.map(addressOf).sort());
  });

  it('crashes import21 only where that is known', () => {
    const known = lists
      .filter(({ name }) => IMPORT21_FAILS.get(name) != null)
      .map((list) => [
        addressOf(list),
        expect.stringMatching(IMPORT21_FAILS.get(list.name) ?? '') as unknown,
      ]);
    expect(Object.fromEntries([...failures].filter(([, error]) => error !== null))).toEqual(
      Object.fromEntries(known),
    );
  });

  it('is the same in every field but those that are corrected', () => {
    const unexplained = compared().flatMap(({ list, found }) =>
      found
        .filter((difference) => {
          return ![...CORRECTIONS, ...BEHIND].some((row) => explains(row, difference, list));
        })
        .map((difference) => ({ list: list.name, ...difference })),
    );
    expect(unexplained).toEqual([]);
  });

  it.each([...CORRECTIONS, ...BEHIND].map((row) => [row.reason, row] as const))(
    'differs, as documented: %s',
    (_, row) => {
      const explained = compared().flatMap(({ list, found }) =>
        found.filter((difference) => explains(row, difference, list)),
      );
      expect(explained).not.toEqual([]);
    },
  );

  it('sent no mail', async () => {
    expect(await sandbox.mails()).toEqual([]);
  });
});
