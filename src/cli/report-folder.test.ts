// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleBatch } from '../testing/batch-report.js';
import { writeReport } from './report-folder.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-report-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it('writes all forms, for their owner only, and again over itself', async () => {
  const page = await writeReport(sampleBatch, join(dir, 'reports'));
  expect(await writeReport(sampleBatch, join(dir, 'reports'))).toBe(page);
  expect(await readFile(page, 'utf8')).toContain('<!doctype html>');
  const files = await readdir(dirname(page));
  expect(files.toSorted()).toEqual([
    'junit.xml',
    'report.html',
    'report.json',
    'report.md',
    'report.txt',
  ]);
  for (const file of files)
    expect((await stat(join(dirname(page), file))).mode & 0o777).toBe(0o600);
});

it('keeps the reports of two nights apart', async () => {
  const first = await writeReport(sampleBatch, dir);
  const second = await writeReport({ ...sampleBatch, began: sampleBatch.began + 86_400_000 }, dir);
  expect(second).not.toBe(first);
});
