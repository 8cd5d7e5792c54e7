// SPDX-License-Identifier: GPL-3.0-or-later
import type { HeaderMatch } from '../../model/header-match.js';
import type { Conflict } from '../../model/plan-report.js';
import { sameMatches } from '../compare.js';
import { NOTHING_TO_DO, type PlanFacet } from './facet.js';

/** Header filters: their order carries meaning, so they are replaced as a whole. */
export const planHeaderMatches: PlanFacet = (desired, observed, last, { overwrite }) => {
  const wanted = desired.headerMatches;
  const found = observed?.headerMatches ?? [];
  const writing = last.headerMatchesInFlight;
  if (sameMatches(wanted, found)) return NOTHING_TO_DO;
  // None of ours, now or before: what stands there is Mailman 3's own.
  if (wanted.length === 0 && last.headerMatches.length === 0 && writing === null) {
    return NOTHING_TO_DO;
  }
  const ours =
    observed === null ||
    sameMatches(last.headerMatches, found) ||
    // A killed apply wrote the first of them.
    (writing !== null && sameMatches(writing.slice(0, found.length), found));
  const conflicts: readonly Conflict[] = ours
    ? []
    : [
        {
          kind: 'other',
          what: 'header filters',
          role: null,
          lastApplied: last.headerMatches.length === 0 ? null : last.headerMatches.map(words),
          observed: found.map(words),
          desired: wanted.map(words),
          overruled: overwrite,
        },
      ];
  if (!ours && !overwrite) {
    return {
      conflicts,
      operations: [],
      findings: [
        {
          code: 'plan.header-matches-conflict',
          severity: 'warning',
          list: desired.sourceName,
          summary: `the ${found.length} header filters are left as they are in Mailman 3`,
          why:
            last.headerMatches.length === 0
              ? `they were in Mailman 3 before; those of Mailman 2 make ${wanted.length}`
              : `they were changed in Mailman 3 since the last apply; those of Mailman 2 make ${wanted.length}`,
          next: 'apply with --overwrite to replace them by those of Mailman 2',
        },
      ],
    };
  }
  return {
    operations: [
      {
        id: 'header-matches',
        kind: 'set-header-matches',
        matches: wanted,
        summary: `set ${wanted.length} header filters`,
      },
    ],
    findings: [],
    conflicts,
  };
};

const words = ({ header, pattern, action }: HeaderMatch): string =>
  `${header}: ${pattern} → ${action ?? "the site's action"}`;
