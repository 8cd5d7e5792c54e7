// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDraft, writeWhole } from './draft.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-draft-'));
});
afterEach(() => rm(dir, { recursive: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a draft', () => {
  it('leaves the old file until it is whole', async () => {
    const path = join(dir, 'report.json');
    await writeWhole(path, 'old');
    const draft = await openDraft(path);
    await draft.write('ne');
    expect(await readFile(path, 'utf8')).toBe('old');
    await draft.write(Buffer.from('w'));
    await draft.commit();
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(dir)).toEqual(['report.json']);
    expect(await modeOf(path)).toBe(0o600);
  });

  it('stays beside its place where it is kept, and goes where it is not wanted', async () => {
    const path = join(dir, 'list.map');
    const kept = await openDraft(path, { mode: 0o644 });
    await kept.write('a b');
    await kept.keep();
    expect(await readFile(kept.path, 'utf8')).toBe('a b');
    expect(await modeOf(kept.path)).toBe(0o644);
    const again = await openDraft(path);
    await again.discard();
    expect(await readdir(dir)).toEqual([]);
  });

  it('goes through no link that waits for it, and leaves nothing where it cannot take its place', async () => {
    const [path, beside] = [join(dir, 'plan.html'), join(dir, '.draft-1')];
    await writeFile(join(dir, 'theirs'), 'theirs');
    await symlink(join(dir, 'theirs'), beside);
    await expect(writeWhole(path, 'mine', { beside })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(join(dir, 'theirs'), 'utf8')).toBe('theirs');
    // A folder is not replaced by a file.
    await expect(writeWhole(dir, 'x', { beside: `${dir}-draft` })).rejects.toThrow();
    await expect(stat(`${dir}-draft`)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
