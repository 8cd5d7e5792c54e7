// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { CoreAttributes } from './core-attributes.js';
import type { HeaderMatch } from './header-match.js';
import type { Json } from './json.js';
import type { ListTemplate, ObservedTemplate } from './list-template.js';
import type { ModerationRequests } from './moderation-request.js';

/** A value of Core's REST resource `/lists/LIST-ID/config`. */
export type SettingValue = boolean | number | string | readonly string[];
export type Settings = Readonly<Record<string, SettingValue>>;

/** How well an attribute of Mailman 2 survives: the plan's verdict on it. */
export type Verdict = 'exact' | 'approximate' | 'unsupported' | 'internal';

/** One attribute of the old list and what becomes of it. */
export interface AttributeVerdict {
  readonly attribute: string;
  readonly verdict: Verdict;
  /** The value in Mailman 2. */
  readonly source: Json;
  /** Where it goes: a REST attribute, or a word for what carries it; null when nothing does. */
  readonly target: string | null;
  /** The value that the REST attribute is to have, where there is one. */
  readonly desired: SettingValue | null;
  readonly reason: string;
}

export type Role = 'owner' | 'moderator' | 'member' | 'nonmember';
export const ROLES: readonly Role[] = ['owner', 'moderator', 'member', 'nonmember'];

export type DeliveryMode = 'regular' | 'plaintext_digests' | 'mime_digests';
export type DeliveryStatus = 'enabled' | 'by_user' | 'by_bounces' | 'by_moderator' | 'unknown';
export type ModerationAction = 'hold' | 'reject' | 'discard' | 'accept' | 'defer';

/** The per-member preferences that Core keeps (its rest/preferences.py). */
export interface Preferences {
  readonly acknowledge_posts: boolean;
  readonly hide_address: boolean;
  readonly delivery_mode: DeliveryMode;
  readonly delivery_status: DeliveryStatus;
  readonly preferred_language: string;
  readonly receive_list_copy: boolean;
  readonly receive_own_postings: boolean;
}

/** What Core keeps of a member's bounces; REST shows it and cannot set it. */
export interface BounceState {
  /** Whole bounces. */
  readonly score: number;
  /** ISO 8601 time of the last bounce. */
  readonly lastReceived: string | null;
  readonly warningsSent: number;
  /** Delivery is disabled by bounces: then Core goes on to warn and to remove. */
  readonly disabled: boolean;
}

/** One membership as it is to be. */
export interface DesiredMember {
  /** In the case that the subscriber typed; Core compares addresses without case. */
  readonly email: string;
  readonly displayName: string;
  /** null: what the list's default says. */
  readonly moderationAction: ModerationAction | null;
  /** Only members have preferences of their own. */
  readonly preferences: Preferences | null;
  /** null where the address never bounced. */
  readonly bounce: BounceState | null;
}

/** One membership as Core shows it. */
export interface ObservedMember {
  readonly memberId: string;
  readonly email: string;
  readonly displayName: string;
  readonly moderationAction: ModerationAction | null;
  readonly preferences: Partial<Preferences>;
  /** Times as Core shows them; `lastWarned` is null where it never warned this member. */
  readonly bounce: {
    readonly score: number;
    readonly lastReceived: string | null;
    readonly lastWarned: string | null;
  };
}

/** Somebody of the old list whom the new one cannot have. */
export interface LeftOutMember {
  readonly role: Role;
  /** As it stands in Mailman 2. */
  readonly email: string;
  readonly why: string;
  /** Under another spelling of the same address the person is on the list all the same. */
  readonly repeated: boolean;
}

export type Rosters<Member> = Readonly<Record<Role, readonly Member[]>>;

export type ArchivePolicy = 'never' | 'private' | 'public';

/** A Mailman 3 list as it is to be: computed once from the snapshot of the old one. */
export interface DesiredList {
  /** Mailman 2 name it comes from. */
  readonly sourceName: string;
  readonly fqdnListname: string;
  /** RFC 2919 list identifier, `list.domain`, by which REST names the list. */
  readonly listId: string;
  readonly mailHost: string;
  readonly settings: Settings;
  readonly verdicts: readonly AttributeVerdict[];
  readonly rosters: Rosters<DesiredMember>;
  readonly leftOut: readonly LeftOutMember[];
  readonly archivePolicy: ArchivePolicy;
  /** Addresses and patterns (`^…`) that may not join nor post. */
  readonly bans: readonly string[];
  /** Those of the bans that match somebody of the rosters: Core would not let them in again. */
  readonly contestedBans: readonly string[];
  /** In the order in which Core tries them. */
  readonly headerMatches: readonly HeaderMatch[];
  readonly templates: readonly ListTemplate[];
  /** What only Core's own Python can write. */
  readonly coreAttributes: CoreAttributes;
  readonly requests: ModerationRequests;
  readonly findings: readonly Diagnostic[];
}

/** A Mailman 3 list as Core shows it now. */
export interface ObservedList {
  readonly fqdnListname: string;
  readonly listId: string;
  /** All of `/config`. */
  readonly settings: Readonly<Record<string, Json>>;
  readonly rosters: Rosters<ObservedMember>;
  readonly bans: readonly string[];
  readonly headerMatches: readonly HeaderMatch[];
  readonly templates: readonly ObservedTemplate[];
  /** Empty where Core's host is out of reach. */
  readonly coreAttributes: CoreAttributes;
  readonly requests: ObservedRequests;
}

/** What waits for a moderator in Core; empty where its host is out of reach. */
export interface ObservedRequests {
  /** Message-IDs, in angle brackets. */
  readonly held: readonly string[];
  /** `subscription ADDRESS` or `unsubscription ADDRESS`, lower case. */
  readonly membership: readonly string[];
}

/** RFC 2919 list identifier of a posting address: the @ becomes a dot. */
export function listIdOf(fqdnListname: string): string {
  return fqdnListname.replace('@', '.');
}
