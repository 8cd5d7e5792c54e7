// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { HeaderMatch } from '../model/header-match.js';
import type { DesiredList } from '../model/mailman3-list.js';
import { heldKey, membershipKey } from '../model/moderation-request.js';

type Moderation = Pick<DesiredList, 'bans' | 'contestedBans' | 'headerMatches' | 'requests'>;

export interface MergedModeration extends Moderation {
  readonly findings: readonly Diagnostic[];
}

/**
 * Bans, header filters and requests of both lists, the target's first. `into` holds the merged
 * rosters already; `target` is the list as it was without the other one.
 */
export function mergeModeration(
  into: DesiredList,
  target: DesiredList,
  other: DesiredList,
): MergedModeration {
  const findings: Diagnostic[] = [];
  const take = (finding: Omit<Diagnostic, 'list'>): void => {
    findings.push({ ...finding, list: other.sourceName });
  };
  return {
    bans: [...new Set([...into.bans, ...other.bans])],
    contestedBans: [...new Set([...into.contestedBans, ...other.contestedBans])],
    headerMatches: mergeHeaderMatches(into, other, take),
    requests: mergeRequests(into, target, other, take),
    findings,
  };
}

type Take = (finding: Omit<Diagnostic, 'list'>) => void;

const isSame = (a: HeaderMatch, b: HeaderMatch): boolean =>
  a.header === b.header && a.pattern === b.pattern;

/** A filter that lets posts through unseen would open the target to them: those stay behind. */
function mergeHeaderMatches(
  into: DesiredList,
  other: DesiredList,
  take: Take,
): readonly HeaderMatch[] {
  const fresh = other.headerMatches.filter(
    (match) => !into.headerMatches.some((present) => isSame(present, match)),
  );
  const opening = fresh.filter(({ action }) => action === 'accept');
  for (const { header, pattern } of opening) {
    take({
      code: 'merge.filter-left-out',
      severity: 'warning',
      summary: `the header filter ${header}: ${pattern} of ${other.sourceName} is left out`,
      why: `it accepts posts unseen, which ${into.sourceName} did not ask for`,
      next: `add it to ${into.sourceName} in Postorius if that is meant`,
    });
  }
  return [...into.headerMatches, ...fresh.filter((match) => !opening.includes(match))];
}

function mergeRequests(
  into: DesiredList,
  target: DesiredList,
  other: DesiredList,
  take: Take,
): DesiredList['requests'] {
  const held = new Set(into.requests.held.map(heldKey));
  const twice = other.requests.held.filter((message) => held.has(heldKey(message)));
  if (twice.length > 0) {
    take({
      code: 'merge.held-twice',
      severity: 'info',
      summary: `${twice.length} held messages are held once only`,
      why: `${into.sourceName} holds the same: ${twice.map(heldKey).join(', ')}`,
    });
  }
  const known = new Set(into.requests.membership.map(membershipKey));
  const members = new Set(into.rosters.member.map(({ email }) => email.toLowerCase()));
  const before = new Set(target.rosters.member.map(({ email }) => email.toLowerCase()));
  const leave = (kind: string, email: string, why: string): false => {
    take({
      code: 'merge.request-left-out',
      severity: 'info',
      summary: `the ${kind} request of ${JSON.stringify(email)} is left out`,
      why,
    });
    return false;
  };
  const membership = other.requests.membership.filter((request) => {
    const { kind, email } = request;
    const key = email.toLowerCase();
    if (known.has(membershipKey(request))) return leave(kind, email, 'both lists have it');
    if (kind === 'subscription' && members.has(key))
      return leave(kind, email, `the address is a member of ${into.sourceName}`);
    // To leave the one list is not to leave the other.
    if (kind === 'unsubscription' && before.has(key))
      return leave(kind, email, `the address was a member of ${into.sourceName} by itself`);
    return true;
  });
  return {
    held: [
      ...into.requests.held,
      ...other.requests.held.filter((message) => !twice.includes(message)),
    ],
    membership: [
      // Whoever asked to join the target may have come with the other list.
      ...into.requests.membership.filter(
        ({ kind, email }) =>
          kind !== 'subscription' ||
          !members.has(email.toLowerCase()) ||
          leave(kind, email, `the address becomes a member with ${other.sourceName}`),
      ),
      ...membership,
    ],
  };
}
