// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { isAcceptableToCore } from '../model/email-address.js';
import {
  type Mailman2List,
  type Mailman2Member,
  MEMBER_OPTION,
  numberAttribute,
  stringsAttribute,
  truthyAttribute,
} from '../model/mailman2-list.js';
import type {
  BounceState,
  DeliveryMode,
  DeliveryStatus,
  DesiredMember,
  LeftOutMember,
  ModerationAction,
  Role,
  Rosters,
} from '../model/mailman3-list.js';
import { NOTHING_ASKED } from './moderation/facts.js';
import { mapNonmembers } from './moderation/nonmembers.js';
import type { MappingContext } from './row.js';

// Mailman/MemberAdaptor.py: ENABLED, UNKNOWN, BYUSER, BYADMIN, BYBOUNCE.
const DELIVERY_STATUS: readonly DeliveryStatus[] = [
  'enabled',
  'unknown',
  'by_user',
  'by_moderator',
  'by_bounces',
];

const MODERATED: readonly ModerationAction[] = ['hold', 'reject', 'discard'];

export interface MappedRosters {
  readonly rosters: Rosters<DesiredMember>;
  readonly leftOut: readonly LeftOutMember[];
  readonly findings: readonly Diagnostic[];
}

/**
 * The four rosters of the new list. Whoever cannot be in them (an address that Core refuses, the
 * list's own address, a second spelling of the same address) is named in a finding.
 */
export function mapRosters(
  list: Mailman2List,
  fqdnListname: string,
  context: MappingContext,
): MappedRosters {
  const findings: Diagnostic[] = [];
  const take = (role: Role): Take => new Take(role, fqdnListname, list.name, findings);

  const members = take('member');
  for (const member of list.members) {
    members.add(desiredMember(member, list, context, findings));
  }
  findings.push(...unknownLanguages(list, context));
  const owners = take('owner');
  for (const email of stringsAttribute(list, 'owner')) owners.add(plain(email, null));
  const moderators = take('moderator');
  for (const email of stringsAttribute(list, 'moderator')) moderators.add(plain(email, null));

  const nonmembers = take('nonmember');
  const memberAddresses = new Set(members.taken.map(({ email }) => email.toLowerCase()));
  const others = mapNonmembers(list, memberAddresses, context.moderation ?? NOTHING_ASKED);
  for (const { email, action } of others.nonmembers) nonmembers.add(plain(email, action));
  findings.push(...others.findings);
  return {
    rosters: {
      owner: owners.taken,
      moderator: moderators.taken,
      member: members.taken,
      nonmember: nonmembers.taken,
    },
    leftOut: [owners, moderators, members, nonmembers].flatMap(({ leftOut }) => leftOut),
    findings,
  };
}

function plain(email: string, moderationAction: ModerationAction | null): DesiredMember {
  return {
    email: email.trim(),
    displayName: '',
    moderationAction,
    preferences: null,
    bounce: null,
  };
}

function desiredMember(
  member: Mailman2Member,
  list: Mailman2List,
  context: MappingContext,
  findings: Diagnostic[],
): DesiredMember {
  const has = (option: keyof typeof MEMBER_OPTION): boolean =>
    (member.options & MEMBER_OPTION[option]) !== 0;
  const note = (code: string, summary: string, why: string): void => {
    findings.push({ code, severity: 'info', list: list.name, summary, why });
  };

  const own = languageOf(member, list, context);
  const status = DELIVERY_STATUS[member.deliveryStatus];
  if (status === undefined) {
    note(
      'mapping.member-status',
      `${member.address}: delivery status ${member.deliveryStatus} becomes enabled`,
      'Mailman 2 has no such status',
    );
  }
  if (has('receiveNonmatchingTopics') && truthyAttribute(list, 'topics')) {
    note(
      'mapping.member-topics',
      `${member.address}: the option about topics is not carried over`,
      'Mailman 3 does not offer topics',
    );
  }
  return {
    email: member.originalAddress,
    displayName: member.name ?? '',
    moderationAction: moderationOf(has('moderate'), list),
    preferences: {
      acknowledge_posts: has('acknowledgePosts'),
      hide_address: has('concealSubscription'),
      delivery_mode: deliveryMode(member.digest, has('disableMimeDigests')),
      delivery_status: status ?? 'enabled',
      preferred_language: own,
      receive_list_copy: !has('dontReceiveDuplicates'),
      receive_own_postings: !has('dontReceiveOwnPosts'),
    },
    bounce: bounceState(member, list),
  };
}

/**
 * Written out for every member: `null` would mean the list's default, and on a moderated list
 * that is hold or reject, so approved posters would lose their right to post.
 */
function moderationOf(moderated: boolean, list: Mailman2List): ModerationAction {
  if (!moderated) return 'defer';
  return MODERATED[numberAttribute(list, 'member_moderation_action') ?? 0] ?? 'hold';
}

/**
 * Mailman 2 counts the warnings that are left, Core those that were sent; a member without any
 * record of bounces who is disabled by them starts with none sent.
 */
function bounceState(member: Mailman2Member, list: Mailman2List): BounceState | null {
  const disabled = DELIVERY_STATUS[member.deliveryStatus] === 'by_bounces';
  if (member.bounce === null && !disabled) return null;
  const all = Math.max(0, numberAttribute(list, 'bounce_you_are_disabled_warnings') ?? 0);
  const left = Math.min(all, Math.max(0, member.bounce?.noticesLeft ?? all));
  return {
    score: Math.ceil(Math.max(0, member.bounce?.score ?? 0)),
    lastReceived: member.bounce?.date == null ? null : `${member.bounce.date}T00:00:00`,
    warningsSent: disabled ? all - left : 0,
    disabled,
  };
}

function deliveryMode(digest: boolean, plaintext: boolean): DeliveryMode {
  if (!digest) return 'regular';
  return plaintext ? 'plaintext_digests' : 'mime_digests';
}

const language = (code: unknown, fallback: string, { languages }: MappingContext): string =>
  typeof code === 'string' && languages.has(code) ? code : fallback;

/** The language of a member; that of the list, or of the site, where Core does not know it. */
function languageOf(member: Mailman2Member, list: Mailman2List, context: MappingContext): string {
  const ofList = language(list.attributes['preferred_language'], context.siteLanguage, context);
  return language(member.language, ofList, context);
}

/** One finding for each language that Core lacks: a list can have thousands of such members. */
function unknownLanguages(list: Mailman2List, context: MappingContext): readonly Diagnostic[] {
  const counts = new Map<string, { readonly becomes: string; members: number }>();
  for (const member of list.members) {
    const becomes = languageOf(member, list, context);
    if (member.language === null || member.language === becomes) continue;
    const count = counts.get(member.language) ?? { becomes, members: 0 };
    count.members += 1;
    counts.set(member.language, count);
  }
  return [...counts].map(([code, { becomes, members }]) => ({
    code: 'mapping.member-language',
    severity: 'warning',
    list: list.name,
    summary: `language ${code} (members: ${members}) becomes ${becomes}`,
    why: 'Core does not know that language',
    next: `add a [language.${code}] section to mailman.cfg before the migration`,
  }));
}

type Refusal = Omit<Diagnostic, 'summary' | 'why'> & { readonly why: string };

/** Collects one roster and refuses what Core would refuse, with a finding each. */
class Take {
  readonly taken: DesiredMember[] = [];
  readonly leftOut: LeftOutMember[] = [];
  readonly #seen = new Map<string, string>();
  readonly #role: Role;
  readonly #postingAddress: string;
  readonly #list: string;
  readonly #findings: Diagnostic[];

  constructor(role: Role, postingAddress: string, list: string, findings: Diagnostic[]) {
    this.#role = role;
    this.#postingAddress = postingAddress;
    this.#list = list;
    this.#findings = findings;
  }

  add(member: DesiredMember): void {
    const key = member.email.toLowerCase();
    const refusal = this.#refusal(member.email, key);
    if (refusal === null) {
      this.#seen.set(key, member.email);
      this.taken.push(member);
    } else {
      this.leftOut.push({
        role: this.#role,
        email: member.email,
        why: refusal.why,
        repeated: this.#seen.has(key),
      });
      this.#findings.push({
        ...refusal,
        list: this.#list,
        summary: `${this.#role} ${JSON.stringify(member.email)} is left out`,
      });
    }
  }

  #refusal(email: string, key: string): Refusal | null {
    const earlier = this.#seen.get(key);
    if (earlier !== undefined) {
      return {
        code: 'mapping.address-repeated',
        severity: 'info',
        why: `it is the same address as ${earlier}`,
      };
    }
    if (key === this.#postingAddress.toLowerCase() && this.#role !== 'nonmember') {
      return {
        code: 'mapping.address-is-list',
        severity: 'warning',
        why: "it is the list's own posting address, which Core refuses",
        next: 'name a person instead in Postorius',
      };
    }
    if (!isAcceptableToCore(email)) {
      return {
        code: 'mapping.address-invalid',
        severity: 'warning',
        why: email.includes('@')
          ? 'Mailman Core refuses this form of address'
          : 'it has no domain, which Mailman Core wants',
        next: 'add the right address in Postorius',
      };
    }
    return null;
  }
}
