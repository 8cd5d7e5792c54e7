// SPDX-License-Identifier: GPL-3.0-or-later
import type { Check } from '../model/check.js';
import { counted } from '../model/counted.js';
import type { HeaderMatch } from '../model/header-match.js';
import type { DesiredList, ObservedList } from '../model/mailman3-list.js';

/** Bans and header filters; none where Mailman 2 had none. What Mailman 3 has besides is its own. */
export function moderationChecks(desired: DesiredList, observed: ObservedList): readonly Check[] {
  return [...bansCheck(desired, observed), ...headerMatchesCheck(desired, observed)];
}

function bansCheck({ bans }: DesiredList, observed: ObservedList): readonly Check[] {
  if (bans.length === 0) return [];
  const standing = new Set(observed.bans);
  const missing = bans.filter((ban) => !standing.has(ban));
  return [
    {
      id: 'bans',
      ok: missing.length === 0,
      expected: bans,
      actual: observed.bans,
      summary:
        missing.length === 0
          ? `${counted(bans.length, 'ban')} as wanted`
          : `${missing.length} of ${counted(bans.length, 'ban')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    },
  ];
}

function headerMatchesCheck(
  { headerMatches }: DesiredList,
  observed: ObservedList,
): readonly Check[] {
  if (headerMatches.length === 0) return [];
  const wanted = headerMatches.map(asText);
  const found = observed.headerMatches.map(asText);
  const ok = isInOrder(wanted, found);
  return [
    {
      id: 'header-matches',
      ok,
      expected: wanted,
      actual: found,
      summary: ok
        ? `${counted(wanted.length, 'header filter')} as wanted`
        : `the ${wanted.length} header filters are not all there in their order`,
    },
  ];
}

const asText = ({ header, pattern, action }: HeaderMatch): string =>
  `${action ?? 'default'} ${header}: ${pattern}`;

/** Whether all wanted ones are there, one after the other, whatever stands between. */
function isInOrder(wanted: readonly string[], found: readonly string[]): boolean {
  let next = 0;
  for (const each of found) if (each === wanted[next]) next += 1;
  return next === wanted.length;
}
