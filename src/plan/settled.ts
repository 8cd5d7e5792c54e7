// SPDX-License-Identifier: GPL-3.0-or-later
import { type CoreAttributes, fallsShort, movementOf } from '../model/core-attributes.js';
import { isSameText, type ListTemplate } from '../model/list-template.js';
import {
  type DesiredList,
  type ObservedList,
  type Role,
  type Settings,
} from '../model/mailman3-list.js';
import { sameMatches, sameSetting } from './compare.js';
import type { LastApplied } from './operation.js';

type Settled = Pick<
  LastApplied,
  | 'settings'
  | 'rosters'
  | 'bans'
  | 'bansInFlight'
  | 'headerMatches'
  | 'headerMatchesInFlight'
  | 'templates'
  | 'coreAttributes'
>;

/**
 * What the tool remembers of a list, put right where an apply was killed between an effect and its
 * record: whatever of the tool's own stands as wanted was applied, and what was in flight became
 * what stands there. Else the tool's own work would pass for somebody's change in Mailman 3 once
 * Mailman 2 goes on, or somebody's change for half-done work of the tool. Memberships that stand are
 * settled while they are planned. The same object where there is nothing to put right.
 */
export function settled(
  last: LastApplied,
  desired: DesiredList,
  observed: ObservedList | null,
): LastApplied {
  if (observed === null || last.listId !== desired.listId) return last;
  const found: Settled = {
    settings: settings(last, desired, observed),
    rosters: rosters(last, desired, observed),
    bans: bans(last, observed),
    bansInFlight: [],
    headerMatches: headerMatches(last, desired, observed),
    headerMatchesInFlight: null,
    templates: templates(last, desired, observed),
    coreAttributes: coreAttributes(last, desired, observed),
  };
  const same = Object.entries(found).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(last[name as keyof Settled]),
  );
  return same ? last : { ...last, ...found };
}

function settings(last: LastApplied, desired: DesiredList, observed: ObservedList): Settings {
  const applied = Object.entries(desired.settings).filter(([name, value]) => {
    const current = observed.settings[name];
    const silence = last.interim[name];
    // A silenced setting may look as wanted, and is not settled yet.
    if (!sameSetting(value, current) || (silence !== undefined && sameSetting(silence, current)))
      return false;
    return last.created || name in last.settings || silence !== undefined;
  });
  return { ...last.settings, ...Object.fromEntries(applied) };
}

/** Whoever is neither wanted nor there was removed: who joins in Mailman 3 later stays. */
function rosters(
  { rosters: ours }: LastApplied,
  desired: DesiredList,
  observed: ObservedList,
): LastApplied['rosters'] {
  const stillThere = (role: Role): LastApplied['rosters'][Role] => {
    const known = new Set(
      [...desired.rosters[role], ...observed.rosters[role]].map(({ email }) => email.toLowerCase()),
    );
    return Object.fromEntries(Object.entries(ours[role]).filter(([email]) => known.has(email)));
  };
  return {
    owner: stillThere('owner'),
    moderator: stillThere('moderator'),
    member: stillThere('member'),
    nonmember: stillThere('nonmember'),
  };
}

function bans({ bans: ours, bansInFlight }: LastApplied, observed: ObservedList): Settled['bans'] {
  if (bansInFlight.length === 0) return ours;
  const standing = new Set(observed.bans);
  const gone = new Set(bansInFlight.filter((ban) => !standing.has(ban)));
  return [...new Set([...ours, ...bansInFlight])].filter((ban) => !gone.has(ban));
}

function headerMatches(
  { created, headerMatches: ours, headerMatchesInFlight: writing }: LastApplied,
  desired: DesiredList,
  { headerMatches: found }: ObservedList,
): Settled['headerMatches'] {
  if (writing !== null && sameMatches(writing.slice(0, found.length), found)) return found;
  const known = created || ours.length > 0;
  return known && sameMatches(desired.headerMatches, found) ? desired.headerMatches : ours;
}

function templates(
  { templates: ours }: LastApplied,
  desired: DesiredList,
  observed: ObservedList,
): readonly ListTemplate[] {
  const standing = new Map(observed.templates.map((template) => [template.name, template]));
  const wanted = new Set(desired.templates.map(({ name }) => name));
  const applied = desired.templates.filter(({ name, text }) => {
    const found = standing.get(name);
    return found?.inPostorius === true && found.text !== null && isSameText(text, found.text);
  });
  const written = new Map(applied.map((template) => [template.name, template]));
  return [
    ...ours
      // Neither wanted nor there: it was removed.
      .filter(({ name }) => wanted.has(name) || standing.has(name))
      .map((template) => written.get(template.name) ?? template),
    ...applied.filter(({ name }) => !ours.some((template) => template.name === name)),
  ];
}

function coreAttributes(
  { created, coreAttributes: ours }: LastApplied,
  { coreAttributes: wanted }: DesiredList,
  { coreAttributes: found }: ObservedList,
): CoreAttributes {
  const applied = Object.entries(wanted).filter(
    ([name]) =>
      (created || name in ours || movementOf(name) !== 'setting') &&
      !fallsShort(name, wanted, found),
  );
  return { ...ours, ...Object.fromEntries(applied) };
}
