// SPDX-License-Identifier: GPL-3.0-or-later
import type { PhaseRate, WorkUnit } from '../../model/batch.js';
import type { ListReport, PhaseName } from '../../model/report.js';
import { BATCH_PHASES } from './estimates.js';

/** What each phase did on this machine, over all lists in which it had work to do. */
export function batchRates(lists: readonly ListReport[]): readonly PhaseRate[] {
  return BATCH_PHASES.flatMap((phase) => {
    const sums = new Map<WorkUnit, { amount: number; seconds: number; lists: number }>();
    for (const each of lists) {
      const report = each.phases.find((candidate) => candidate.phase === phase);
      const work = report?.figures?.work;
      if (report?.outcome !== 'done' || work === undefined) continue;
      const sum = sums.get(work.unit) ?? { amount: 0, seconds: 0, lists: 0 };
      sum.amount += work.amount;
      sum.seconds += report.seconds;
      sum.lists += 1;
      sums.set(work.unit, sum);
    }
    return [...sums].map(([unit, sum]) => ({ phase: phase satisfies PhaseName, unit, ...sum }));
  });
}
