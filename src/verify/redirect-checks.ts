// SPDX-License-Identifier: GPL-3.0-or-later
import type { Check, RedirectProbe } from '../model/check.js';
import { counted } from '../model/counted.js';
import type { Redirect, RedirectKind } from '../model/redirect.js';

/** Up to `most` redirects of each kind, spread evenly over all of them: first, last and between. */
export function sampleRedirects(redirects: readonly Redirect[], most: number): readonly Redirect[] {
  const byKind = new Map<RedirectKind, Redirect[]>();
  for (const redirect of redirects) {
    const known = byKind.get(redirect.kind) ?? [];
    known.push(redirect);
    byKind.set(redirect.kind, known);
  }
  return [...byKind.values()].flatMap((all) => {
    if (all.length <= most) return all;
    const step = (all.length - 1) / Math.max(1, most - 1);
    return Array.from({ length: most }, (_, n) => all[Math.round(n * step)]).filter(
      (redirect) => redirect !== undefined,
    );
  });
}

/**
 * One check a kind: the old address answers 301 to the address meant, and that page answers 200.
 * Pages of a private archive ask strangers to log in (HyperKitty answers 403), which is right.
 */
export function redirectChecks(
  probes: readonly RedirectProbe[],
  privateArchive: boolean,
): readonly Check[] {
  const kinds = [...new Set(probes.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const ofKind = probes.filter((probe) => probe.kind === kind);
    const wrong = ofKind.filter((probe) => !landed(probe, privateArchive));
    const first = wrong[0];
    return {
      id: `redirects.${kind}`,
      ok: wrong.length === 0,
      expected: ofKind.length,
      actual: ofKind.length - wrong.length,
      summary:
        first === undefined
          ? counted(
              ofKind.length,
              'old address tried, it leads to its page',
              'old addresses tried, all lead to their page',
            )
          : `${wrong.length} of ${ofKind.length} fail: ${first.oldPath} answered ${first.status}, its target ${first.targetStatus ?? 'was not asked'}`,
    };
  });
}

function landed(probe: RedirectProbe, privateArchive: boolean): boolean {
  const served =
    probe.targetStatus === 200 ||
    (privateArchive && !OUTSIDE_ARCHIVE.has(probe.kind) && probe.targetStatus === 403);
  return probe.status === 301 && probe.location === probe.expectedUrl && served;
}

const OUTSIDE_ARCHIVE: ReadonlySet<RedirectKind> = new Set(['listinfo', 'admin']);
