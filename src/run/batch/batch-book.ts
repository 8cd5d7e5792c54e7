// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics.js';
import type { PhaseReport } from '../../model/report.js';
import type { Ports, ProgressEvent } from '../ports.js';
import type { BatchBook } from './batch-list.js';
import type { BatchFiles, BatchProgress } from './batch-files.js';
import type { Clock } from './clock.js';
import { type Measured, measured } from './estimates.js';
import { appendJournal, JOURNAL, type JournalEntry } from './journal.js';
import { type Situation, timeLeft } from './schedule.js';
import type { Tracked } from './tracked-list.js';

/** What the books know while a batch runs. */
export interface LedgerState {
  rates: Measured;
  waits: string | null;
}

interface Hooks {
  readonly clock: Clock;
  readonly light: (list: Tracked) => void;
  readonly trouble: (finding: Diagnostic) => void;
  readonly situation: () => Situation;
}

/** Milliseconds between two looks that somebody at another terminal can have. */
const TELL_EVERY = 1_000;

/**
 * Keeps the journals, the measured rates and what `status` shows. A disk that does not take them
 * is the end of the batch: nothing more is begun.
 */
export function batchBook(
  run: number,
  lists: readonly Tracked[],
  files: BatchFiles,
  state: LedgerState,
  { workspace }: Pick<Ports, 'workspace'>,
  { clock, light, trouble, situation }: Hooks,
): BatchBook & { tell(): Promise<void>; close(): void; watch(event: ProgressEvent): void } {
  let told = -TELL_EVERY;
  let closed = false;
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const finding = unwritable(error, workspace.dir);
      if (finding === null) throw error;
      trouble(finding);
    }
  };
  const write = (
    { entry }: Tracked,
    line: DistributiveOmit<JournalEntry, 'at' | 'run'>,
  ): Promise<void> =>
    guarded(async () => {
      const folder = await workspace.list(entry.name);
      const whole = { at: clock.now(), run, ...line } as JournalEntry;
      await appendJournal(folder.path(JOURNAL), whole);
    });
  const tell = (): Promise<void> =>
    guarded(async () => {
      if (closed) return;
      told = clock.steady();
      await files.saveProgress(progressOf(run, lists, state, situation()));
    });
  return {
    tell,
    close() {
      closed = true;
    },
    watch(event) {
      const list = lists.find(({ entry }) => entry.name === event.list);
      if (list?.current !== null && list?.current !== undefined && event.done !== undefined)
        list.current = { ...list.current, event };
      if (clock.steady() - told >= TELL_EVERY) void tell();
    },
    begun: async (list) => {
      await write(list, { event: 'begun', estimate: list.estimate });
      await tell();
    },
    async phase(list, report) {
      const { phase, outcome, seconds, figures } = report;
      const work = figures?.work === undefined ? {} : { work: figures.work };
      await write(list, { event: 'phase', phase, outcome, seconds, ...work });
      list.remaining = { ...list.remaining, [phase]: 0 };
      if (counts(report)) {
        state.rates = measured(state.rates, phase, list.entry, seconds);
        await guarded(() => files.saveRates(state.rates));
      }
      if (clock.steady() - told >= TELL_EVERY) await tell();
    },
    retry: (list, phase, { code }) => write(list, { event: 'retry', phase, code }),
    async ended(list) {
      const reports = list.reports ?? [];
      const errors = reports
        .flatMap(({ phases }) => phases.flatMap(({ findings }) => findings))
        .filter(({ severity }) => severity === 'error')
        .map(({ code, summary }) => ({ code, summary }));
      const [first] = reports;
      await write(
        list,
        list.interrupted || first === undefined
          ? { event: 'interrupted' }
          : { event: 'ended', outcome: first.outcome, errors },
      );
    },
    light,
    trouble(error) {
      const finding = unwritable(error, workspace.dir);
      if (finding !== null) trouble(finding);
    },
  };
}

type DistributiveOmit<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never;

/** A phase that found nothing to do says nothing of what its work takes. */
const counts = ({ phase, outcome }: PhaseReport): boolean =>
  outcome === 'done' || (outcome !== 'failed' && phase === 'export');

function progressOf(
  run: number,
  lists: readonly Tracked[],
  { waits }: LedgerState,
  now: Situation,
): BatchProgress {
  const waiting = lists.filter(({ began }) => began === null).map(({ entry }) => entry);
  const running = lists.flatMap(({ entry, current, ended }) => {
    if (current === null || ended !== null) return [];
    const { done, total, unit } = current.event ?? {};
    return [
      {
        name: entry.name,
        phase: current.phase,
        since: current.since,
        ...(done === undefined ? {} : { done }),
        ...(total === undefined ? {} : { total }),
        ...(unit === undefined ? {} : { unit }),
      },
    ];
  });
  return { run, at: now.now, waits, left: timeLeft(waiting, now), running };
}

/** What the system says of a disk, and what is to be done before the same command. */
const UNWRITABLE: Readonly<Record<string, { readonly why: string; readonly next: string }>> = {
  ENOSPC: { why: 'its disk is full', next: 'make room there' },
  EDQUOT: { why: 'the quota of this account is used up', next: 'make room there, or raise it' },
  EROFS: {
    why: 'its file system is read-only: a disk may have failed',
    next: 'look into the kernel log and mount it writable',
  },
  EIO: {
    why: 'its disk reports errors',
    next: 'look into the kernel log; the disk may be failing',
  },
};

/** What the workspace's disk says, where the trouble is with that; null where it is not. */
function unwritable(error: unknown, dir: string): Diagnostic | null {
  const { code = '', syscall, path } = error as NodeJS.ErrnoException;
  const said = Object.hasOwn(UNWRITABLE, code) ? UNWRITABLE[code] : undefined;
  // What lies elsewhere (the old archive, the web server's rules) is one list's own trouble.
  const elsewhere = syscall === 'read' || (path !== undefined && !isIn(dir, path));
  if (said === undefined || elsewhere) return null;
  return {
    code: 'batch.workspace-unwritable',
    severity: 'error',
    path: dir,
    summary: 'the workspace takes no more, and nothing further was begun',
    why: said.why,
    next: `${said.next}, then run the same command again: it continues from here`,
  };
}

const isIn = (dir: string, path: string): boolean => resolve(path).startsWith(`${resolve(dir)}/`);
