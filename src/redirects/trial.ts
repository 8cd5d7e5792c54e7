// SPDX-License-Identifier: GPL-3.0-or-later
import type { JsonObject } from '../model/json.js';
import type { RedirectKind } from '../model/redirect.js';
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

interface Share {
  readonly requests: number;
  readonly landed: number;
}

export interface TrialReport {
  readonly requests: number;
  readonly landed: number;
  /** Of those that landed, how many only at the list's page, by its general rule. */
  readonly general: number;
  /** Requests that failed on the old server already and have no address today: no misses. */
  readonly neverThere: number;
  /** Requests for something other than Mailman 2's addresses. */
  readonly foreign: number;
  readonly byKind: Readonly<Partial<Record<RedirectKind | 'unknown', Share>>>;
  readonly byStatus: Readonly<Record<string, Share>>;
  /** By count, the most first. */
  readonly misses: readonly {
    readonly path: string;
    readonly count: number;
    readonly status: number | null;
    readonly why: string;
  }[];
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

/** The report as JSON: all misses, and shares as `{requests, landed}`. */
export function trialJson(report: TrialReport): JsonObject {
  const { byKind, byStatus, misses, ...counts } = report;
  const shares = (parts: Readonly<Record<string, Share>>): JsonObject =>
    Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, { ...part }]));
  return {
    ...counts,
    byKind: shares(byKind),
    byStatus: shares(byStatus),
    misses: misses.map((miss) => ({ ...miss })),
  };
}

// How many misses a text names; JSON has them all.
const WORST = 20;

/** The report for a reader. */
export function trialText(report: TrialReport, trials: readonly Trial[]): string {
  const { requests, landed, general, neverThere, foreign, byKind, byStatus, misses } = report;
  const share = (part: Share): string => `${part.landed} of ${part.requests}`;
  const lines = trials.map(({ path, resolution, trouble }) =>
    trouble === null
      ? `${path}\n  ${resolution.outcome === 'led' ? `${resolution.kind}: ${resolution.newUrl}` : 'stays served from the old folder'}`
      : `${path}\n  leads nowhere: ${trouble}`,
  );
  lines.push(
    `${landed} of ${requests} requests for old addresses land${requests === 0 ? '' : ` (${((landed / requests) * 100).toFixed(2)} %)`}, ${general} of them at their list's page only`,
  );
  if (neverThere > 0) lines.push(`${neverThere} more failed on the old server already`);
  if (foreign > 0) lines.push(`${foreign} were for other things than Mailman's addresses`);
  for (const [kind, part] of Object.entries(byKind)) lines.push(`  ${kind}: ${share(part)}`);
  for (const [status, part] of Object.entries(byStatus))
    lines.push(`  answered ${status} before: ${share(part)}`);
  if (misses.length > 0) lines.push(`${misses.length} addresses lead nowhere; the worst:`);
  for (const { path, count, why } of misses.slice(0, WORST))
    lines.push(`  ${count} × ${path}: ${why}`);
  return `${lines.join('\n')}\n`;
}
