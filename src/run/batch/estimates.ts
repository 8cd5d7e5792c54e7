// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchEntry, ListSize } from '../../model/batch.js';
import type { PhaseName } from '../../model/report.js';
import { RATES } from '../archive-rates.js';

/** The phases of a list in a batch, in their order. */
export const BATCH_PHASES = [
  'export',
  'apply',
  'archive',
  'redirects',
  'index',
  'verify',
] as const satisfies readonly PhaseName[];

/** What a phase takes before this machine is known: seconds for any list, and a rate. */
interface Expectation {
  readonly measure: keyof ListSize;
  readonly fixed: number;
  readonly perSecond: number;
  readonly why: string;
}

const EXPECTED: Readonly<Record<PhaseName, Expectation>> = {
  export: {
    measure: 'members',
    fixed: 0.2,
    perSecond: 5_000,
    why: 'one process on the old server tells list after list; each line is parsed',
  },
  apply: {
    measure: 'members',
    fixed: 1.5,
    perSecond: 500,
    why: 'a dozen REST requests, then the bulk loader; without Core’s Python it is ten times slower',
  },
  archive: {
    measure: 'archiveBytes',
    fixed: 3,
    perSecond: RATES.importPerSecond * RATES.messageBytes,
    why: 'Django starts for each list, then the loader goes by its rate',
  },
  redirects: {
    measure: 'archiveBytes',
    fixed: 0.5,
    perSecond: 20_000_000,
    why: 'pages are as many as messages, and of each only the head is read',
  },
  index: {
    measure: 'archiveBytes',
    fixed: 1,
    perSecond: RATES.indexPerSecond * RATES.messageBytes,
    why: 'the search engine is the slowest of all',
  },
  verify: {
    measure: 'archiveBytes',
    fixed: 1,
    perSecond: 30_000_000,
    why: 'settings and people are read again, and ids of messages, not their bodies',
  },
};

/**
 * A list so large that its time tells of the rate: what small ones take tells of the fixed time, and
 * is not to change what is thought of large ones.
 */
const LARGE: ListSize = { members: 5_000, archiveBytes: 20_000_000 };

/** Sums of what was measured of a phase: lists, amounts x and seconds y. */
export interface PhaseSums {
  readonly lists: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
}

/** What this machine was seen to do, phase by phase. */
export type Measured = Readonly<Partial<Record<PhaseName, PhaseSums>>>;

const NOTHING: PhaseSums = { lists: 0, x: 0, y: 0, xx: 0, xy: 0 };

// Older lists count for less, so that a machine that became slower is known after some twenty.
const MEMORY = 20;

/** Adds what a phase took of a list. */
export function measured(
  before: Measured,
  phase: PhaseName,
  size: ListSize,
  seconds: number,
): Measured {
  const old = before[phase] ?? NOTHING;
  const share = old.lists < MEMORY ? 1 : 1 - 1 / MEMORY;
  const x = size[EXPECTED[phase].measure];
  return {
    ...before,
    [phase]: {
      lists: old.lists * share + 1,
      x: old.x * share + x,
      y: old.y * share + seconds,
      xx: old.xx * share + x * x,
      xy: old.xy * share + x * seconds,
    },
  };
}

/**
 * Seconds that a phase of a list of that size is expected to take: a fixed time and a rate, the
 * straight line nearest to what was measured. What is expected of any machine counts as two lists
 * that were measured, so that the first ones do not mislead.
 */
export function phaseSeconds(phase: PhaseName, size: ListSize, rates: Measured): number {
  const { measure, fixed, perSecond } = EXPECTED[phase];
  const typical = LARGE[measure];
  const sums = rates[phase] ?? NOTHING;
  const whole = fixed + typical / perSecond;
  const n = sums.lists + 2;
  const x = sums.x + typical;
  const y = sums.y + fixed + whole;
  const xx = sums.xx + typical * typical;
  const xy = sums.xy + typical * whole;
  const slope = Math.max(0, (n * xy - x * y) / (n * xx - x * x));
  // A line that would begin below zero goes through it.
  const start = Math.max(0, (y - slope * x) / n);
  const rate = start === 0 ? xy / xx : slope;
  return start + rate * size[measure];
}

/** Seconds of each phase of a list. */
export type PhaseSeconds = Readonly<Record<PhaseName, number>>;

/** Of a list that is done `again` its archive is only looked at. */
export function expectedSeconds(
  size: ListSize & Pick<BatchEntry, 'again'>,
  rates: Measured,
): PhaseSeconds {
  const left = size.again === true ? { ...size, archiveBytes: 0 } : size;
  return Object.fromEntries(
    BATCH_PHASES.map((phase) => [phase, phaseSeconds(phase, left, rates)]),
  ) as Record<PhaseName, number>;
}
