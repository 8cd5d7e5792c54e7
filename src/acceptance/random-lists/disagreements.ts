// SPDX-License-Identifier: GPL-3.0-or-later
import { isDeepStrictEqual } from 'node:util';
import { fallsShort } from '../../model/core-attributes.js';
import {
  type DesiredList,
  type DesiredMember,
  type ObservedList,
  type ObservedMember,
  ROLES,
} from '../../model/mailman3-list.js';
import type { Json } from '../../model/json.js';
import { heldKey, membershipKey } from '../../model/moderation-request.js';

/** Where a list in Mailman 3 is not what it is to be, in words. */
export function disagreements(desired: DesiredList, observed: ObservedList): readonly string[] {
  const found: string[] = [];
  const expect = (what: string, wanted: unknown, given: unknown): void => {
    if (isDeepStrictEqual(wanted, given)) return;
    found.push(`${what}: ${JSON.stringify(given)} instead of ${JSON.stringify(wanted)}`);
  };
  for (const [name, value] of Object.entries(desired.settings)) {
    expect(name, comparable(value), comparable(observed.settings[name] ?? null));
  }
  for (const role of ROLES) {
    const wanted = new Map(desired.rosters[role].map((member) => [keyOf(member), member]));
    const given = new Map(observed.rosters[role].map((member) => [keyOf(member), member]));
    expect(`${role}s`, [...wanted.keys()].sort(), [...given.keys()].sort());
    for (const [key, member] of wanted) {
      const other = given.get(key);
      if (other !== undefined) expectMember(`${role} ${key}`, member, other, expect);
    }
  }
  expect('bans', desired.bans.toSorted(), observed.bans.toSorted());
  expect('header matches', desired.headerMatches, observed.headerMatches);
  expect('templates', textsByName(desired.templates), textsByName(observed.templates));
  for (const [name, value] of Object.entries(desired.coreAttributes)) {
    // Core may stand where it is ahead: it counts on from there.
    if (fallsShort(name, desired.coreAttributes, observed.coreAttributes))
      expect(name, value, observed.coreAttributes[name]);
  }
  const { held, membership } = desired.requests;
  expect('held messages', held.map(heldKey).sort(), observed.requests.held.toSorted());
  expect('requests', membership.map(membershipKey).sort(), observed.requests.membership.toSorted());
  return found;
}

const keyOf = ({ email }: { readonly email: string }): string => email.toLowerCase();

const textsByName = (
  templates: readonly { readonly name: string; readonly text: string | null }[],
): Readonly<Record<string, string | null>> =>
  Object.fromEntries(templates.map(({ name, text }) => [name, text]));

/** Core shows sets in any order, durations in a form of its own, line ends as a browser sent them. */
function comparable(value: Json): Json {
  if (Array.isArray(value)) return [...new Set(value as readonly string[])].sort();
  if (typeof value !== 'string') return value;
  const duration = /^(?:(\d+)d)?(?:([\d.]+)s)?$/.exec(value);
  if (value === '' || duration === null) return value.replaceAll('\r\n', '\n');
  return Number(duration[1] ?? 0) * 86_400 + Number(duration[2] ?? 0);
}

function expectMember(
  who: string,
  wanted: DesiredMember,
  given: ObservedMember,
  expect: (what: string, wanted: unknown, given: unknown) => void,
): void {
  if (wanted.moderationAction !== null) {
    expect(`${who} moderation`, wanted.moderationAction, given.moderationAction);
  }
  for (const [name, value] of Object.entries(wanted.preferences ?? {})) {
    expect(`${who} ${name}`, value, given.preferences[name as keyof typeof given.preferences]);
  }
  if (wanted.bounce === null) return;
  expect(`${who} bounce score`, wanted.bounce.score, given.bounce.score);
  if (wanted.bounce.lastReceived !== null) {
    expect(`${who} last bounce`, wanted.bounce.lastReceived, given.bounce.lastReceived);
  }
  expect(`${who} was warned`, wanted.bounce.disabled, given.bounce.lastWarned !== null);
}
