// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailman2List } from '../testing/builders.js';
import { listing, memoryWorld } from '../testing/memory-ports.js';
import { csvRedirects } from './csv-redirects.js';
import { selectLists } from './select.js';
import type { RunSettings } from './steps.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-pairs-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function pairs(identity: RunSettings['identity']) {
  const lists = ['dev', 'c++-users'].map((name) =>
    listing(mailman2List({ name, archive: { mbox: null, pipermail: null } })),
  );
  const made = await memoryWorld(dir, lists, { identity });
  const summaries: string[] = [];
  const failures = await csvRedirects(selectLists([], ['*'], []), made, ({ rules }) => {
    summaries.push(`${rules.name} ${rules.summary}`);
    return Promise.resolve();
  });
  return { summaries, failures };
}

describe('the old addresses of a list that Mailman 3 refuses', () => {
  it('are led nowhere, and the reason is told', async () => {
    const { summaries, failures } = await pairs({ rename: {}, domains: {}, merge: {} });
    expect(summaries).toEqual([expect.stringMatching(/^dev .*\/lists\/dev\.lists/)]);
    expect(failures).toMatchObject([{ code: 'mapping.list-name-refused', list: 'c++-users' }]);
  });

  it('are led to its new name once it has one', async () => {
    const rename = { 'c++-users': 'cpp-users' };
    const { summaries, failures } = await pairs({ rename, domains: {}, merge: {} });
    expect(summaries).toContainEqual(expect.stringMatching(/^c\+\+-users .*\/lists\/cpp-users\./));
    expect(failures).toEqual([]);
  });
});
