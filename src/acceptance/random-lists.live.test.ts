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
  });

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
    const refused = first.flatMap((report) =>
      said(report, ({ code }) => /^(target|apply)\./.test(code)),
    );
    expect(refused).toEqual([]);
  });

  it('are unchanged by a second apply', async () => {
    const second = await migration.apply();
    const outcomes = second.map(({ name, outcome }) => `${name} ${outcome}`);
    expect(outcomes).toEqual(lists.map(({ name }) => `${name} unchanged`));
  });

  it('sent no mail', async () => {
    expect(await sandbox.mails()).toEqual([]);
  });
});
