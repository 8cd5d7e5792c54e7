// SPDX-License-Identifier: GPL-3.0-or-later
import type { CoreAttributes } from '../model/core-attributes.js';
import type { HeaderMatch } from '../model/header-match.js';
import type { ListTemplate } from '../model/list-template.js';
import type { DesiredMember, Role, Settings } from '../model/mailman3-list.js';
import type { ModerationRequests } from '../model/moderation-request.js';
import type { ListStyle, MemberBounce, MemberChange } from './target-port.js';

/** One step of a plan. Its `id` is stable: the same step of a later plan has the same one. */
export type Operation = { readonly id: string; readonly summary: string } & Step;

type Step =
  | { readonly kind: 'create-domain'; readonly mailHost: string }
  | { readonly kind: 'create-list'; readonly fqdnListname: string; readonly style: ListStyle }
  | {
      readonly kind: 'quieten';
      readonly settings: Settings;
      /** What the silenced settings were, to be put back even after a crash. */
      readonly before: Settings;
    }
  | { readonly kind: 'change-settings'; readonly settings: Settings }
  | { readonly kind: 'add-member'; readonly role: Role; readonly member: DesiredMember }
  | {
      readonly kind: 'change-member';
      readonly role: Role;
      readonly memberId: string;
      readonly member: DesiredMember;
      readonly change: MemberChange;
    }
  | {
      readonly kind: 'remove-member';
      readonly role: Role;
      readonly memberId: string;
      readonly email: string;
    }
  | { readonly kind: 'set-bounce-states'; readonly members: readonly MemberBounce[] }
  | { readonly kind: 'set-core-attributes'; readonly attributes: CoreAttributes }
  | {
      readonly kind: 'set-templates';
      readonly templates: readonly ListTemplate[];
      /** Of an earlier apply, not wanted any more. */
      readonly remove: readonly ListTemplate[];
    }
  | {
      readonly kind: 'set-bans';
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly kind: 'set-header-matches'; readonly matches: readonly HeaderMatch[] }
  | { readonly kind: 'add-requests'; readonly requests: ModerationRequests }
  | { readonly kind: 'open'; readonly settings: Settings };

/** What the tool itself last made of a list: the base of the three-way comparison. */
export interface LastApplied {
  /** Which list of Mailman 3 all this is about; null where no apply got so far. */
  readonly listId: string | null;
  /** The list did not exist before the tool made it. */
  readonly created: boolean;
  /** Such a list was opened: its roster had come whole. */
  readonly complete: boolean;
  readonly settings: Settings;
  /** Values set only while an apply runs; a killed apply leaves them behind. */
  readonly interim: Settings;
  /** What those settings were before. */
  readonly before: Settings;
  /** Addresses about to be subscribed: a killed apply may have left them half-way. */
  readonly pending: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** By role, then by lower-case address. */
  readonly rosters: Readonly<Record<Role, Readonly<Record<string, DesiredMember>>>>;
  readonly bans: readonly string[];
  /** Bans about to be added or lifted: a killed apply may have left either state. */
  readonly bansInFlight: readonly string[];
  readonly headerMatches: readonly HeaderMatch[];
  /** Filters about to be written one after the other; null when none are. */
  readonly headerMatchesInFlight: readonly HeaderMatch[] | null;
  readonly templates: readonly ListTemplate[];
  readonly coreAttributes: CoreAttributes;
  /** Ids of requests that were carried over: once settled in Mailman 3, they do not come again. */
  readonly requests: readonly string[];
  /** Ids of requests that Core would not take, with its reason: they are not tried every time. */
  readonly refusedRequests: Readonly<Record<string, string>>;
}

/** The state of a list that the tool never touched. */
export const nothingApplied = (): LastApplied => ({
  listId: null,
  created: false,
  complete: false,
  settings: {},
  interim: {},
  before: {},
  pending: {},
  rosters: { owner: {}, moderator: {}, member: {}, nonmember: {} },
  bans: [],
  bansInFlight: [],
  headerMatches: [],
  headerMatchesInFlight: null,
  templates: [],
  coreAttributes: {},
  requests: [],
  refusedRequests: {},
});

/** What was applied to this very list; what an earlier configuration made another list counts not. */
export const appliedTo = (listId: string, last: LastApplied): LastApplied =>
  last.listId === null || last.listId === listId ? last : nothingApplied();

/** Whether an earlier apply saw the list in Mailman 3, or got as far as making it. */
export function wasThere(last: LastApplied, listId: string): boolean {
  const { complete, interim, settings, rosters } = appliedTo(listId, last);
  const filled = [interim, settings, ...Object.values(rosters)];
  return complete || filled.some((record) => Object.keys(record).length > 0);
}
