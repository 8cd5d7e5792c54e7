// SPDX-License-Identifier: GPL-3.0-or-later
import type { Check } from '../model/check.js';
import { counted } from '../model/counted.js';
import type { DesiredList, ObservedList } from '../model/mailman3-list.js';
import { heldKey, membershipKey } from '../model/moderation-request.js';

// How many requests a summary names; all of them stand in actual.
const NAMED = 5;

/**
 * Whatever waits for a moderator in Mailman 2 waits in Mailman 3, unless it did and was decided on
 * there, or an apply said that Core will not take it. No check where nothing waits.
 *
 * @param accounted ids of the requests that an apply carried over or named as refused
 */
export function requestCheck(
  { requests }: DesiredList,
  observed: ObservedList,
  accounted: ReadonlySet<string>,
): readonly Check[] {
  const wanted = [
    ...requests.held.map((request) => ({ id: request.id, key: heldKey(request) })),
    ...requests.membership.map((request) => ({ id: request.id, key: membershipKey(request) })),
  ];
  if (wanted.length === 0) return [];
  const present = new Set([...observed.requests.held, ...observed.requests.membership]);
  const absent = wanted.filter(({ key }) => !present.has(key));
  const missing = absent.filter(({ id }) => !accounted.has(id)).map(({ key }) => key);
  const waiting = wanted.length - absent.length;
  const settled = absent.length - missing.length;
  const tail =
    missing.length === 0
      ? ''
      : `; missing: ${missing.slice(0, NAMED).join(', ')}${missing.length > NAMED ? ', …' : ''}`;
  return [
    {
      id: 'requests',
      ok: missing.length === 0,
      expected: wanted.length,
      actual: { waiting, settled, missing },
      summary: `${waiting} of ${counted(wanted.length, 'request waits', 'requests wait')} for a moderator, ${settled} were settled or refused${tail}`,
    },
  ];
}
