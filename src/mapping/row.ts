// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { ModerationFacts } from './moderation/facts.js';
import type { Settings, SettingValue, Verdict } from '../model/mailman3-list.js';

/** What the mapping needs to know of the target before it can decide. */
export interface MappingContext {
  /** Language codes that Core knows (its `language.*` configuration sections). */
  readonly languages: ReadonlySet<string>;
  /** The language of Core as a whole, which stands in for those that it does not know. */
  readonly siteLanguage: string;
  /** Whether Core's host can be reached, to write what REST cannot. */
  readonly reachesCore: boolean;
  /** Host that Core fetches newsgroups from (mailman.cfg, [nntp]); empty where it names none. */
  readonly newsServer: string;
  /** Where the new pages will be, each with a trailing slash; null where nothing says it. */
  readonly postoriusUrl: string | null;
  readonly hyperkittyUrl: string | null;
  /** What was found out for the moderation of this list; without it nothing was asked. */
  readonly moderation?: ModerationFacts;
}

/** The value a row gives to its target; a note says what was approximated. */
export interface Kept {
  readonly kind: 'kept';
  readonly value: SettingValue;
  readonly note?: string;
  /** True where somebody will feel the difference: worth a warning, not only a note. */
  readonly felt?: boolean;
}

/** The value could not be carried over; the target keeps Mailman 3's default. */
export interface Lost {
  readonly kind: 'lost';
  readonly why: string;
}

export type Converted = Kept | Lost;

export type Conversion = (value: Json, list: Mailman2List, context: MappingContext) => Converted;

/**
 * One attribute of a Mailman 2 list and what becomes of it: policy is data, and each row has its
 * reason. `also` names further REST attributes that the row decides.
 */
export interface AttributeRow {
  readonly attribute: string;
  readonly verdict: Verdict;
  /** REST attribute of `/config`, another word for what carries it, or null. */
  readonly target: string | null;
  readonly reason: string;
  /** For the guide: which values an otherwise exact row cannot carry over whole. */
  readonly limit?: string;
  /** What the owner can do where the tool cannot. */
  readonly instead?: string;
  readonly convert?: Conversion;
  readonly also?: (value: Json, list: Mailman2List) => Settings;
  /** True where the value says nothing (the default, an empty list): then nothing is lost. */
  readonly unused?: (value: Json, list: Mailman2List) => boolean;
  /** True where nobody will miss what is lost: worth a note, not a warning. */
  readonly harmless?: boolean;
}

export function kept(value: SettingValue, note?: string): Kept {
  return note === undefined ? { kind: 'kept', value } : { kind: 'kept', value, note };
}

/** A value that arrives changed in a way that somebody will feel. */
export function changed(value: SettingValue, note: string): Kept {
  return { kind: 'kept', value, note, felt: true };
}

export function lost(why: string): Lost {
  return { kind: 'lost', why };
}

type RowDetails = Partial<
  Pick<AttributeRow, 'reason' | 'limit' | 'instead' | 'also' | 'unused' | 'harmless'>
>;

/** A row whose value arrives unchanged in meaning under `target`. */
export function exact(
  attribute: string,
  target: string,
  convert: Conversion,
  details: RowDetails = {},
): AttributeRow {
  return { attribute, verdict: 'exact', target, convert, reason: 'same meaning', ...details };
}

/** A row whose attribute is carried by something other than a REST setting. */
export function carried(attribute: string, target: string, reason: string): AttributeRow {
  return { attribute, verdict: 'exact', target, reason };
}

/** A row of an older release, whose meaning a later attribute has (see older-release.ts). */
export function renamed(attribute: string, later: string): AttributeRow {
  return carried(attribute, later, 'an older name, read as Mailman 2.1 reads it');
}

/**
 * A row that something other than a REST setting carries, not in every nuance; whatever somebody
 * will feel has a finding of its own.
 */
export function approximated(
  attribute: string,
  target: string,
  reason: string,
  instead: string,
  unused: NonNullable<AttributeRow['unused']>,
): AttributeRow {
  const row = { attribute, verdict: 'approximate', target, reason, instead } as const;
  return { ...row, unused, harmless: true };
}

/** A row with no counterpart in Mailman 3. */
export function unsupported(
  attribute: string,
  reason: string,
  instead: string,
  unused?: AttributeRow['unused'],
): AttributeRow {
  const row = { attribute, verdict: 'unsupported', target: null, reason, instead } as const;
  return unused === undefined ? row : { ...row, unused };
}

/** A row with no counterpart that nobody will miss: the owner need not do anything. */
export function unneeded(
  attribute: string,
  reason: string,
  unused?: AttributeRow['unused'],
): AttributeRow {
  return { ...unsupported(attribute, reason, 'nothing to do', unused), harmless: true };
}

/** A row for Mailman 2's own bookkeeping: nothing a person ever set. */
export function internal(attribute: string, reason: string): AttributeRow {
  return { attribute, verdict: 'internal', target: null, reason };
}
