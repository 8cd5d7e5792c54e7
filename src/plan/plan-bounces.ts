// SPDX-License-Identifier: GPL-3.0-or-later
import { counted } from '../model/counted.js';
import type {
  BounceState,
  DesiredList,
  ObservedList,
  ObservedMember,
} from '../model/mailman3-list.js';
import type { Operation } from './operation.js';
import type { MemberBounce } from './target-port.js';

/**
 * The one operation that writes what Mailman 2 knew of bounces, for members that are added or
 * changed and for those where Core knows nothing yet; what Core counted itself is left alone.
 */
export function planBounces(
  desired: DesiredList,
  observed: ObservedList | null,
  rosterOperations: readonly Operation[],
): readonly Operation[] {
  const touched = new Set(
    rosterOperations.flatMap((operation) =>
      (operation.kind === 'add-member' || operation.kind === 'change-member') &&
      operation.role === 'member'
        ? [operation.member.email.toLowerCase()]
        : [],
    ),
  );
  const present = new Map(
    (observed?.rosters.member ?? []).map((member) => [member.email.toLowerCase(), member]),
  );
  const members = desired.rosters.member.flatMap(({ email, bounce }): readonly MemberBounce[] => {
    if (bounce === null) return [];
    const found = present.get(email.toLowerCase());
    const needed =
      touched.has(email.toLowerCase()) || (found !== undefined && knowsLess(found, bounce));
    return needed ? [{ email, state: bounce }] : [];
  });
  if (members.length === 0) return [];
  return [
    {
      id: 'bounces',
      kind: 'set-bounce-states',
      members,
      summary: `bounce scores and warnings of ${counted(members.length, 'member')}`,
    },
  ];
}

/** Whether Core knows nothing yet of what Mailman 2 knew. */
function knowsLess(found: ObservedMember, bounce: BounceState): boolean {
  const blank = found.bounce.lastReceived === null;
  const unwarned =
    found.preferences.delivery_status === 'by_bounces' && found.bounce.lastWarned === null;
  return (
    (bounce.disabled && unwarned) ||
    (blank && (bounce.lastReceived !== null || bounce.score > found.bounce.score))
  );
}
