// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, failedChecks, type RunList, type VerifyList } from './mm2to3.js';
import { CHECKOUT, type Sandbox, startSandbox, temporaryFolder } from './sandbox.js';

// Real mail of real people, so it is no part of the checkout; who has it can try it.
const FOLDER = process.env['MM2TO3_REAL_LISTS'] ?? join(CHECKOUT, '../shared/real-list');
const TARBALL = join(FOLDER, 'uboot-stm32.tar.gz');
const LIST = 'uboot-stm32';
const MESSAGES = 1500;
const MEMBERS = 200;

describe.skipIf(!existsSync(TARBALL))('a public list of 1,500 real messages', () => {
  let root: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    root = await temporaryFolder();
    await execa('tar', ['-xzf', TARBALL, '-C', root]);
    sandbox = await startSandbox(root);
  });

  afterAll(async () => {
    await sandbox.down();
    await rm(root, { recursive: true });
  });

  it('is migrated', async () => {
    const run = await answerOf<RunList>(sandbox, ['migrate', LIST]);
    expect(run.lists.map(({ outcome }) => outcome)[0]).toMatch(/^(migrated|findings)$/);
    expect([0, 4]).toContain(run.exitCode);
  });

  it('is all there', async () => {
    const { lists, exitCode } = await answerOf<VerifyList>(sandbox, ['verify', LIST]);
    expect(failedChecks(lists)).toEqual([]);
    expect(exitCode).toBe(0);
    const expected = (id: string): unknown =>
      lists[0]?.checks.find((check) => check.id === id)?.expected;
    expect(expected('roster.member')).toBe(MEMBERS);
    expect(expected('archive.message-ids')).toBe(MESSAGES);
    expect(expected('index.documents')).toBe(MESSAGES);
  });

  it('is left alone the second time, and no mail was sent', async () => {
    const run = await answerOf<RunList>(sandbox, ['migrate', LIST]);
    expect(run.lists.map(({ outcome }) => outcome)).toEqual(['unchanged']);
    expect(run.exitCode).toBe(0);
    expect(await sandbox.mails()).toEqual([]);
  });
});
