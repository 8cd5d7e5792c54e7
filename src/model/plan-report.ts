// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Json } from './json.js';
import type { ArchivePolicy, AttributeVerdict, Role, SettingValue } from './mailman3-list.js';
import type { RedirectKind } from './redirect.js';

/** Every kind of step that a plan can hold. */
export type OperationKind =
  | 'create-domain'
  | 'create-list'
  | 'quieten'
  | 'change-settings'
  | 'add-member'
  | 'change-member'
  | 'remove-member'
  | 'set-bounce-states'
  | 'set-core-attributes'
  | 'set-templates'
  | 'set-bans'
  | 'set-header-matches'
  | 'add-requests'
  | 'open';

/** One step of a plan, in words; `role` is that of a membership. */
export interface PlannedOperation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly role: Role | null;
  readonly summary: string;
}

/**
 * Something that Mailman 3 has otherwise than the last apply left it, and otherwise than Mailman 2
 * wants it: nobody but a person can say which is right.
 */
export interface Conflict {
  readonly kind: 'setting' | 'member' | 'other';
  /** Name of the setting, address of the member, or words for anything else. */
  readonly what: string;
  /** Of a membership. */
  readonly role: Role | null;
  /** null where the tool never wrote it: it was in Mailman 3 before. */
  readonly lastApplied: Json;
  /** null where it is not in Mailman 3 (any more). */
  readonly observed: Json;
  readonly desired: Json;
  /** `--overwrite` was given: Mailman 2's value wins. Otherwise Mailman 3's stays. */
  readonly overruled: boolean;
}

/**
 * What apply would do with a setting: `set` it, `keep` it since it is right, leave it to a
 * `conflict`; `none` where the attribute has no setting of its own.
 */
export type SettingChange = 'set' | 'keep' | 'conflict' | 'none';

/** One attribute of the old list beside what stands in Mailman 3. */
export interface PlannedSetting extends AttributeVerdict {
  /** What the last apply set; null where it did not. */
  readonly lastApplied: SettingValue | null;
  /** What Core has now; null where the list is not there. */
  readonly observed: Json;
  readonly change: SettingChange;
  /** What the owner can do about it; null where nothing is to be done. */
  readonly next: string | null;
  /** Of an unsupported one: nobody will miss it. */
  readonly harmless: boolean;
}

/**
 * `left-out`: Mailman 3 cannot have it. `conflict`: both sides differ and Mailman 3's stays.
 * `theirs`: only in Mailman 3, where it stays.
 */
export type MemberOutcome =
  'add' | 'change' | 'keep' | 'remove' | 'conflict' | 'left-out' | 'theirs';

/** One membership and what becomes of it. */
export interface PlannedMember {
  readonly role: Role;
  readonly address: string;
  readonly name: string;
  readonly outcome: MemberOutcome;
  /** What differs, of a change or a conflict. */
  readonly fields: readonly { readonly field: string; readonly from: Json; readonly to: Json }[];
  /** Why it is left out or left alone. */
  readonly reason: string | null;
}

/** The archive of a list on both sides. */
export interface PlannedArchive {
  readonly policy: ArchivePolicy;
  /** Size of the mbox; null where there is none. */
  readonly bytes: number | null;
  /** Message pages of the old archive; null where there is none or it could not be read. */
  readonly pages: number | null;
  /** What preparing this very mbox found; null where that was not done yet. */
  readonly prepared: {
    readonly messages: number;
    /** Written to the prepared mbox: the others repeat a Message-ID. */
    readonly kept: number;
    readonly repaired: number;
  } | null;
  /** Messages that HyperKitty holds; null where it was not asked. */
  readonly held: number | null;
  /** Messages that an import would bring; null where that is not known yet. */
  readonly missing: number | null;
}

/** How many old web addresses of each kind there are. */
export interface PlannedAddresses {
  readonly kinds: Readonly<Partial<Record<RedirectKind, number>>>;
  readonly total: number;
  /** Whether each message page was matched with its message: that needs the prepared archive. */
  readonly matched: boolean;
}

/** What would happen to one list. */
export interface PlannedListReport {
  /** Mailman 2 name. */
  readonly name: string;
  /** Posting address in Mailman 3, or a name where it never came so far. */
  readonly fqdn: string;
  /** The list cannot be migrated as it is; what is known of it is here all the same. */
  readonly failed: boolean;
  /** Whether Mailman 3 has the list already. */
  readonly exists: boolean;
  readonly settings: readonly PlannedSetting[];
  readonly roster: {
    readonly add: number;
    readonly change: number;
    readonly keep: number;
    readonly remove: number;
  };
  readonly members: readonly PlannedMember[];
  readonly archive: PlannedArchive | null;
  readonly addresses: PlannedAddresses | null;
  readonly conflicts: readonly Conflict[];
  readonly operations: readonly PlannedOperation[];
  readonly findings: readonly Diagnostic[];
}

/** The plan of a whole run. */
export interface PlanReport {
  /** Milliseconds since 1970. */
  readonly plannedAt: number;
  readonly version: string;
  /** Where the old site lies, and where Core's REST interface is. */
  readonly source: string;
  readonly target: string;
  /** The lists as they were named to the command; none means all. */
  readonly asked: readonly string[];
  readonly overwrite: boolean;
  readonly lists: readonly PlannedListReport[];
  /** What is to be said of the old site as a whole. */
  readonly findings: readonly Diagnostic[];
}
