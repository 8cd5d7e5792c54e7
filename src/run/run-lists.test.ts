// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CannotStartError, DiagnosticError } from '../diagnostics.js';
import { mailman2List, mailman2Member } from '../testing/builders.js';
import { inTurns } from '../testing/in-turns.js';
import { listing, memoryWorld, type MemoryWorld } from '../testing/memory-ports.js';
import type { ReadLists } from './each-list.js';
import { runLists } from './run-lists.js';
import { selectLists } from './select.js';
import { planStep, describeJob } from './steps.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-run-'));
});
afterEach(() => rm(dir, { recursive: true }));

const list = (name: string) =>
  mailman2List({ name, members: [mailman2Member({ address: `ann@${name}.org` })] });
const site = ['a', 'b', 'c'].map((name) => listing(list(name)));
const ALL = selectLists([], ['*'], []);

const apply = (world: MemoryWorld, selection = ALL, readLists: ReadLists = world.readLists) =>
  runLists(selection, ['apply'], readLists, world.ports, world.settings);

const outcomes = (reports: Awaited<ReturnType<typeof apply>>): readonly string[] =>
  reports.map(({ name, outcome, findings }) =>
    [name, outcome, ...findings.map(({ code }) => code)].join(' '),
  );

const gone = () =>
  new CannotStartError([
    { code: 'target.unreachable', severity: 'error', summary: 'Core does not answer' },
  ]);

describe('a Core that is gone in the middle of a run', () => {
  it('fails the lists that need it, and takes no report of the others away', async () => {
    const world = await memoryWorld(dir, site);
    world.target.refuse = (what) => {
      if (what.startsWith('create b@')) throw gone();
      return false;
    };
    expect(outcomes(await apply(world))).toEqual([
      'a migrated',
      'b failed target.unreachable',
      'c migrated',
    ]);
  });
});

describe('an old site that breaks off', () => {
  const broken = new DiagnosticError({ code: 'source.cut-off', summary: 'ended before its end' });
  const reading = (upTo: number): ReadLists =>
    async function* () {
      yield* inTurns(site.slice(0, upTo));
      throw broken;
    };

  it('in the middle leaves no list without a word', async () => {
    const world = await memoryWorld(dir, site);
    expect(outcomes(await apply(world, ALL, reading(1)))).toEqual([
      'a migrated',
      'b failed source.cut-off',
      'c failed source.cut-off',
    ]);
    const some = selectLists(['a', 'c'], [], []);
    expect(outcomes(await apply(world, some, reading(1)))).toEqual([
      'a unchanged',
      'c failed source.cut-off',
    ]);
  });

  it('before the first list keeps the tool from starting', async () => {
    const world = await memoryWorld(dir, site);
    await expect(apply(world, ALL, reading(0))).rejects.toBe(broken);
  });
});

describe('trouble of other kinds', () => {
  it('of the system, such as a full disk, is that list’s own', async () => {
    const world = await memoryWorld(dir, site);
    world.target.refuse = (what) => {
      if (!what.startsWith('create b@')) return false;
      throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
    };
    expect(outcomes(await apply(world))).toEqual([
      'a migrated',
      'b failed run.system-error',
      'c migrated',
    ]);
  });

  it('that nobody foresaw is a bug and ends the run', async () => {
    const world = await memoryWorld(dir, site);
    world.target.refuse = () => {
      throw new TypeError('x is undefined');
    };
    await expect(apply(world)).rejects.toThrow('x is undefined');
  });
});

describe('a list that another run works on', () => {
  it('is failed with the reason, is left as it is, and the others go on', async () => {
    const world = await memoryWorld(dir, site);
    const folder = await world.ports.workspace.list('b');
    const unlock = await folder.lock();
    expect(outcomes(await apply(world))).toEqual([
      'a migrated',
      'b failed run.locked',
      'c migrated',
    ]);
    expect(world.target.lists.has('b.lists.example.org')).toBe(false);
    expect(await readdir(folder.dir)).toEqual(['lock']);
    await unlock();
    expect(outcomes(await apply(world))).toEqual(['a unchanged', 'b migrated', 'c unchanged']);
  });

  it('can be planned all the same: a plan takes no lock and writes nothing', async () => {
    const world = await memoryWorld(dir, site);
    const folder = await world.ports.workspace.list('b');
    const unlock = await folder.lock();
    const { value: job } = await describeJob(
      { list: list('b'), merged: [] },
      world.ports,
      world.settings,
    );
    const { plan } = await planStep(job, world.ports, world.settings);
    expect(plan.operations.length).toBeGreaterThan(3);
    expect(await readdir(folder.dir)).toEqual(['lock']);
    await unlock();
  });
});

describe('lists that would meet in Mailman 3', () => {
  it('are failed before anything is written, also where only one of them is meant', async () => {
    const world = await memoryWorld(dir, site, {
      identity: { rename: { c: 'b' }, domains: {}, merge: {} },
    });
    expect(outcomes(await apply(world, selectLists(['a', 'b'], [], [])))).toEqual([
      'a migrated',
      'b failed identity.collision',
    ]);
    expect([...world.target.lists.keys()]).toEqual(['a.lists.example.org']);
  });

  it('are found where the other one stands there already, under another address', async () => {
    const world = await memoryWorld(dir, site);
    world.target.put('b.lists.example.org', { description: 'mine' }, 'b.lists@example.org');
    const reports = await apply(world);
    expect(outcomes(reports)[1]).toBe('b failed identity.list-id-taken');
    expect(reports[1]?.findings[0]?.summary).toContain('b.lists@example.org');
    expect(world.target.log.filter((line) => line.includes('@b.org'))).toEqual([]);
  });
});

describe('a list that was migrated before', () => {
  const members = (world: MemoryWorld, listId: string) =>
    world.target.lists.get(listId)?.rosters.member.map(({ email }) => email);

  it('and deleted in Mailman 3 since is not made again unasked, then whole', async () => {
    const world = await memoryWorld(dir, site);
    await apply(world);
    world.target.lists.delete('b.lists.example.org');
    expect(outcomes(await apply(world))).toEqual([
      'a unchanged',
      'b failed plan.list-deleted',
      'c unchanged',
    ]);
    const overwriting = { ...world, settings: { ...world.settings, overwrite: true } };
    expect(outcomes(await apply(overwriting))[1]).toBe('b migrated');
    expect(members(world, 'b.lists.example.org')).toEqual(['ann@b.org']);
    expect(outcomes(await apply(world))[1]).toBe('b unchanged');
  });

  it('and has another address now is made whole, and its first one is told', async () => {
    const world = await memoryWorld(dir, site);
    await apply(world);
    const renamed = await memoryWorld(dir, site, {
      identity: { rename: { b: 'bee' }, domains: {}, merge: {} },
    });
    const ports = { ...renamed.ports, target: world.target };
    const again = { ...renamed, ports, target: world.target };
    const reports = await apply(again);
    expect(outcomes(reports)).toEqual(['a unchanged', 'b findings plan.list-moved', 'c unchanged']);
    expect(reports[1]?.findings[0]?.summary).toContain('b.lists.example.org');
    expect(members(world, 'bee.lists.example.org')).toEqual(['ann@b.org']);
    expect(members(world, 'b.lists.example.org')).toEqual(['ann@b.org']);
    expect(outcomes(await apply(again))).toEqual(['a unchanged', 'b unchanged', 'c unchanged']);
  });
});

it('writes the snapshot of each list, readable for its owner only', async () => {
  const world = await memoryWorld(dir, site);
  await apply(world);
  const folder = await world.ports.workspace.list('a');
  const snapshot = JSON.parse(await readFile(folder.path('snapshot.json'), 'utf8')) as unknown;
  expect(snapshot).toMatchObject({ schemaVersion: 1, list: { name: 'a' } });
  expect((await readdir(folder.dir)).sort()).toEqual(['applied.json', 'snapshot.json']);
});
