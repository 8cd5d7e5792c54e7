// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import {
  type DesiredList,
  type DesiredMember,
  type ObservedList,
  type ObservedMember,
  type Role,
  ROLES,
} from '../model/mailman3-list.js';
import type { Json } from '../model/json.js';
import type { Conflict } from '../model/plan-report.js';
import { nameStays } from './apply-rosters.js';
import { memberDifference, memberOptions } from './compare.js';
import type { LastApplied, Operation } from './operation.js';

/** Memberships over all roles, by what happens to them. */
export interface RosterCounts {
  readonly add: number;
  readonly change: number;
  readonly keep: number;
  readonly remove: number;
}

/** A membership that is as wanted already. */
export interface KeptMember {
  readonly role: Role;
  readonly member: DesiredMember;
}

interface RosterPlan {
  readonly operations: readonly Operation[];
  /** Of a list that the tool made, and those that a killed apply was about to write. */
  readonly kept: readonly KeptMember[];
  readonly counts: RosterCounts;
  readonly conflicts: readonly Conflict[];
  readonly findings: readonly Diagnostic[];
}

interface Context {
  readonly role: Role;
  readonly list: string;
  readonly base: Readonly<Record<string, DesiredMember>>;
  readonly created: boolean;
  readonly pending: ReadonlySet<string>;
  readonly overwrite: boolean;
  readonly conflicts: Conflict[];
}

type Decision = Operation | Diagnostic | 'keep';

/** Plans the four rosters; owners come first, so that somebody is in charge from the start. */
export function planRosters(
  desired: DesiredList,
  observed: ObservedList | null,
  last: LastApplied,
  { overwrite }: { readonly overwrite: boolean },
): RosterPlan {
  const operations: Operation[] = [];
  const findings: Diagnostic[] = [];
  const kept: KeptMember[] = [];
  const conflicts: Conflict[] = [];
  const counts = { add: 0, change: 0, keep: 0, remove: 0 };
  for (const role of ROLES) {
    const context: Context = {
      role,
      list: desired.sourceName,
      base: last.rosters[role],
      created: observed === null || last.created,
      pending: new Set(last.pending[role]),
      overwrite,
      conflicts,
    };
    const present = new Map(
      (observed?.rosters[role] ?? []).map((member) => [member.email.toLowerCase(), member]),
    );
    const decisions: Decision[] = desired.rosters[role].map((member) => {
      const key = member.email.toLowerCase();
      const found = present.get(key);
      present.delete(key);
      if (found === undefined) return decideAbsent(member, context);
      const decision = decidePresent(member, found, context);
      const before = context.base[key]?.displayName;
      if (isOtherName(member, found) && before !== member.displayName)
        findings.push(nameStays(context.list, member, found.displayName));
      if (decision === 'keep' && (context.created || context.pending.has(key)))
        kept.push({ role, member });
      return decision;
    });
    for (const found of present.values()) decisions.push(decideExtra(found, context));
    for (const decision of decisions) {
      if (decision === 'keep') counts.keep += 1;
      else if ('severity' in decision) {
        counts.keep += 1;
        findings.push(decision);
      } else {
        operations.push(decision);
        counts[verb(decision)] += 1;
      }
    }
  }
  return { operations, kept, counts, conflicts, findings };
}

const verb = ({ kind }: Operation): 'add' | 'change' | 'remove' =>
  kind === 'add-member' ? 'add' : kind === 'remove-member' ? 'remove' : 'change';

function decideAbsent(member: DesiredMember, context: Context): Decision {
  const { role, list, base, overwrite } = context;
  const before = base[member.email.toLowerCase()];
  if (before !== undefined) context.conflicts.push(conflict(member, null, context));
  if (before !== undefined && !overwrite) {
    return {
      code: 'plan.member-left',
      severity: 'warning',
      list,
      summary: `${role} ${member.email} is not added again`,
      why: 'the last apply added the address, and it was removed in Mailman 3 since',
      next: 'apply with --overwrite to add it all the same',
    };
  }
  return {
    id: `add:${role}:${member.email.toLowerCase()}`,
    kind: 'add-member',
    role,
    member,
    summary: `add ${role} ${member.email}`,
  };
}

function decidePresent(member: DesiredMember, found: ObservedMember, context: Context): Decision {
  const { role, list, base, created, overwrite } = context;
  const change = memberDifference(member, found);
  if (change === null) return 'keep';
  const before = base[member.email.toLowerCase()];
  const onlyName = Object.keys(change).every((key) => key === 'displayName');
  const ours =
    // Begun by an apply that was cut off.
    context.pending.has(member.email.toLowerCase()) ||
    (before === undefined
      ? created || onlyName // nobody chose to have no name
      : memberDifference(before, found) === null);
  if (!ours) context.conflicts.push(conflict(member, found, context));
  if (!ours && !overwrite) {
    return {
      code: 'plan.member-conflict',
      severity: 'warning',
      list,
      summary: `${role} ${member.email} is left as it is in Mailman 3`,
      why:
        before === undefined
          ? 'the membership was in Mailman 3 before'
          : 'its options were changed in Mailman 3 since the last apply',
      next: 'apply with --overwrite to give it the options of Mailman 2',
    };
  }
  return {
    id: `change:${role}:${member.email.toLowerCase()}`,
    kind: 'change-member',
    role,
    memberId: found.memberId,
    member,
    change,
    summary: `change ${role} ${member.email}`,
  };
}

const isOtherName = ({ displayName }: DesiredMember, found: ObservedMember): boolean =>
  displayName !== '' && found.displayName !== '' && found.displayName !== displayName;

/** A membership three ways; of its options, those that differ. */
function conflict(
  member: DesiredMember,
  found: ObservedMember | null,
  { role, base, overwrite }: Context,
): Conflict {
  const names = found === null ? null : Object.keys(memberOptions(memberDifference(member, found)));
  const options = (of: DesiredMember | ObservedMember | null | undefined): Json => {
    if (of === null || of === undefined) return null;
    const all = memberOptions(of);
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => names === null || names.includes(name)),
    );
  };
  return {
    kind: 'member',
    what: member.email,
    role,
    lastApplied: options(base[member.email.toLowerCase()]),
    observed: options(found),
    desired: options(member),
    overruled: overwrite,
  };
}

/** Somebody whom Mailman 2 does not have (any more). */
function decideExtra(found: ObservedMember, { role, base }: Context): Decision {
  const before = base[found.email.toLowerCase()];
  // Joined in Mailman 3, or was there before: not ours to remove. Left Mailman 2 since the last
  // apply: must not get mail again.
  if (before === undefined || memberDifference(before, found) !== null) return 'keep';
  return {
    id: `remove:${role}:${found.email.toLowerCase()}`,
    kind: 'remove-member',
    role,
    memberId: found.memberId,
    email: found.email,
    summary: `remove ${role} ${found.email}, who left in Mailman 2`,
  };
}
