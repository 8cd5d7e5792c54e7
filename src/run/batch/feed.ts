// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteIdentities } from '../../mapping/identity.js';
import type { Diagnostic } from '../../diagnostics.js';
import {
  apartFinding,
  failureFindings,
  type ListUnit,
  type ReadLists,
  unitsOf,
} from '../each-list.js';
import { onePhaseReport } from '../phase.js';
import type { Selection } from '../select.js';
import { type Clock, jumpWatch } from './clock.js';
import type { Ending } from './ending.js';
import { fits, type Situation, thoseThatFit } from './schedule.js';
import type { Tracked } from './tracked-list.js';
import { RETRY_WAITS, transience } from './transient.js';
import type { UnderWay } from './under-way.js';

/** What feeding a batch needs. */
export interface Feed {
  /** In the order in which they are to be taken. */
  readonly lists: readonly Tracked[];
  readonly selection: Selection;
  readonly readLists: ReadLists;
  readonly identities: SiteIdentities;
  /** Lists whose rosters are held at once. */
  readonly concurrency: number;
  readonly work: (unit: ListUnit, list: Tracked) => Promise<void>;
  readonly underWay: UnderWay;
  readonly ending: Ending;
  readonly situation: () => Situation;
  readonly clock: Clock;
  /** What is to be said of the batch as a whole. */
  readonly tell: (finding: Diagnostic) => void;
}

/**
 * Reads lists from the old site as long as there are some that would end in time, and begins with
 * each. Throws where the old site cannot be read and nothing was begun.
 */
export async function feedLists(feed: Feed): Promise<void> {
  const { lists, ending, clock } = feed;
  const jumped = jumpWatch(clock);
  let failures = 0;
  for (;;) {
    const jump = jumped();
    if (jump !== null) feed.tell(jump);
    const next = fitting(feed);
    if (next.length === 0 || ending.isNear()) return;
    try {
      await readThese(next, feed);
      failures = 0;
    } catch (error) {
      const wait = RETRY_WAITS[failures];
      failures += 1;
      if (ending.isNear()) return;
      if (wait !== undefined && transience(error) !== null) {
        await clock.sleep(wait, ending.signal);
        continue;
      }
      // As long as nothing was done the program cannot start.
      if (lists.every(({ began }) => began === null)) throw error;
      for (const list of lists.filter(({ began }) => began === null))
        fail(list, failureFindings(error, list.entry.name), feed);
      return;
    }
    if (next.every(({ began }) => began === null)) return;
  }
}

/** Those that were not begun, and would end in time if they began now. */
function fitting({ lists, situation }: Feed): readonly Tracked[] {
  const waiting = lists.filter(({ began }) => began === null);
  const entries = waiting.map(({ entry }) => entry);
  const chosen = new Set(thoseThatFit(entries, situation()));
  return waiting.filter(({ entry }) => chosen.has(entry));
}

async function readThese(next: readonly Tracked[], feed: Feed): Promise<void> {
  const { selection, readLists, identities, situation, underWay, ending, work } = feed;
  const byName = new Map(next.map((list) => [list.entry.name, list]));
  for await (const found of readLists([...byName.keys()])) {
    const list = byName.get(found.list.name);
    if (list === undefined) continue;
    await underWay.room(feed.concurrency);
    if (ending.isNear()) return;
    // By now others may have taken longer than was thought.
    if (!fits(list.entry, situation())) continue;
    for (const each of await unitsOf(found, selection, readLists, identities)) {
      if (each.kind === 'unit') underWay.begin(list, () => work(each.unit, list));
      else if (each.kind === 'apart') {
        const finding = apartFinding(each.list.name, each.into);
        report(list, onePhaseReport(each.list, 'export', 'skipped', [finding]), feed);
      } else report(list, onePhaseReport(each, 'export', 'failed', each.findings), feed);
    }
  }
  // A list that the old site does not name has gone since it was looked at.
  for (const list of next) {
    if (list.began !== null || !fits(list.entry, situation())) continue;
    fail(list, [vanished(list.entry.name)], feed);
  }
}

/** A list that is over before it was begun. */
function report(list: Tracked, own: ReturnType<typeof onePhaseReport>, { clock }: Feed): void {
  list.began ??= clock.now();
  list.ended = clock.now();
  list.reports = [...(list.reports ?? []), own];
}

function fail(list: Tracked, findings: readonly Diagnostic[], feed: Feed): void {
  report(list, onePhaseReport(list.entry, 'export', 'failed', findings), feed);
}

const vanished = (list: string): Diagnostic => ({
  code: 'source.list-missing',
  severity: 'error',
  list,
  summary: 'the old site did not tell of this list any more',
  why: 'it was there when the batch began',
  next: 'look whether it was removed, then run the same command again',
});
