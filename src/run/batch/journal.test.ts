// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendJournal, type JournalEntry, readJournal } from './journal.js';

let dir = '';
let path = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-journal-'));
  path = join(dir, 'journal.jsonl');
});
afterEach(() => rm(dir, { recursive: true }));

const entry = (at: number): JournalEntry => ({ at, run: 1, event: 'begun', estimate: 3 });

describe('a journal', () => {
  it('gives back what was appended, and nobody else reads it', async () => {
    expect(await readJournal(path)).toEqual([]);
    for (const at of [1, 2, 3]) await appendJournal(path, entry(at));
    expect(await readJournal(path)).toEqual([entry(1), entry(2), entry(3)]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('loses a last line that was torn at any byte, and no line before or after it', async () => {
    await appendJournal(path, entry(1));
    const whole = (await stat(path)).size;
    await appendJournal(path, entry(2));
    const size = (await stat(path)).size;
    for (let end = whole + 1; end < size - 1; end += 1) {
      await truncate(path, end);
      await appendJournal(path, entry(3));
      expect(await readJournal(path)).toEqual([entry(1), entry(3)]);
      await truncate(path, whole);
      await appendJournal(path, entry(2));
    }
  });

  it('is read past what is no entry of it', async () => {
    await appendFile(path, 'null\n7\n{"at":1}\n\0\0\0\0');
    await appendJournal(path, entry(4));
    expect(await readJournal(path)).toEqual([entry(4)]);
    expect(await readFile(path, 'latin1')).toContain('\0\0\0\0\n{');
  });
});
