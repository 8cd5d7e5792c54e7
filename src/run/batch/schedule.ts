// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchEntry, BatchOrder } from '../../model/batch.js';
import { BATCH_PHASES, expectedSeconds, type Measured, type PhaseSeconds } from './estimates.js';
import { LANE_OF, type LaneName, LANES } from './lanes.js';

/** A list that is under way: the seconds that it still needs, 0 for phases that are behind it. */
export type Remaining = PhaseSeconds;

/** What decides whether a list may begin. */
export interface Situation {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** When nothing is to run any more; null where there is no end. */
  readonly closes: number | null;
  readonly running: readonly Remaining[];
  readonly rates: Measured;
}

/** Sorts lists as they are to be taken; `given` is the order in which they come. */
export function inOrder(
  entries: readonly BatchEntry[],
  order: BatchOrder,
  rates: Measured,
): readonly BatchEntry[] {
  const cost = new Map(entries.map((each) => [each, wholeSeconds(expectedSeconds(each, rates))]));
  const up = (a: BatchEntry, b: BatchEntry): number => (cost.get(a) ?? 0) - (cost.get(b) ?? 0);
  switch (order) {
    case 'small':
      return entries.toSorted(up);
    case 'size':
      return entries.toSorted((a, b) => up(b, a));
    case 'name':
      return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    case 'given':
      return entries;
  }
}

export const wholeSeconds = (phases: PhaseSeconds): number =>
  BATCH_PHASES.reduce((sum, phase) => sum + phases[phase], 0);

/** When a list would be done if it began now, behind all that is under way; ms since 1970. */
export function expectedEnd(list: PhaseSeconds, { now, running }: Situation): number {
  const free = new Map<string, number[]>();
  const placeOf = (lane: LaneName): string => LANES[lane].shares ?? lane;
  for (const name of Object.keys(LANES) as LaneName[])
    free.set(
      placeOf(name),
      Array.from({ length: LANES[name].width }, () => now),
    );
  let end = now;
  for (const each of [...running, list]) {
    end = now;
    for (const phase of BATCH_PHASES) {
      if (each[phase] <= 0) continue;
      const lane = free.get(placeOf(LANE_OF[phase])) ?? [];
      const place = lane.indexOf(Math.min(...lane));
      end = Math.max(end, lane[place] ?? now) + each[phase] * 1000;
      lane[place] = end;
    }
  }
  return end;
}

/** Whether a list is expected to end in time where it begins now. */
export function fits(list: BatchEntry, situation: Situation): boolean {
  const { closes, rates } = situation;
  return closes === null || expectedEnd(expectedSeconds(list, rates), situation) <= closes;
}

/** The lists, in their order, that would end in time if each began as soon as it can. */
export function thoseThatFit(
  waiting: readonly BatchEntry[],
  situation: Situation,
): readonly BatchEntry[] {
  const running = [...situation.running];
  return waiting.filter((list) => {
    const begins = fits(list, { ...situation, running });
    if (begins) running.push(expectedSeconds(list, situation.rates));
    return begins;
  });
}

/** Seconds until all of these lists are done. */
export function timeLeft(waiting: readonly BatchEntry[], situation: Situation): number {
  const all = waiting.map((list) => expectedSeconds(list, situation.rates));
  const last = all.pop();
  const running = [...situation.running, ...all];
  const ends = last ?? running.pop();
  if (ends === undefined) return 0;
  // The last to begin need not be the last to end, but in lanes without overtaking it is.
  return (expectedEnd(ends, { ...situation, running }) - situation.now) / 1000;
}
