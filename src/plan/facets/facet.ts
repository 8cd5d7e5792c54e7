// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { DesiredList, ObservedList } from '../../model/mailman3-list.js';
import type { Conflict } from '../../model/plan-report.js';
import type { LastApplied, Operation } from '../operation.js';

/** What is to be done for one side of a list besides settings and rosters. */
export interface FacetPlan {
  readonly operations: readonly Operation[];
  readonly findings: readonly Diagnostic[];
  /** Where only a person can say which side is right, also if `overwrite` has said it. */
  readonly conflicts?: readonly Conflict[];
}

/** Compares three ways: last applied, observed (null for a list that is not there), desired. */
export type PlanFacet = (
  desired: DesiredList,
  observed: ObservedList | null,
  last: LastApplied,
  options: { readonly overwrite: boolean; readonly reachesCore: boolean },
) => FacetPlan;

export const NOTHING_TO_DO: FacetPlan = { operations: [], findings: [] };
