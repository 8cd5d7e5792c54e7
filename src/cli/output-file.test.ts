// SPDX-License-Identifier: GPL-3.0-or-later
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutput } from './output-file.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-output-'));
});
afterEach(() => rm(dir, { recursive: true }));

const isPlan = (head: string): boolean => head.startsWith('Plan');
const open = (file: string) => openOutput(file, dir, isPlan);

describe('an output file', () => {
  it('is new, whole, and readable by its owner only', async () => {
    const output = await open('plan.txt');
    expect(await readdir(dir)).toEqual([]);
    await output.write('Plan for you\n');
    expect(await readFile(join(dir, 'plan.txt'), 'utf8')).toBe('Plan for you\n');
    expect((await stat(join(dir, 'plan.txt'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['plan.txt']);
  });

  it('takes the place of an earlier one, also of one that others could read', async () => {
    const path = join(dir, 'plan.txt');
    await writeFile(path, 'Plan of yesterday\n');
    await chmod(path, 0o644);
    await (await open('plan.txt')).write('Plan of today\n');
    expect(await readFile(path, 'utf8')).toBe('Plan of today\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['another file', (path: string) => writeFile(path, 'my notes')],
    ['an empty file', (path: string) => writeFile(path, '')],
    ['a folder', (path: string) => mkdir(path)],
    ['a link, wherever it leads', (path: string) => symlink('/etc/passwd', path)],
    ['a dead link', (path: string) => symlink('nowhere', path)],
  ])('is never %s', async (_what, make) => {
    await make(join(dir, 'plan.txt'));
    await expect(open('plan.txt')).rejects.toMatchObject({
      diagnostic: { code: 'output.occupied' },
    });
    expect(await readdir(dir)).toEqual(['plan.txt']);
  });

  it('is tried before any work is done', async () => {
    await expect(open('gone/plan.txt')).rejects.toMatchObject({
      diagnostic: { code: 'output.unwritable', path: join(dir, 'gone/plan.txt') },
    });
    await expect(open('/dev/null')).rejects.toMatchObject({
      diagnostic: { code: 'output.occupied' },
    });
  });
});
