// SPDX-License-Identifier: GPL-3.0-or-later
import type { JsonObject } from '../model/json.js';
import type { Share, TrialReport, TriedAddress } from '../model/redirect-trial.js';
import { counted } from './words.js';

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
export function trialText(report: TrialReport, typed: readonly TriedAddress[]): string {
  const { requests, landed, general, neverThere, foreign, byKind, byStatus, misses } = report;
  const share = (part: Share): string => `${part.landed} of ${part.requests}`;
  const lines = typed.map(({ path, lead, trouble }) =>
    trouble === null
      ? `${path}\n  ${lead === null ? 'stays served from the old folder' : `${lead.kind}: ${lead.newUrl}`}`
      : `${path}\n  leads nowhere: ${trouble}`,
  );
  lines.push(
    `${landed} of ${counted(requests, 'request for an old address lands', 'requests for old addresses land')}${requests === 0 ? '' : ` (${((landed / requests) * 100).toFixed(2)} %)`}, ${general} of them at their list's page only`,
  );
  if (neverThere > 0) lines.push(`${neverThere} more failed on the old server already`);
  if (foreign > 0) lines.push(`${foreign} were for other things than Mailman's addresses`);
  for (const [kind, part] of Object.entries(byKind)) lines.push(`  ${kind}: ${share(part)}`);
  for (const [status, part] of Object.entries(byStatus))
    lines.push(`  answered ${status} before: ${share(part)}`);
  if (misses.length > 0)
    lines.push(`${counted(misses.length, 'address leads', 'addresses lead')} nowhere; the worst:`);
  for (const { path, count, why } of misses.slice(0, WORST))
    lines.push(`  ${count} × ${path}: ${why}`);
  return `${lines.join('\n')}\n`;
}
