// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { CoreAttributes } from '../model/core-attributes.js';
import type { HeaderMatch } from '../model/header-match.js';
import type { ListTemplate } from '../model/list-template.js';
import type {
  BounceState,
  DesiredMember,
  ModerationAction,
  ObservedList,
  Preferences,
  Role,
  Settings,
} from '../model/mailman3-list.js';
import type { ModerationRequests, RefusedRequest } from '../model/moderation-request.js';

/** What a member's record is to change to; absent keys stay. */
export interface MemberChange {
  readonly moderationAction?: ModerationAction | null;
  readonly preferences?: Partial<Preferences>;
  /** Fills an empty name; another one stays. */
  readonly displayName?: string;
}

/** A change of one membership that is there. */
export interface MembershipChange {
  readonly memberId: string;
  readonly email: string;
  readonly change: MemberChange;
}

/** What became of one membership. */
export interface MemberOutcome {
  readonly email: string;
  /** Why Core will not take it, however often one asks; null where it is as wanted now. */
  readonly refused: Diagnostic | null;
  /** Another name that Core keeps of the address, for all of its lists; null where it has none. */
  readonly nameKept: string | null;
}

export interface BanChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** One of many that Core refused for good; the others were done. */
export interface Refused<Item> {
  readonly item: Item;
  readonly finding: Diagnostic;
}

/** The bounces of one member. */
export interface MemberBounce {
  readonly email: string;
  readonly state: BounceState;
}

/** The text that Core itself uses for one of its templates. */
export interface TemplateInUse {
  readonly name: string;
  readonly text: string | null;
  /** Why there is none. */
  readonly trouble: string | null;
}

/** The languages that Core is configured with, by their codes. */
export interface Languages {
  readonly known: ReadonlySet<string>;
  /** That of the site as a whole. */
  readonly site: string;
}

/**
 * Mailman Core as planning and applying see it. Every write is safe to repeat. Failures are thrown
 * as `DiagnosticError`; `target.refused` marks what Core will not take however often one asks.
 */
export interface Target {
  languages(): Promise<Languages>;
  /** Host that Core fetches newsgroups from; empty where its configuration names none. */
  newsServer(): Promise<string>;
  /** The list as it stands, with every roster and preference; null where it does not exist. */
  observe(listId: string): Promise<ObservedList | null>;
  /** Makes the domain if it is not there. */
  createDomain(mailHost: string): Promise<void>;
  /** Makes the list if it is not there. */
  createList(fqdnListname: string, style: ListStyle): Promise<void>;
  changeSettings(listId: string, settings: Settings): Promise<void>;
  /** How many memberships one call is given at most: the tool remembers after each. */
  readonly rosterBatch: number;
  /**
   * Subscribes without confirmation, approval or welcome. Of a person whom Core knows without a
   * name it takes the name; another name stays, since it serves all of their lists.
   */
  addMembers(
    listId: string,
    role: Role,
    members: readonly DesiredMember[],
  ): Promise<readonly MemberOutcome[]>;
  changeMembers(
    listId: string,
    role: Role,
    changes: readonly MembershipChange[],
  ): Promise<readonly MemberOutcome[]>;
  removeMember(memberId: string): Promise<void>;
  /** Whether {@link setBounceStates} can work: it needs Core's host, not only its REST API. */
  readonly reachesCore: boolean;
  /**
   * Scores, dates and warnings of members; whoever is disabled by bounces counts as warned now.
   * Returns the addresses that are no members.
   */
  setBounceStates(listId: string, states: readonly MemberBounce[]): Promise<readonly string[]>;
  /**
   * In one transaction of Core's database; needs Core's host. What Core counted further by itself
   * is not lowered; returns the attributes that stay as they were.
   */
  setCoreAttributes(
    listId: string,
    attributes: CoreAttributes,
  ): Promise<readonly Refused<string>[]>;
  /** Stores texts where Postorius shows and edits them, and makes Core use them. */
  setTemplates(
    fqdnListname: string,
    templates: readonly ListTemplate[],
    remove: readonly ListTemplate[],
  ): Promise<void>;
  /** The texts that Core would use for a list, fetched as it does when it sends a mail. */
  templatesInUse(listId: string, names: readonly string[]): Promise<readonly TemplateInUse[]>;
  /** Lifts bans, then adds others; returns those that Core would not take or let go. */
  changeBans(listId: string, change: BanChange): Promise<readonly Refused<string>[]>;
  /** Gives the list these header filters in this order; returns those that Core would not take. */
  setHeaderMatches(
    listId: string,
    matches: readonly HeaderMatch[],
  ): Promise<readonly Refused<HeaderMatch>[]>;
  /**
   * Puts requests into Core's moderation queues, without any mail; needs Core's host. What waits
   * there already is left as it is; returns those that Core will not take.
   */
  addRequests(listId: string, requests: ModerationRequests): Promise<readonly RefusedRequest[]>;
}

/** Names of Core's list styles (mailman/styles/default.py); the private one starts unadvertised. */
export type ListStyle = 'legacy-default' | 'private-default';
