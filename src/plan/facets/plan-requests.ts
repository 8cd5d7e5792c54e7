// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { counted } from '../../model/counted.js';
import type { DesiredList, ObservedList, ObservedRequests } from '../../model/mailman3-list.js';
import {
  heldKey,
  keyOfId,
  membershipKey,
  type ModerationRequests,
} from '../../model/moderation-request.js';
import type { LastApplied } from '../operation.js';
import type { PlanFacet } from './facet.js';

const NOBODY: ObservedRequests = { held: [], membership: [] };

/**
 * Held messages and requests of people who want to join or to leave. A request that was carried
 * over and is gone was settled in Mailman 3: it never comes again, with `overwrite` neither. One
 * that waits there without the tool's knowing (an apply was killed before it could write that
 * down) is planned all the same: putting it there again changes nothing, and then it is known.
 */
export const planRequests: PlanFacet = (desired, observed, last, { reachesCore, overwrite }) => {
  const findings = [...settledInMailman2(desired, observed, last)];
  if (!reachesCore) return { operations: [], findings };

  // A list that is gone took its queue along: nothing of that was settled by anybody.
  const carried = new Set(observed === null ? [] : last.requests);
  const wanted = ({ id }: { readonly id: string }): boolean => {
    if (carried.has(id)) return false;
    const why = last.refusedRequests[id];
    if (why === undefined || overwrite) return true;
    findings.push(requestRefused(desired.sourceName, id, why));
    return false;
  };
  const requests: ModerationRequests = {
    held: desired.requests.held.filter(wanted),
    membership: desired.requests.membership.filter(wanted),
  };
  if (requests.held.length + requests.membership.length === 0) return { operations: [], findings };
  return {
    operations: [
      {
        id: 'requests',
        kind: 'add-requests',
        requests,
        summary: `put ${kindsOf(requests)} before the moderators`,
      },
    ],
    findings,
  };
};

function kindsOf({ held, membership }: ModerationRequests): string {
  const of = (kind: string): number => membership.filter((request) => request.kind === kind).length;
  return [
    [held.length, 'held message'] as const,
    [of('subscription'), 'subscription request'] as const,
    [of('unsubscription'), 'unsubscription request'] as const,
  ]
    .filter(([count]) => count !== 0)
    .map(([count, what]) => counted(count, what))
    .join(', ');
}

/**
 * What was decided on the old side after it was carried over, and still waits on the new one. The
 * wish of somebody who is subscribed now goes by itself: the target withdraws it, without a mail.
 */
function settledInMailman2(
  desired: DesiredList,
  observed: ObservedList | null,
  last: LastApplied,
): readonly Diagnostic[] {
  const waiting = observed?.requests ?? NOBODY;
  const there = new Set(observed?.rosters.member.map(({ email }) => email.toLowerCase()));
  const joining = desired.rosters.member
    .filter(({ email }) => !there.has(email.toLowerCase()))
    .map(({ email }) => membershipKey({ kind: 'subscription', email }));
  const wanted = new Set([
    ...desired.requests.held.map(heldKey),
    ...desired.requests.membership.map(membershipKey),
    ...joining,
  ]);
  const present = new Set([...waiting.held, ...waiting.membership]);
  const settled = last.requests.map(keyOfId).filter((key) => present.has(key) && !wanted.has(key));
  if (settled.length === 0) return [];
  return [
    {
      code: 'plan.request-settled-in-mailman2',
      severity: 'warning',
      list: desired.sourceName,
      summary: `${counted(settled.length, 'request waits in Mailman 3 that is', 'requests wait in Mailman 3 that are')} gone from Mailman 2`,
      why: `they were decided on there, or their message is gone, since the last apply: ${settled.join(', ')}`,
      next: 'decide on them in Postorius too',
    },
  ];
}

/** A request that Core would not take, now or at an earlier apply. */
export const requestRefused = (list: string, id: string, why: string): Diagnostic => ({
  code: 'apply.request-refused',
  severity: 'warning',
  list,
  summary: `${keyOfId(id)} does not wait in Mailman 3`,
  why,
  next: 'decide on it in the old moderation page, or apply with --overwrite to try it again',
});
