// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlannedSetting } from '../../../model/plan-report.js';
import { isHarmless } from '../overview.js';

/** A verdict as readers see it: what is unsupported and missed by nobody is no loss. */
export type Shown = 'exact' | 'approximate' | 'lost' | 'unneeded';

export function shownVerdict(setting: PlannedSetting): Shown {
  if (setting.verdict === 'internal' || isHarmless(setting)) return 'unneeded';
  return setting.verdict === 'unsupported' ? 'lost' : setting.verdict;
}

export const VERDICT_WORDS: Readonly<Record<Shown, string>> = {
  exact: 'exact',
  approximate: 'approximated',
  lost: 'lost',
  unneeded: 'not needed',
};
