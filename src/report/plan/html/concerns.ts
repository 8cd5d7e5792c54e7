// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlannedListReport } from '../../../model/plan-report.js';
import { type Concern, concernOf } from '../overview.js';
import { shownVerdict } from './verdicts.js';

/** What a reader should know before anything is done. */
export type ShownConcern = Exclude<Concern, 'note'>;

export const CONCERNS: Readonly<Record<ShownConcern, string>> = {
  blocked: 'In the way',
  decide: 'To be decided',
  lost: 'Lost, approximated, or to do by hand',
};

/** The concerns of a list, by its findings, conflicts and settings. */
export function concernsOf(list: PlannedListReport): readonly ShownConcern[] {
  const found = new Set<Concern>(list.findings.map(concernOf));
  if (list.conflicts.length > 0) found.add('decide');
  if (list.settings.some((setting) => shownVerdict(setting) === 'lost')) found.add('lost');
  return (Object.keys(CONCERNS) as ShownConcern[]).filter((concern) => found.has(concern));
}
