// SPDX-License-Identifier: GPL-3.0-or-later
import type { Check } from '../model/check.js';
import { counted } from '../model/counted.js';
import {
  type DesiredList,
  type DesiredMember,
  type ObservedList,
  type ObservedMember,
  type Role,
  ROLES,
} from '../model/mailman3-list.js';
import type { Judge } from './judge.js';

// How many addresses a summary names; the full lists stand in expected and actual.
const NAMED = 5;

/** One check a role: every address is there, with its options; more than expected is no fault. */
export function rosterChecks(
  desired: DesiredList,
  observed: ObservedList,
  judge: Judge,
): readonly Check[] {
  return ROLES.map((role) =>
    rosterCheck(role, desired.rosters[role], observed.rosters[role], judge),
  );
}

function rosterCheck(
  role: Role,
  desired: readonly DesiredMember[],
  observed: readonly ObservedMember[],
  judge: Judge,
): Check {
  const present = new Map(observed.map((member) => [member.email.toLowerCase(), member]));
  const missing: string[] = [];
  const different: string[] = [];
  for (const member of desired) {
    const found = present.get(member.email.toLowerCase());
    if (found === undefined) missing.push(member.email);
    else if (!judge.sameMember(member, found)) different.push(member.email);
  }
  const wrong = [...missing, ...different];
  const tail =
    wrong.length === 0
      ? ''
      : `: ${wrong.slice(0, NAMED).join(', ')}${wrong.length > NAMED ? ', …' : ''}`;
  return {
    id: `roster.${role}`,
    ok: wrong.length === 0,
    expected: desired.length,
    actual: { present: desired.length - missing.length, missing, different, all: observed.length },
    summary: `${desired.length - missing.length} of ${counted(desired.length, role)} there, ${different.length} with other options${tail}`,
  };
}
