// SPDX-License-Identifier: GPL-3.0-or-later
import { symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CannotStartError, DiagnosticError } from '../../diagnostics.js';
import type { BatchEntry, BatchReport } from '../../model/batch.js';
import { mailman2List, mailman2Member } from '../../testing/builders.js';
import { inTurns } from '../../testing/in-turns.js';
import { listing, memoryWorld, type MemoryWorld } from '../../testing/memory-ports.js';
import type { ProgressEvent } from '../ports.js';
import { selectLists } from '../select.js';
import type { Clock } from './clock.js';
import { JOURNAL, readJournal } from './journal.js';
import type { BatchRequest } from './request.js';
import { runBatch } from './run-batch.js';
import { batchStatus } from './status.js';
import { parseWindow } from './window.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-batch-'));
});
afterEach(() => rm(dir, { recursive: true }));

const NAMES = ['a', 'b', 'c', 'd'];
const lists = NAMES.map((name) =>
  mailman2List({ name, members: [mailman2Member({ address: `ann@${name}.org` })] }),
);
const site = lists.map(listing);
const entry = (name: string, archiveBytes = 0): BatchEntry => ({
  name,
  fqdn: `${name}@lists.example.org`,
  members: 1,
  archiveBytes,
});

/** A clock that a test moves; whoever sleeps lets it pass. */
function fakeClock(start: number): Clock & { turn(ms: number): void } {
  let passed = 0;
  let turned = 0;
  return {
    now: () => start + passed + turned,
    steady: () => passed,
    sleep: async (ms, signal) => {
      // The end of the window is not waited for: only work lets time pass.
      if (ms >= 60_000 && signal !== undefined) {
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
        return;
      }
      passed += ms;
      await Promise.resolve();
    },
    turn(ms) {
      turned += ms;
    },
  };
}

/** A clock that goes on only where a test lets time pass: whoever sleeps is woken by that. */
function nightClock(start: string): Clock & { pass(hours: number): void } {
  let now = new Date(start).getTime();
  const sleepers = new Map<() => void, number>();
  return {
    now: () => now,
    steady: () => now,
    sleep: (ms, signal) =>
      new Promise<void>((resolve) => {
        const wake = (): void => {
          sleepers.delete(wake);
          resolve();
        };
        if (signal?.aborted === true) resolve();
        else sleepers.set(wake, now + ms);
        signal?.addEventListener('abort', wake);
      }),
    pass(hours) {
      now += hours * 3_600_000;
      for (const [wake, at] of sleepers) if (at <= now) wake();
    },
  };
}

const request = (changed: Partial<BatchRequest> = {}): BatchRequest => ({
  selection: selectLists([], ['*'], []),
  site: NAMES.map((name) => entry(name)),
  order: 'name',
  concurrency: 2,
  window: null,
  until: null,
  command: 'mm2to3 batch',
  program: 'mm2to3',
  leaveOut: (names) => ({ lists: names, line: null, file: 'mm2to3.yaml', replaces: false }),
  commandFor: (name) => `mm2to3 migrate ${name}`,
  stop: new AbortController().signal,
  grace: 60_000,
  ...changed,
});

const NOON = new Date('2026-01-10T12:00').getTime();
const start = (
  world: MemoryWorld,
  changed: Partial<BatchRequest> = {},
  clock: Clock = fakeClock(NOON),
) => {
  const readLists = (names: readonly string[]) =>
    inTurns(names.flatMap((name) => site.filter(({ list }) => list.name === name)));
  return runBatch(request(changed), { ...world, readLists }, clock);
};
const outcomes = ({ lists: all }: BatchReport): readonly string[] =>
  all.map(({ name, outcome, findings }) =>
    [
      name,
      outcome,
      ...findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code),
    ].join(' '),
  );

describe('a batch', () => {
  it('migrates every list, and a second one finds nothing to do', async () => {
    const world = await memoryWorld(dir, site);
    const report = await start(world);
    expect(report.lists.map(({ name }) => name)).toEqual(NAMES);
    expect(report.lists.map(({ phases }) => phases.map(({ phase }) => phase))).toEqual(
      NAMES.map(() => ['export', 'apply', 'archive', 'redirects', 'index', 'verify']),
    );
    expect(report.lists.every(({ outcome }) => outcome !== 'failed')).toBe(true);
    expect(report.stopped).toBeNull();
    expect(report.command).toBeNull();
    const again = await start(world);
    expect(again.lists.map(({ outcome }) => outcome)).toEqual(NAMES.map(() => 'unchanged'));
  });

  it('keeps one list’s failure its own, and says how to continue', async () => {
    const world = await memoryWorld(dir, site);
    world.target.refuse = (what) => {
      if (what.startsWith('create b@'))
        throw new DiagnosticError({ code: 'target.refused', summary: 'Core says no' });
      return false;
    };
    const report = await start(world);
    expect(report.lists.map(({ outcome }) => outcome === 'failed')).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(report.command).toBe('mm2to3 batch');
    expect(report.lists[1]?.command).toBe('mm2to3 migrate b');
    expect(report.lists[1]?.retries).toEqual([]);
    // The list that failed is the first of the next run.
    world.target.refuse = () => false;
    const again = await start(world);
    expect(again.lists[0]?.name).toBe('b');
    expect(again.lists.map(({ outcome }) => outcome)).not.toContain('failed');
  });

  it('waits out a Core that restarts, and tells of it', async () => {
    const world = await memoryWorld(dir, site);
    let away = 2;
    world.target.refuse = (what) => {
      if (what.startsWith('create c@') && away > 0) {
        away -= 1;
        throw new CannotStartError([
          { code: 'target.unreachable', severity: 'error', summary: 'Core does not answer' },
        ]);
      }
      return false;
    };
    const report = await start(world);
    expect(report.lists.map(({ outcome }) => outcome)).not.toContain('failed');
    const { retries } = report.lists.find(({ name }) => name === 'c') ?? {};
    expect(retries?.map(({ phase, attempt, waited }) => [phase, attempt, waited])).toEqual([
      ['apply', 1, 1],
      ['apply', 2, 5],
    ]);
    const folder = await world.ports.workspace.list('c');
    const events = (await readJournal(folder.path(JOURNAL))).map(({ event }) => event);
    expect(events.filter((event) => event === 'retry')).toHaveLength(2);
    expect(events.at(-1)).toBe('ended');
  });

  it('tells each time which line leaves out what the old site cannot tell of', async () => {
    const findings = [
      { code: 'source.list-unreadable', severity: 'error', summary: 'List cannot be read' },
    ] as const;
    const unreadable = { kind: 'unreadable', list: { name: 'b', findings } } as const;
    const world = await memoryWorld(dir, site);
    const readLists = (names: readonly string[]) =>
      inTurns(
        names.flatMap((name) =>
          name === 'b' ? [unreadable] : site.filter(({ list }) => list.name === name),
        ),
      );
    const leaveOut = (names: readonly string[]) => {
      return { lists: names, line: `exclude: [${names.join()}]`, file: 'x.yaml', replaces: false };
    };
    for (const run of ['first', 'second']) {
      const report = await runBatch(
        request({ leaveOut }),
        { ...world, readLists },
        fakeClock(NOON),
      );
      expect(report.leaveOut, run).toMatchObject({ lists: ['b'], line: 'exclude: [b]' });
      expect(report.command, run).toBe('mm2to3 batch');
    }
    const without = selectLists([], ['*'], ['b']);
    const last = await start(world, { selection: without });
    expect(last).toMatchObject({ leaveOut: null, command: null, typed: 'mm2to3 batch' });
  });

  it('begins nothing more after a signal, and the next one continues', async () => {
    const world = await memoryWorld(dir, site);
    const stop = new AbortController();
    world.target.refuse = (what) => {
      if (what.startsWith('create b@')) stop.abort('SIGTERM');
      return false;
    };
    const report = await start(world, { stop: stop.signal, concurrency: 1 });
    expect(report.stopped).toBe('SIGTERM');
    expect(report.command).toBe('mm2to3 batch');
    expect(outcomes(report).slice(1)).toEqual([
      'b skipped batch.interrupted',
      'c skipped batch.not-begun',
      'd skipped batch.not-begun',
    ]);
    const seen = await batchStatus(world.ports.workspace);
    expect(seen).toMatchObject({ running: false, command: 'mm2to3 batch' });
    expect(seen?.lists.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a interrupted',
      'b interrupted',
      'c waiting',
      'd waiting',
    ]);
    expect(seen?.lists[1]?.phases.map(({ phase }) => phase)).toEqual(['export', 'apply']);
    world.target.refuse = () => false;
    const again = await start(world);
    expect(again.lists.map(({ outcome }) => outcome)).not.toContain('failed');
    expect(again.stopped).toBeNull();
    const done = await batchStatus(world.ports.workspace);
    expect(done).toMatchObject({ running: false, command: null, secondsLeft: 0 });
    expect(done?.lists.every(({ state }) => state === 'done')).toBe(true);
  });

  it('tells from another process what it is at', async () => {
    const world = await memoryWorld(dir, site);
    let seen: Awaited<ReturnType<typeof batchStatus>> = null;
    const { archive } = world;
    const index = archive.index.bind(archive);
    archive.index = async (names) => {
      seen ??= await batchStatus(world.ports.workspace);
      return index(names);
    };
    await start(world, { concurrency: 1 });
    expect(seen).toMatchObject({ running: true, ended: null, command: null });
    expect(seen).toHaveProperty('secondsLeft', expect.any(Number));
  });

  it('ends in order where the disk of the workspace is full, and continues when it is not', async () => {
    const world = await memoryWorld(dir, site);
    const folder = await world.ports.workspace.list('b');
    const journal = folder.path(JOURNAL);
    // Which takes nothing, and has no end to be read: so it comes once the batch has begun.
    world.target.refuse = (what) => {
      if (what.startsWith('create a@')) symlinkSync('/dev/full', journal);
      return false;
    };
    const report = await start(world, { concurrency: 1 });
    expect(report.stopped).toBe('trouble');
    expect(report.findings.map(({ code, why }) => [code, why])).toEqual([
      ['batch.workspace-unwritable', 'its disk is full'],
    ]);
    expect(report.command).toBe('mm2to3 batch');
    expect(report.lists.map(({ outcome }) => outcome).slice(1)).toEqual([
      'skipped',
      'skipped',
      'skipped',
    ]);
    await rm(journal);
    world.target.refuse = () => false;
    const again = await start(world);
    expect(again.stopped).toBeNull();
    expect(again.lists.map(({ outcome }) => outcome)).not.toContain('failed');
  });

  it.each([
    ['of the workspace ends it', 'lists/b/snapshot.json', 'trouble'],
    ['that lies elsewhere is the trouble of a list', '../elsewhere/rules.conf', null],
  ])('a read-only disk %s', async (_, file, stopped) => {
    const world = await memoryWorld(dir, site);
    const path = join(world.ports.workspace.dir, file);
    const refusal = { code: 'EROFS', syscall: 'open', path };
    world.target.refuse = (what) => {
      if (what.startsWith('create a@')) throw Object.assign(new Error('read-only'), refusal);
      return false;
    };
    const report = await start(world, { concurrency: 1 });
    expect(report.lists[0]?.findings).toContainEqual(
      expect.objectContaining({ code: 'run.system-error', path }),
    );
    expect(report.stopped).toBe(stopped);
    expect(report.findings.map(({ code }) => code)).toEqual(
      stopped === null ? [] : ['batch.workspace-unwritable'],
    );
  });

  it('refuses to be two in one workspace', async () => {
    const world = await memoryWorld(dir, site);
    const folder = await world.ports.workspace.batch();
    const unlock = await folder.lock();
    await expect(start(world)).rejects.toMatchObject({ diagnostic: { code: 'run.locked' } });
    await unlock();
    await start(world);
  });

  it('says of a clock that was set back, and measures by another one', async () => {
    const world = await memoryWorld(dir, site);
    const clock = fakeClock(NOON);
    world.target.refuse = (what) => {
      if (what.startsWith('create b@')) clock.turn(-7_200_000);
      return false;
    };
    const report = await start(world, { concurrency: 1 }, clock);
    expect(report.lists.map(({ outcome }) => outcome)).not.toContain('failed');
    expect(report.findings.map(({ code }) => code)).toEqual(['batch.clock-jumped']);
    for (const { phases } of report.lists)
      for (const { seconds } of phases) expect(seconds).toBeGreaterThanOrEqual(0);
  });
});

describe('a window', () => {
  const window = parseWindow('22:00-06:00');
  const GIGABYTE = 1_000_000_000;

  it('leaves for the next night what would not end in this one', async () => {
    const world = await memoryWorld(dir, site);
    const evening = new Date('2026-01-10T22:00').getTime();
    // Lists that take six hours each, most of it in the index: two do not fit into eight.
    const sizes = [entry('a', 30 * GIGABYTE), entry('b', 30 * GIGABYTE), entry('c'), entry('d')];
    const first = await start(world, { window, site: sizes, order: 'small' }, fakeClock(evening));
    expect(first.lists.map(({ name, notBegun }) => [name, notBegun?.code ?? null])).toEqual([
      ['c', null],
      ['d', null],
      ['a', null],
      ['b', 'batch.not-begun'],
    ]);
    expect(first.stopped).toBe('window');
    expect(first.lists[3]).toMatchObject({ outcome: 'skipped', began: null });
    expect(first.lists[3]?.notBegun?.why).toMatch(/takes about \d+ min .* not have ended by/);
    const next = new Date('2026-01-11T22:00').getTime();
    const second = await start(world, { window, site: sizes, order: 'small' }, fakeClock(next));
    expect(second.lists.map(({ name }) => name)).toEqual(['b', 'c', 'd', 'a']);
    expect(second.lists.map(({ outcome }) => outcome)).not.toContain('skipped');
    expect(second.command).toBeNull();
  });

  it('is waited for, closes on what runs, and the next one goes on from there', async () => {
    const world = await memoryWorld(dir, site);
    const { target, ports } = world;
    const created: string[] = [];
    const states: unknown[] = [];
    // One night: what is typed by day waits for the evening.
    const night = async (typedAt: string, slow: string | null) => {
      const clock = nightClock(typedAt);
      target.refuse = (what) => {
        const [, list] = /^create (\w+)@/.exec(what) ?? [];
        if (list !== undefined) created.push(list);
        if (list === slow) clock.pass(9);
        return false;
      };
      const progress = ({ list, phase }: ProgressEvent): void => {
        if (list !== 'batch' || phase !== 'waits') return;
        void batchStatus(ports.workspace).then((status) => {
          states.push(status?.waits);
          clock.pass(22 - new Date(clock.now()).getHours());
        });
      };
      const awake = { ...world, ports: { ...ports, progress } };
      return start(awake, { window, concurrency: 1 }, clock);
    };

    const first = await night('2026-01-10T12:00', 'c');
    expect(states).toEqual([expect.stringContaining('for ')]);
    expect(new Date(first.closes ?? 0)).toEqual(new Date('2026-01-11T06:00'));
    expect(first.lists.every(({ began }) => began === null || began >= NOON + 36_000_000)).toBe(
      true,
    );
    // The first two still waited to be taken into the index.
    expect(outcomes(first)).toEqual([
      'a skipped redirects.no-output batch.interrupted',
      'b skipped redirects.no-output batch.interrupted',
      'c skipped batch.interrupted',
      'd skipped batch.not-begun',
    ]);
    expect(first.lists.map(({ phases }) => phases.at(-1)?.phase)).toEqual([
      'redirects',
      'redirects',
      'apply',
      undefined,
    ]);
    expect(first).toMatchObject({ stopped: 'window', command: 'mm2to3 batch' });

    const second = await night('2026-01-11T07:00', null);
    expect(states).toHaveLength(2);
    expect(second).toMatchObject({ stopped: null, command: null });
    for (const { outcome } of second.lists) expect(['failed', 'skipped']).not.toContain(outcome);
    // What the first night did is not done again.
    expect(created).toEqual(NAMES);
    const apply = second.lists.map(
      ({ phases }) => phases.find(({ phase }) => phase === 'apply')?.outcome,
    );
    expect(apply).toEqual(['unchanged', 'unchanged', 'unchanged', 'done']);
  });
});
