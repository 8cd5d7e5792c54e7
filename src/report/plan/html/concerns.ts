// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlannedListReport } from '../../../model/plan-report.js';
import { type Concern, concernOf, CONCERNS, type ShownConcern } from '../../matters.js';
import { shownVerdict } from './verdicts.js';

/** The concerns of a list, by its findings, conflicts and settings. */
export function concernsOf(list: PlannedListReport): readonly ShownConcern[] {
  const found = new Set<Concern>(list.findings.map(concernOf));
  if (list.conflicts.length > 0) found.add('decide');
  if (list.settings.some((setting) => shownVerdict(setting) === 'lost')) found.add('lost');
  return (Object.keys(CONCERNS) as ShownConcern[]).filter((concern) => found.has(concern));
}
