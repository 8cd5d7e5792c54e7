// SPDX-License-Identifier: GPL-3.0-or-later
import type { Check } from '../model/check.js';
import { counted } from '../model/counted.js';
import type { Json } from '../model/json.js';
import type { DesiredList, ObservedList } from '../model/mailman3-list.js';
import { attributeCheck } from './attribute-check.js';
import type { Judge } from './judge.js';
import { moderationChecks } from './moderation-checks.js';
import { requestCheck } from './request-check.js';
import { rosterChecks } from './roster-checks.js';

/**
 * Settings, rosters and moderation, wanted against found.
 *
 * @param accounted ids of the requests that an apply carried over or named as refused
 */
export function listChecks(
  desired: DesiredList,
  observed: ObservedList | null,
  judge: Judge,
  accounted: ReadonlySet<string> = new Set(),
): readonly Check[] {
  const found = observed?.fqdnListname ?? null;
  // REST finds a list by its list-id, which `a.b@c` and `a@b.c` share.
  const same = found !== null && found.toLowerCase() === desired.fqdnListname.toLowerCase();
  const exists: Check = {
    id: 'list',
    ok: same,
    expected: desired.fqdnListname,
    actual: found,
    summary:
      found === null
        ? 'Mailman 3 has no such list'
        : same
          ? 'the list is in Mailman 3'
          : `Mailman 3 has another list with the list-id ${desired.listId}: ${found}`,
  };
  if (observed === null || !same) return [exists];
  return [
    exists,
    settingsCheck(desired, observed, judge),
    ...attributeCheck(desired, observed),
    ...rosterChecks(desired, observed, judge),
    ...moderationChecks(desired, observed),
    ...requestCheck(desired, observed, accounted),
  ];
}

function settingsCheck(desired: DesiredList, observed: ObservedList, judge: Judge): Check {
  const names = Object.keys(desired.settings);
  const different = names.filter((name) => {
    const value = desired.settings[name];
    return value !== undefined && !judge.sameSetting(value, observed.settings[name]);
  });
  const pick = (values: Readonly<Record<string, Json>>): Json =>
    Object.fromEntries(different.map((name) => [name, values[name] ?? null]));
  return {
    id: 'settings',
    ok: different.length === 0,
    expected: different.length === 0 ? names.length : pick(desired.settings),
    actual: different.length === 0 ? names.length : pick(observed.settings),
    summary:
      different.length === 0
        ? `${counted(names.length, 'setting')} as wanted`
        : `${different.length} of ${counted(names.length, 'setting')} ${different.length === 1 ? 'differs' : 'differ'}: ${different.join(', ')}`,
  };
}
