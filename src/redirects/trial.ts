// SPDX-License-Identifier: GPL-3.0-or-later
import type { RedirectKind } from '../model/redirect.js';
import type { Share, TrialReport } from '../model/redirect-trial.js';
import type { Resolution } from './resolve.js';

/** How one old address fared. */
export interface Trial {
  readonly path: string;
  /** What the old server answered, by the log; null for an address that was typed in. */
  readonly status: number | null;
  readonly count: number;
  readonly resolution: Exclude<Resolution, { outcome: 'foreign' }>;
  /** Why it does not land; null where it does. */
  readonly trouble: string | null;
}

/** Sums up trials. */
export function trialReport(trials: Iterable<Trial>, foreign: number): TrialReport {
  let [requests, landed, general, neverThere] = [0, 0, 0, 0];
  const byKind = new Map<RedirectKind | 'unknown', Share>();
  const byStatus = new Map<string, Share>();
  const misses: { path: string; count: number; status: number | null; why: string }[] = [];
  for (const { path, status, count, resolution, trouble } of trials) {
    const sound = trouble === null;
    const exact =
      resolution.outcome !== 'missed' && !('general' in resolution && resolution.general);
    if (status !== null && status >= 400 && (!sound || !exact)) {
      neverThere += count;
      continue;
    }
    requests += count;
    if (sound) landed += count;
    if (sound && resolution.outcome === 'led' && resolution.general) general += count;
    const add = <Key>(shares: Map<Key, Share>, key: Key): void => {
      const before = shares.get(key) ?? { requests: 0, landed: 0 };
      shares.set(key, {
        requests: before.requests + count,
        landed: before.landed + (sound ? count : 0),
      });
    };
    add(byKind, resolution.outcome === 'missed' ? 'unknown' : resolution.kind);
    if (status !== null) add(byStatus, String(status));
    if (!sound) misses.push({ path, count, status, why: trouble });
  }
  misses.sort((a, b) => b.count - a.count || (a.path < b.path ? -1 : 1));
  return {
    requests,
    landed,
    general,
    neverThere,
    foreign,
    byKind: Object.fromEntries(byKind),
    byStatus: Object.fromEntries([...byStatus].sort()),
    misses,
  };
}
