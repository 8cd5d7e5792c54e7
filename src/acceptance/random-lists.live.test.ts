// SPDX-License-Identifier: GPL-3.0-or-later
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { ListReport } from '../model/report.js';
import { randomLists } from './random-lists/generator.js';
import { type Migration, openMigration } from './random-lists/migration.js';
import { type Sandbox, startSandbox } from './sandbox.js';

// A few of always the same lists here; RANDOM_LISTS=200 and other seeds are for a release.
const COUNT = Number(process.env['RANDOM_LISTS'] ?? 8);
const SEED = Number(process.env['RANDOM_SEED'] ?? 3);
// A list takes two seconds on an idle machine, and a sandbox half a minute to start.
const ENOUGH_MS = 300_000 + COUNT * 15_000;

/** What no plan can know, since it shows only while Core is asked: nothing, of these lists. */
const UNFORESEEN = /^(target|apply)\./;

const said = ({ name, findings }: ListReport, which: (finding: Diagnostic) => boolean) =>
  findings.filter(which).map(({ summary, why }) => `${name}: ${summary}: ${why ?? ''}`);

describe(`${COUNT} random lists (RANDOM_SEED=${SEED})`, () => {
  let sandbox: Sandbox;
  let lists: readonly Mailman2List[];
  let migration: Migration;
  let first: readonly ListReport[];

  beforeAll(async () => {
    sandbox = await startSandbox();
    lists = randomLists(SEED, COUNT);
    migration = await openMigration(sandbox, lists);
    first = await migration.apply();
  }, ENOUGH_MS);

  afterAll(async () => {
    await sandbox.down();
  });

  it('are all migrated', () => {
    const failed = first.filter(({ outcome }) => outcome === 'failed');
    expect(
      failed.flatMap((report) => said(report, ({ severity }) => severity === 'error')),
    ).toEqual([]);
  });

  it('have nothing refused by Core that could have been foreseen', () => {
    const refused = first.flatMap((report) => said(report, ({ code }) => UNFORESEEN.test(code)));
    expect(refused).toEqual([]);
  });

  it(
    'are in Mailman 3 what they are to be',
    async () => {
      // Nobody is warned or removed by what Core does every few minutes.
      await sandbox.warnBouncers();
      expect(await migration.disagreements()).toEqual([]);
    },
    ENOUGH_MS,
  );

  it(
    'are unchanged by a second apply, which says again what the mapping said and nothing else',
    async () => {
      const second = await migration.apply();
      const outcomes = second.map(({ name, outcome }) => `${name} ${outcome}`);
      expect(outcomes).toEqual(lists.map(({ name }) => `${name} unchanged`));
      const others = second.flatMap(({ name, phases }) =>
        phases
          .filter(({ phase }) => phase === 'apply')
          .flatMap(({ findings }) =>
            // A person has one name in Mailman 3; who has another one on this list is told each time.
            findings.filter(({ code }) => code !== 'roster.name-stays'),
          )
          .map(({ code, summary, why }) => `${name}: ${code} ${summary}: ${why ?? ''}`),
      );
      expect(others).toEqual([]);
    },
    ENOUGH_MS,
  );

  it('sent no mail', async () => {
    expect(await sandbox.mails()).toEqual([]);
  });
});
