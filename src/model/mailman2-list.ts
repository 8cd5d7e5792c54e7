// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Json } from './json.js';

/** Bits of `user_options` (Mailman 2: Mailman/Defaults.py). */
export const MEMBER_OPTION = {
  dontReceiveOwnPosts: 2,
  acknowledgePosts: 4,
  disableMimeDigests: 8,
  concealSubscription: 16,
  suppressPasswordReminder: 32,
  receiveNonmatchingTopics: 64,
  moderate: 128,
  dontReceiveDuplicates: 256,
} as const;

/** One subscriber of a Mailman 2 list, as its pickle holds them. */
export interface Mailman2Member {
  /** The key of the members dictionary: always lower case. */
  readonly address: string;
  /** The same address in the case that the subscriber typed. */
  readonly originalAddress: string;
  readonly digest: boolean;
  /** Bit set of {@link MEMBER_OPTION}; 0 where the list keeps no entry, as Mailman 2 reads it. */
  readonly options: number;
  readonly language: string | null;
  readonly name: string | null;
  /** 0 enabled, 1 unknown, 2 by user, 3 by administrator, 4 by bounces (Mailman/MemberAdaptor.py). */
  readonly deliveryStatus: number;
  readonly bounce: Mailman2Bounce | null;
}

/** What Mailman 2 knows of a member's bounces (Mailman/Bouncer.py, _BounceInfo). */
export interface Mailman2Bounce {
  readonly score: number;
  /** Day of the last bounce, `YYYY-MM-DD`. */
  readonly date: string | null;
  /** Warnings still to be sent before the member is removed. */
  readonly noticesLeft: number;
}

/** What the archive of a list consists of on the old server. */
export interface Mailman2Archive {
  /** `LIST.mbox/LIST.mbox`, or `.gz` where it is packed; `bytes` are those of the file as it lies. */
  readonly mbox: { readonly path: string; readonly bytes: number } | null;
  readonly pipermail: { readonly path: string } | null;
}

/** What waits for somebody's decision on the old server. */
export interface Mailman2Queues {
  readonly held: number;
  readonly subscriptions: number;
  readonly unsubscriptions: number;
  /** Requests that nobody has confirmed yet. */
  readonly unconfirmed: number;
  /** Bytes of posts gathered for the next digest. */
  readonly digestBytes: number;
}

/** A post that waits for a moderator (Mailman/ListAdmin.py, HELDMSG). */
export interface Mailman2HeldMessage {
  /** The list's own number of the request. */
  readonly number: number;
  /** Seconds since 1970. */
  readonly heldAt: number | null;
  readonly sender: string;
  readonly subject: string;
  readonly reason: string;
  readonly fromUsenet: boolean;
  /** Base64; null where it is missing or was left out, which a finding of the list tells. */
  readonly message: string | null;
}

/** A wish to join or to leave that waits for a moderator (SUBSCRIPTION, UNSUBSCRIPTION). */
export interface Mailman2MembershipRequest {
  readonly number: number;
  readonly kind: 'subscription' | 'unsubscription';
  readonly address: string;
  readonly name: string;
  readonly digest: boolean;
  readonly language: string | null;
  readonly askedAt: number | null;
}

/** What waits for a moderator, whole. */
export interface Mailman2Requests {
  readonly held: readonly Mailman2HeldMessage[];
  readonly membership: readonly Mailman2MembershipRequest[];
}

/** A text of a list's own: `lists/LIST/LANGUAGE/NAME`, in the place of one of Mailman 2's. */
export interface Mailman2Template {
  readonly language: string;
  /** File name, such as `subscribeack.txt`. */
  readonly name: string;
  /** As it stands in the file, with Mailman 2's placeholders. */
  readonly text: string;
}

/** One Mailman 2 list, complete, as read from its own files. */
export interface Mailman2List {
  /** The folder's name: Mailman 2's internal name. */
  readonly name: string;
  /** `name@host_name`; the posting address. */
  readonly fqdn: string;
  /** The file it was read from. */
  readonly path: string;
  /** Every attribute but secrets and the per-member dictionaries. */
  readonly attributes: Readonly<Record<string, Json>>;
  /** Names of the attributes that hold passwords: their values never leave the old server. */
  readonly secrets: readonly string[];
  readonly charset: string;
  readonly members: readonly Mailman2Member[];
  readonly archive: Mailman2Archive;
  readonly queues: Mailman2Queues;
  readonly requests: Mailman2Requests;
  readonly templates: readonly Mailman2Template[];
  /** What went wrong or had to be guessed while reading it. */
  readonly findings: readonly Diagnostic[];
}

/** A list folder that could not be read as a list, with the reasons. */
export interface UnreadableList {
  readonly name: string;
  readonly findings: readonly Diagnostic[];
}

/** The site as a whole: what Mailman 2's own configuration says where it says it. */
export interface Mailman2Site {
  readonly root: string;
  readonly version: string | null;
  /** DEFAULT_URL_PATTERN, with `%s` for the host. */
  readonly urlPattern: string | null;
  /** PUBLIC_ARCHIVE_URL, with `%(hostname)s` and `%(listname)s`. */
  readonly publicArchiveUrl: string | null;
}

/** An attribute read as Python reads truth: 0, '', None, [] and absence are false. */
export function truthyAttribute(list: Mailman2List, name: string): boolean {
  return isTruthy(list.attributes[name]);
}

/** Python's truth value of a dumped value. */
export function isTruthy(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** A number attribute, truth values counting as 0 and 1 as in Python; null for anything else. */
export function numberAttribute(list: Mailman2List, name: string): number | null {
  const value = list.attributes[name];
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return null;
}

/** The strings of a list attribute; other elements are left out. */
export function stringsAttribute(list: Mailman2List, name: string): readonly string[] {
  const value = list.attributes[name];
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}
