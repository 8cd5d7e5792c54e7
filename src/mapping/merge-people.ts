// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { counted } from '../model/counted.js';
import type {
  DesiredList,
  DesiredMember,
  LeftOutMember,
  ModerationAction,
  Role,
  Rosters,
} from '../model/mailman3-list.js';

// From free to strict, as a sender meets it.
const STRICTNESS: readonly ModerationAction[] = ['accept', 'defer', 'hold', 'reject', 'discard'];

const strictness = (action: ModerationAction): number => STRICTNESS.indexOf(action);

const stricter = (a: ModerationAction, b: ModerationAction): ModerationAction =>
  strictness(a) >= strictness(b) ? a : b;

/** Actions that keep a post from going straight to the list. */
const restricts = (action: ModerationAction): boolean => strictness(action) > strictness('defer');

/** What a list does with the posts of a member about whom it says nothing. */
function memberDefault({ settings }: DesiredList): ModerationAction {
  const action = settings['default_member_action'] as ModerationAction | undefined;
  return action !== undefined && STRICTNESS.includes(action) ? action : 'defer';
}

export interface MergedPeople {
  readonly rosters: Rosters<DesiredMember>;
  readonly leftOut: readonly LeftOutMember[];
  readonly findings: readonly Diagnostic[];
}

/**
 * The union of two lists' rosters. Whoever is on both keeps the name, options and delivery of the
 * target. Nobody gets more rights on the target than one of its new subscribers has, and whoever
 * was restricted in person on either list stays restricted: so a member of the other list alone
 * gets the target's default, or the action that sets them apart on the other list if it is
 * stricter. `own` holds the addresses of the lists themselves, in lower case: mail to a list that
 * is its own member goes in circles.
 */
export function mergePeople(
  target: DesiredList,
  other: DesiredList,
  own: ReadonlySet<string>,
): MergedPeople {
  const told: Told = { findings: [], leftOut: [] };
  const names: Names = { target: target.sourceName, other: other.sourceName };
  const members = mergeMembers(target, other, own, names, told);
  const owner = mergeOfficers('owner', target, other, own, names, told);
  const moderator = mergeOfficers('moderator', target, other, own, names, told);
  const { nonmember, restrictions } = mergeNonmembers(target, other, members, names, told);
  const member = restricted(members, memberDefault(target), restrictions, names, told);
  return { rosters: { owner, moderator, member, nonmember }, ...told };
}

/** What is to be said, gathered by the way. */
interface Told {
  readonly findings: Diagnostic[];
  readonly leftOut: LeftOutMember[];
}

interface Names {
  readonly target: string;
  readonly other: string;
}

const keyOf = ({ email }: DesiredMember): string => email.toLowerCase();

const byKey = (roster: readonly DesiredMember[]): Map<string, DesiredMember> =>
  new Map(roster.map((member) => [keyOf(member), member]));

const listed = (addresses: readonly string[]): string => addresses.join(', ');

function mergeMembers(
  target: DesiredList,
  other: DesiredList,
  own: ReadonlySet<string>,
  names: Names,
  told: Told,
): readonly DesiredMember[] {
  const { findings } = told;
  const usual = memberDefault(target);
  const elsewhere = memberDefault(other);
  const merged = byKey(withoutLists('member', target.rosters.member, own, names, told));
  const joined: string[] = [];
  const both: string[] = [];
  const silent: string[] = [];
  const tightened: string[] = [];
  for (const member of withoutLists('member', other.rosters.member, own, names, told)) {
    const theirs = member.moderationAction ?? elsewhere;
    const personal = strictness(theirs) > strictness(elsewhere) ? theirs : 'accept';
    const present = merged.get(keyOf(member));
    if (present === undefined) {
      joined.push(member.email);
      merged.set(keyOf(member), { ...member, moderationAction: stricter(usual, personal) });
      continue;
    }
    both.push(present.email);
    if (isOff(present) && !isOff(member)) silent.push(present.email);
    const before = present.moderationAction ?? usual;
    const action = stricter(before, personal);
    if (action !== before) tightened.push(`${present.email} (${action})`);
    merged.set(keyOf(member), {
      ...present,
      displayName: present.displayName === '' ? member.displayName : present.displayName,
      moderationAction: action === before ? present.moderationAction : action,
    });
  }
  const { target: into, other: from } = names;
  findings.push({
    code: 'merge.members',
    severity: 'info',
    list: from,
    summary: `${counted(joined.length, 'member')} of ${from} ${joined.length === 1 ? 'joins' : 'join'} ${into}, ${counted(both.length, 'is', 'are')} on it already`,
    ...(both.length === 0
      ? {}
      : { why: `who is on both keeps the options of ${into}: ${listed(both)}` }),
  });
  if (silent.length > 0) {
    findings.push({
      code: 'merge.delivery-off',
      severity: 'warning',
      list: from,
      summary: `${counted(silent.length, 'member')} of ${from} ${silent.length === 1 ? 'gets' : 'get'} no mail any more: their delivery is off on ${into}`,
      why: `the options of ${into} hold for who is on both: ${listed(silent)}`,
      next: 'tell them, or turn their delivery on in Postorius',
    });
  }
  if (tightened.length > 0) {
    findings.push({
      code: 'merge.moderation-stricter',
      severity: 'warning',
      list: from,
      summary: `${counted(tightened.length, 'member')} of ${into} ${tightened.length === 1 ? 'is' : 'are'} moderated as they were on ${from}`,
      why: `they were set apart there in person: ${listed(tightened)}`,
      next: 'set their moderation in Postorius if that is not meant',
    });
  }
  return [...merged.values()];
}

const isOff = ({ preferences }: DesiredMember): boolean =>
  preferences !== null && preferences.delivery_status !== 'enabled';

function withoutLists(
  role: Role,
  roster: readonly DesiredMember[],
  own: ReadonlySet<string>,
  { target, other }: Names,
  { findings, leftOut }: Told,
): readonly DesiredMember[] {
  return roster.filter((member) => {
    if (!own.has(keyOf(member))) return true;
    const why = `that is a list itself, which becomes one with ${target}: its mail would go in circles`;
    const { email } = member;
    leftOut.push({ role, email, why, repeated: false });
    findings.push({
      code: 'merge.list-as-member',
      severity: 'info',
      list: other,
      summary: `${role} ${email} is left out`,
      why,
    });
    return false;
  });
}

/** Owners and moderators of the other list get the same office on the target. */
function mergeOfficers(
  role: 'owner' | 'moderator',
  target: DesiredList,
  other: DesiredList,
  own: ReadonlySet<string>,
  names: Names,
  told: Told,
): readonly DesiredMember[] {
  const { findings } = told;
  const present = withoutLists(role, target.rosters[role], own, names, told);
  const known = byKey(present);
  const fresh = withoutLists(role, other.rosters[role], own, names, told).filter(
    (member) => !known.has(keyOf(member)),
  );
  if (fresh.length > 0) {
    findings.push({
      code: 'merge.office',
      severity: 'warning',
      list: names.other,
      summary: `${fresh.length} ${role}s of ${names.other} become ${role}s of ${names.target}`,
      why: listed(fresh.map(({ email }) => email)),
      next: `remove them in Postorius if they are not to have a say in ${names.target}`,
    });
  }
  return [...present, ...fresh];
}

interface Restriction {
  readonly action: ModerationAction;
  readonly list: string;
}

/**
 * Nonmembers of both lists, without those who are members now. A restriction of such a member is
 * returned; leave to post is taken over only where the target lets its own members post freely.
 */
function mergeNonmembers(
  target: DesiredList,
  other: DesiredList,
  members: readonly DesiredMember[],
  names: Names,
  { findings, leftOut }: Told,
): {
  readonly nonmember: readonly DesiredMember[];
  readonly restrictions: ReadonlyMap<string, Restriction>;
} {
  const known = byKey(members);
  const restrictions = new Map<string, Restriction>();
  const merged = new Map<string, DesiredMember>();
  const denied: string[] = [];
  const free = !restricts(memberDefault(target));
  const take = (entry: DesiredMember, list: string, trusted: boolean): void => {
    const action = entry.moderationAction ?? 'hold';
    const before = merged.get(keyOf(entry));
    if (known.has(keyOf(entry))) {
      const earlier = restrictions.get(keyOf(entry))?.action ?? 'accept';
      if (restricts(action) && stricter(action, earlier) === action)
        restrictions.set(keyOf(entry), { action, list });
    } else if (before !== undefined) {
      const ours = before.moderationAction ?? 'hold';
      if (restricts(action))
        merged.set(keyOf(entry), { ...before, moderationAction: stricter(ours, action) });
    } else if (restricts(action) || trusted) {
      merged.set(keyOf(entry), entry);
    } else {
      denied.push(entry.email);
    }
  };
  for (const entry of target.rosters.nonmember) take(entry, names.target, true);
  for (const entry of other.rosters.nonmember) take(entry, names.other, free);
  if (denied.length > 0) {
    const why = `${names.target} moderates its own members`;
    for (const email of denied) leftOut.push({ role: 'nonmember', email, why, repeated: false });
    findings.push({
      code: 'merge.nonmember-denied',
      severity: 'warning',
      list: names.other,
      summary: `${denied.length} nonmembers who could post to ${names.other} cannot post to ${names.target}`,
      why: `${why}: ${listed(denied)}`,
      next: 'add them as nonmembers in Postorius if they are to post',
    });
  }
  return { nonmember: [...merged.values()], restrictions };
}

/** Members whom one of the lists restricted while they were no members of it. */
function restricted(
  members: readonly DesiredMember[],
  usual: ModerationAction,
  restrictions: ReadonlyMap<string, Restriction>,
  { other }: Names,
  { findings }: Told,
): readonly DesiredMember[] {
  const changed: string[] = [];
  const merged = members.map((member) => {
    const restriction = restrictions.get(keyOf(member));
    if (restriction === undefined) return member;
    const before = member.moderationAction ?? usual;
    const action = stricter(before, restriction.action);
    if (action === before) return member;
    changed.push(`${member.email} (${action}, as a nonmember of ${restriction.list})`);
    return { ...member, moderationAction: action };
  });
  if (changed.length > 0) {
    findings.push({
      code: 'merge.moderation-stricter',
      severity: 'warning',
      list: other,
      summary: `${counted(changed.length, 'member is', 'members are')} moderated because one of the lists did so before they were its members`,
      why: listed(changed),
      next: 'set their moderation in Postorius if that is not meant',
    });
  }
  return merged;
}
