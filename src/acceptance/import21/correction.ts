// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../../model/json.js';
import type { Mailman2List, Mailman2Member } from '../../model/mailman2-list.js';
import type { Difference } from './differences.js';

/** One way in which a list that is migrated differs from one that import21 made, on purpose. */
export interface Correction {
  readonly area: string | readonly string[];
  /** Without it: any setting, address, ban, … of the area. */
  readonly key?: string | readonly string[];
  /** Without it: any field. */
  readonly field?: string | readonly string[];
  /** As MIGRATION.md tells it to administrators, or part of a sentence there. */
  readonly reason: string;
  /** Whether ours is what the old list asks for, and theirs what import21 is known to make of it. */
  readonly holds: (difference: Difference, old: Mailman2List) => boolean;
}

const among = (wanted: string | readonly string[] | undefined, given: string): boolean =>
  wanted === undefined || (typeof wanted === 'string' ? wanted === given : wanted.includes(given));

/** Whether a correction is the explanation of a difference. */
export function explains(
  { area, key, field, holds }: Correction,
  difference: Difference,
  old: Mailman2List,
): boolean {
  return (
    among(area, difference.area) &&
    among(key, difference.key) &&
    among(field, difference.field) &&
    holds(difference, old)
  );
}

/** The old list's member of that address. */
export function oldMember(old: Mailman2List, address: string): Mailman2Member | undefined {
  return old.members.find((member) => member.address === address.toLowerCase());
}

/** A text attribute of the old list; the empty text where it is none. */
export function oldText(old: Mailman2List, attribute: string): string {
  const value = old.attributes[attribute];
  return typeof value === 'string' ? value : '';
}

/** Whether a value is a text that has become another one by the loss of all but its ASCII. */
export function lostItsAccents(ours: Json | undefined, theirs: Json | undefined): boolean {
  if (typeof ours !== 'string' || typeof theirs !== 'string') return false;
  const ascii = ours.replaceAll(/[^\p{ASCII}]/gu, '');
  return ascii !== ours && ascii === theirs;
}
