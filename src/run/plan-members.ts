// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import {
  type DesiredMember,
  type ObservedList,
  type ObservedMember,
  type Role,
  ROLES,
} from '../model/mailman3-list.js';
import type { PlannedMember } from '../model/plan-report.js';
import { memberDifference, memberOptions } from '../plan/compare.js';
import type { Operation } from '../plan/operation.js';
import type { PlannedList } from './steps.js';

type MemberOperation = Extract<Operation, { readonly role: Role }>;

/** What becomes of every single membership: of both sides, and of those who cannot come. */
export function plannedMembers({ desired, observed, plan }: PlannedList): readonly PlannedMember[] {
  const operations = new Map<string, MemberOperation>();
  for (const operation of plan.operations) {
    if (!('role' in operation)) continue;
    const address = operation.kind === 'remove-member' ? operation.email : operation.member.email;
    operations.set(key(operation.role, address), operation);
  }
  const disputed = new Set(
    plan.conflicts.flatMap(({ role, what }) => (role === null ? [] : [key(role, what)])),
  );
  return ROLES.flatMap((role) => {
    const present = presentIn(observed, role);
    const wanted = desired.rosters[role].map((member): PlannedMember => {
      const at = key(role, member.email);
      const found = present.get(member.email.toLowerCase()) ?? null;
      present.delete(member.email.toLowerCase());
      return planned(member, found, role, operations.get(at), disputed.has(at));
    });
    const extra = [...present.values()].map((found) => onlyThere(found, role, operations));
    const leftOut = desired.leftOut
      .filter((one) => one.role === role)
      .map(({ email, why }): PlannedMember => {
        return { ...blank(role, email, ''), outcome: 'left-out', reason: why };
      });
    return [...wanted, ...extra, ...leftOut];
  });
}

const key = (role: Role, address: string): string => `${role} ${address.toLowerCase()}`;

const presentIn = (observed: ObservedList | null, role: Role): Map<string, ObservedMember> =>
  new Map((observed?.rosters[role] ?? []).map((member) => [member.email.toLowerCase(), member]));

const blank = (role: Role, address: string, name: string) => ({
  role,
  address,
  name,
  fields: [],
  reason: null,
});

function planned(
  member: DesiredMember,
  found: ObservedMember | null,
  role: Role,
  operation: MemberOperation | undefined,
  disputed: boolean,
): PlannedMember {
  const row = blank(role, member.email, member.displayName);
  const fields = found === null ? [] : differences(member, found);
  if (operation?.kind === 'add-member') return { ...row, outcome: 'add' };
  if (operation?.kind === 'change-member') return { ...row, fields, outcome: 'change' };
  if (!disputed) return { ...row, outcome: 'keep' };
  const reason =
    found === null
      ? 'removed in Mailman 3 since the last apply: it stays away'
      : 'Mailman 3 has other options: they stay';
  return { ...row, fields, outcome: 'conflict', reason };
}

function onlyThere(
  found: ObservedMember,
  role: Role,
  operations: ReadonlyMap<string, MemberOperation>,
): PlannedMember {
  const row = blank(role, found.email, found.displayName);
  return operations.has(key(role, found.email))
    ? { ...row, outcome: 'remove', reason: 'left in Mailman 2 since the last apply' }
    : { ...row, outcome: 'theirs', reason: 'only in Mailman 3: it stays' };
}

function differences(member: DesiredMember, found: ObservedMember): PlannedMember['fields'] {
  const now: Readonly<Record<string, Json>> = memberOptions(found);
  const wanted = memberOptions(memberDifference(member, found));
  return Object.entries(wanted).map(([field, to]) => ({ field, from: now[field] ?? null, to }));
}
