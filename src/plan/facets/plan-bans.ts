// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { type DesiredList, type ObservedList, ROLES } from '../../model/mailman3-list.js';
import type { LastApplied, Operation } from '../operation.js';
import { NOTHING_TO_DO, type PlanFacet } from './facet.js';

/**
 * Bans that have to go before the rosters: those that Mailman 2 has no more (one that somebody else
 * made in Mailman 3 stays), and, while people are to be let in, those that match people of the
 * rosters. The latter come back afterwards.
 */
export const planLiftedBans: PlanFacet = (desired, observed, last) => {
  const { dropped, interim } = lifted(desired, observed, last);
  const remove = [...dropped, ...interim];
  if (remove.length === 0) return NOTHING_TO_DO;
  const words = [
    ...(dropped.length === 0 ? [] : [`lift ${bans(dropped)} that Mailman 2 has no more`]),
    ...(interim.length === 0 ? [] : [`lift ${bans(interim)} until the rosters are complete`]),
  ];
  return { operations: [setBans('lift-bans', [], remove, words.join(', '))], findings: [] };
};

/** Bans: after the rosters, since Core lets nobody in who is banned. */
export const planBans: PlanFacet = (desired, observed, last, { overwrite }) => {
  const { dropped, interim } = lifted(desired, observed, last);
  const standing = new Set(observed?.bans);
  for (const ban of [...dropped, ...interim]) standing.delete(ban);
  const missing = desired.bans.filter((ban) => !standing.has(ban));

  const ours = new Set(last.bans);
  for (const ban of [...last.bansInFlight, ...interim]) ours.delete(ban);
  const removed = (ban: string): boolean => observed !== null && ours.has(ban);
  const gone = (ban: string): boolean => removed(ban) && !overwrite;
  const add = missing.filter((ban) => !gone(ban));
  return {
    operations: add.length === 0 ? [] : [setBans('bans', add, [], `add ${bans(add)}`)],
    findings: missing.filter(gone).map((ban) => removedMeanwhile(ban, desired.sourceName)),
    conflicts: missing.filter(removed).map((ban) => ({
      kind: 'other',
      what: `ban ${ban}`,
      role: null,
      lastApplied: 'banned',
      observed: null,
      desired: 'banned',
      overruled: overwrite,
    })),
  };
};

const bans = ({ length }: readonly string[]): string => `${length} ban${length === 1 ? '' : 's'}`;

function setBans(
  id: string,
  add: readonly string[],
  remove: readonly string[],
  summary: string,
): Operation {
  return { id, kind: 'set-bans', add, remove, summary };
}

interface Lifted {
  /** For good. */
  readonly dropped: readonly string[];
  /** For as long as people are let in. */
  readonly interim: readonly string[];
}

function lifted(
  desired: DesiredList,
  observed: ObservedList | null,
  { bans: applied, bansInFlight }: LastApplied,
): Lifted {
  if (observed === null) return { dropped: [], interim: [] };
  const wanted = new Set(desired.bans);
  const ours = new Set([...applied, ...bansInFlight]);
  const contested = new Set(letsPeopleIn(desired, observed) ? desired.contestedBans : []);
  return {
    dropped: observed.bans.filter((ban) => !wanted.has(ban) && ours.has(ban)),
    interim: observed.bans.filter((ban) => wanted.has(ban) && contested.has(ban)),
  };
}

/** Whether somebody is to be in a roster who is not. */
function letsPeopleIn(desired: DesiredList, observed: ObservedList): boolean {
  return ROLES.some((role) => {
    const present = new Set(observed.rosters[role].map(({ email }) => email.toLowerCase()));
    return desired.rosters[role].some(({ email }) => !present.has(email.toLowerCase()));
  });
}

const removedMeanwhile = (ban: string, list: string): Diagnostic => ({
  code: 'plan.ban-removed',
  severity: 'warning',
  list,
  summary: `the ban ${ban} is not added again`,
  why: 'the last apply added it, and it was removed in Mailman 3 since',
  next: 'apply with --overwrite to add it all the same, or remove it from ban_list in Mailman 2',
});
