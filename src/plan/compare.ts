// SPDX-License-Identifier: GPL-3.0-or-later
import type { HeaderMatch } from '../model/header-match.js';
import type { Json, JsonObject } from '../model/json.js';
import type {
  DesiredList,
  DesiredMember,
  ObservedList,
  ObservedMember,
  SettingValue,
} from '../model/mailman3-list.js';
import type { MemberChange } from './target-port.js';

const DURATION = /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)s)?$/;

/** Seconds of a duration as Core's REST writes it (`7d`, `1d3600.0s`); null for anything else. */
function durationSeconds(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null || text === '') return null;
  return Number(match[1] ?? 0) * 86_400 + Number(match[2] ?? 0);
}

/**
 * Whether a setting has the value it is to have. Lists compare as sets (Core returns some sorted,
 * none promises an order), durations by length, texts without regard to CR LF or LF.
 */
export function sameSetting(desired: SettingValue, observed: Json | undefined): boolean {
  if (Array.isArray(desired)) {
    if (!Array.isArray(observed)) return false;
    const wanted = new Set<unknown>(desired);
    const found = new Set<unknown>(observed);
    return wanted.size === found.size && [...wanted].every((item) => found.has(item));
  }
  if (typeof desired === 'string' && typeof observed === 'string') {
    const length = durationSeconds(desired);
    if (length !== null) return length === durationSeconds(observed);
    return desired.replaceAll('\r\n', '\n') === observed.replaceAll('\r\n', '\n');
  }
  return desired === observed;
}

/**
 * What would have to change for a membership to be as desired; null when nothing. An empty name is
 * to be filled; another one stays, since Core keeps one name of an address for all of its lists.
 */
export function memberDifference(
  desired: DesiredMember,
  observed: ObservedMember,
): MemberChange | null {
  const change: { -readonly [Key in keyof MemberChange]: MemberChange[Key] } = {};
  if (desired.moderationAction !== observed.moderationAction && desired.moderationAction !== null) {
    change.moderationAction = desired.moderationAction;
  }
  if (desired.preferences !== null) {
    const current: Readonly<Record<string, unknown>> = observed.preferences;
    const different = Object.entries(desired.preferences).filter(
      ([name, value]) => current[name] !== value,
    );
    if (different.length > 0) change.preferences = Object.fromEntries(different);
  }
  if (desired.displayName !== '' && observed.displayName === '') {
    change.displayName = desired.displayName;
  }
  return Object.keys(change).length === 0 ? null : change;
}

/** Whether the list that Core shows under a list-id is the one that is meant. */
export function sameAddress(
  desired: Pick<DesiredList, 'fqdnListname'>,
  observed: Pick<ObservedList, 'fqdnListname'>,
): boolean {
  return desired.fqdnListname.toLowerCase() === observed.fqdnListname.toLowerCase();
}

/** A member's options under Core's names, those of its preferences among them. */
export function memberOptions(
  of: Pick<ObservedMember, 'moderationAction'> | MemberChange | null,
): Readonly<Record<string, Json>> {
  if (of === null) return {};
  const { moderationAction } = of;
  const preferences =
    'preferences' in of ? (of.preferences as JsonObject | null | undefined) : null;
  return {
    ...(moderationAction === undefined ? {} : { moderation_action: moderationAction }),
    ...preferences,
  };
}

/** Whether two lists of header filters are the same, in the same order. */
export function sameMatches(a: readonly HeaderMatch[], b: readonly HeaderMatch[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ header, pattern, action }, position) => {
      const other = b[position];
      return other?.header === header && other.pattern === pattern && other.action === action;
    })
  );
}
