// SPDX-License-Identifier: GPL-3.0-or-later
import { spawnSync } from 'node:child_process';
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
import { hostname, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiagnosticError } from '../diagnostics.js';
import { nothingApplied } from '../plan/operation.js';
import { desiredMember } from '../testing/builders.js';
import type { Draft } from './draft.js';
import { type ListFolder, openWorkspace, type Workspace } from './workspace.js';

let parent = '';
let workspace: Workspace;
let dev: ListFolder;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mm2to3-workspace-'));
  workspace = await openWorkspace(join(parent, 'work'));
  dev = await workspace.list('dev');
});
afterEach(() => rm(parent, { recursive: true }));

const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

/** The id of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('rights', () => {
  it('let nobody but the owner see anything, whatever the umask says', async () => {
    const before = process.umask(0);
    let unfinished: Draft | null = null;
    try {
      const folder = await workspace.list('other');
      await folder.writeJson('applied.json', {});
      unfinished = await folder.draft('mbox');
      await folder.lock();
      await workspace.reloadPending.set(true);
    } finally {
      process.umask(before);
    }
    const entries = await readdir(workspace.dir, { recursive: true, withFileTypes: true });
    expect(entries.length).toBeGreaterThan(5);
    for (const entry of entries)
      expect([entry.name, await mode(join(entry.parentPath, entry.name))]).toEqual([
        entry.name,
        entry.isDirectory() ? '700' : '600',
      ]);
    expect(await mode(workspace.dir)).toBe('700');
    await unfinished.discard();
  });

  it('are taken back from a folder that others could read', async () => {
    await chmod(workspace.dir, 0o755);
    await openWorkspace(workspace.dir);
    expect(await mode(workspace.dir)).toBe('700');
  });
});

describe('folders of lists', () => {
  it('stay inside the workspace, one a name, whatever the name is', async () => {
    const name = fc.oneof(
      fc.constantFrom('..', '.', '../dev', '/etc', 'a/b', '.hidden', '%2E'),
      fc.string({ minLength: 1, maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(name, name, async (one, other) => {
        const [first, second] = [await workspace.list(one), await workspace.list(other)];
        expect(dirname(first.dir)).toBe(join(workspace.dir, 'lists'));
        expect(relative(workspace.dir, first.dir)).not.toMatch(/^\.\./);
        expect(first.dir === second.dir).toBe(one === other);
      }),
      { numRuns: 50 },
    );
  });
});

describe('JSON files', () => {
  it('read back as they were written', async () => {
    await dev.writeJson('x.json', { a: [1, 'é', null] });
    expect(await dev.readJson('x.json')).toEqual({ a: [1, 'é', null] });
  });

  it('count as absent where a crash cut them short', async () => {
    await dev.writeJson('x.json', { a: [1, 2, 3] });
    const whole = await readFile(dev.path('x.json'), 'utf8');
    for (let length = 0; length < whole.trimEnd().length; length += 1) {
      await writeFile(dev.path('x.json'), whole.slice(0, length));
      expect(await dev.readJson('x.json')).toBeNull();
    }
    expect(await dev.readJson('none.json')).toBeNull();
  });

  it('remember what was applied, and begin with nothing', async () => {
    expect(await dev.applied.load()).toEqual(nothingApplied());
    const member = desiredMember({ email: 'ann@example.org' });
    const state = {
      ...nothingApplied(),
      created: true,
      rosters: { ...nothingApplied().rosters, member: { 'ann@example.org': member } },
    };
    await dev.applied.save(state);
    expect(await dev.applied.load()).toEqual(state);
  });
});

describe('a draft', () => {
  it('becomes visible only when it is committed, and replaces the whole file', async () => {
    await writeFile(dev.path('mbox'), 'a long old text');
    const draft = await dev.draft('mbox');
    await draft.write('new');
    await draft.write(Buffer.from(' text'));
    expect(await readFile(dev.path('mbox'), 'utf8')).toBe('a long old text');
    await draft.commit();
    expect(await readFile(dev.path('mbox'), 'utf8')).toBe('new text');
    expect(await readdir(dev.dir)).toEqual(['mbox']);
  });

  it('leaves nothing behind when it is discarded', async () => {
    const draft = await dev.draft('mbox');
    await draft.write('new');
    await draft.discard();
    expect(await readdir(dev.dir)).toEqual([]);
  });

  it('begins anew over the rest of one that a crash left', async () => {
    await writeFile(dev.path('mbox.draft'), 'the rest of a longer text');
    const draft = await dev.draft('mbox');
    await draft.write('short');
    await draft.commit();
    expect(await readFile(dev.path('mbox'), 'utf8')).toBe('short');
  });
});

describe('a full disk', () => {
  it('is told, and nothing is left on it of what was not written', async () => {
    await dev.writeJson('state.json', { of: 'yesterday' });
    // Which takes nothing.
    await symlink('/dev/full', dev.path('state.json.draft'));
    await expect(dev.writeJson('state.json', {})).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readdir(dev.dir)).toEqual(['state.json']);
    expect(await dev.readJson('state.json')).toEqual({ of: 'yesterday' });
  });
});

describe('the lock of a list', () => {
  it('keeps a second run away until it is released', async () => {
    const unlock = await dev.lock();
    await expect((await workspace.list('dev')).lock()).rejects.toMatchObject({
      diagnostic: { code: 'run.locked', list: 'dev' },
    });
    await unlock();
    await (
      await dev.lock()
    )();
  });

  it('is released where its file cannot be removed: a disk became read-only', async () => {
    const unlock = await dev.lock();
    await rm(dev.path('lock'));
    // Nor can a folder.
    await mkdir(dev.path('lock'));
    await expect(unlock()).resolves.toBeUndefined();
  });

  it('does not keep other lists away', async () => {
    await dev.lock();
    await expect((await workspace.list('other')).lock()).resolves.toBeTypeOf('function');
  });

  it.each(['', 'x', '0', '-1'])('of no process (%j) is taken over', async (holder) => {
    await writeFile(dev.path('lock'), holder);
    await expect(dev.lock()).resolves.toBeTypeOf('function');
    const { pid } = JSON.parse(await readFile(dev.path('lock'), 'utf8')) as { pid: number };
    expect(pid).toBe(process.pid);
    expect(await readdir(dev.dir)).toEqual(['lock']);
  });

  it('of a number that another process has by now is taken over', async () => {
    const stand = { pid: process.ppid, started: '1', boot: null, host: hostname() };
    await writeFile(dev.path('lock'), JSON.stringify(stand));
    expect(await dev.isLocked()).toBe(false);
    await expect(dev.lock()).resolves.toBeTypeOf('function');
    expect(await dev.isLocked()).toBe(true);
  });

  it('of a time before the last boot is taken over', async () => {
    const stand = { pid: process.ppid, started: null, boot: 'another', host: hostname() };
    await writeFile(dev.path('lock'), JSON.stringify(stand));
    await expect(dev.lock()).resolves.toBeTypeOf('function');
  });

  it('of another machine holds, and says what to do', async () => {
    const stand = { pid: deadPid(), started: null, boot: 'another', host: 'elsewhere' };
    await writeFile(dev.path('lock'), JSON.stringify(stand));
    const refusal = await dev.lock().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ diagnostic: { code: 'run.locked' } });
    expect(String((refusal as DiagnosticError).diagnostic.next)).toContain('remove that file');
  });

  it('is had by one of many that want it at once, over an abandoned one', async () => {
    for (let round = 0; round < 20; round += 1) {
      await writeFile(dev.path('lock'), String(deadPid()));
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => dev.lock()));
      const got = all.filter((each) => each.status === 'fulfilled');
      expect(got).toHaveLength(1);
      await got[0]?.value();
    }
  });

  it('of a process that is gone is taken over', async () => {
    await writeFile(dev.path('lock'), String(deadPid()));
    await expect(dev.lock()).resolves.toBeTypeOf('function');
  });

  it('of a living process holds', async () => {
    await writeFile(dev.path('lock'), String(process.ppid));
    await expect(dev.lock()).rejects.toMatchObject({ diagnostic: { code: 'run.locked' } });
    expect(await readFile(dev.path('lock'), 'utf8')).toBe(String(process.ppid));
  });
});

describe('a pending reload', () => {
  it('is remembered by the next run, until it is done', async () => {
    expect(await workspace.reloadPending.get()).toBe(false);
    await workspace.reloadPending.set(true);
    expect(await (await openWorkspace(workspace.dir)).reloadPending.get()).toBe(true);
    await workspace.reloadPending.set(false);
    await workspace.reloadPending.set(false);
    expect(await workspace.reloadPending.get()).toBe(false);
  });
});

it('a workspace is made where it is missing, with the folders above it', async () => {
  await mkdir(join(parent, 'a'));
  await openWorkspace(join(parent, 'a', 'b', 'c'));
  expect(await mode(join(parent, 'a', 'b', 'c'))).toBe('700');
});

it('a workspace that cannot be written to keeps the program from starting', async () => {
  await writeFile(join(parent, 'file'), '');
  await expect(openWorkspace(join(parent, 'file', 'work'))).rejects.toMatchObject({
    diagnostic: { code: 'workspace.unusable' },
  });
});
