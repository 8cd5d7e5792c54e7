// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { BatchEntry, BatchList, Retry } from '../../model/batch.js';
import type { Check } from '../../model/check.js';
import type { ListReport, PhaseName, PhaseReport } from '../../model/report.js';
import type { ProgressEvent } from '../ports.js';
import { listOutcome } from '../phase.js';
import { BATCH_PHASES, type PhaseSeconds } from './estimates.js';

/** A list while it is in a batch. Only what a report needs is kept of it. */
export interface Tracked {
  readonly entry: BatchEntry;
  readonly order: number;
  /** Seconds expected of each phase; 0 once it is behind. */
  remaining: PhaseSeconds;
  readonly estimate: number;
  began: number | null;
  ended: number | null;
  /** What it is at, and since when. */
  current: {
    readonly phase: PhaseName;
    readonly since: number;
    event: ProgressEvent | null;
  } | null;
  /** The phases as they ended. */
  readonly phases: PhaseReport[];
  readonly retries: Retry[];
  /** The reports of its parts, where it was ended: more than one where lists were merged. */
  reports: readonly ListReport[] | null;
  notBegun: Diagnostic | null;
  interrupted: boolean;
}

export function tracked(
  entry: BatchEntry,
  order: number,
  remaining: PhaseSeconds,
  estimate: number,
): Tracked {
  return {
    entry,
    order,
    remaining,
    estimate,
    began: null,
    ended: null,
    current: null,
    phases: [],
    retries: [],
    reports: null,
    notBegun: null,
    interrupted: false,
  };
}

/** The phases in the order in which a reader expects them, whichever ended first. */
export function inPhaseOrder(phases: readonly PhaseReport[]): readonly PhaseReport[] {
  const rank = ({ phase }: PhaseReport): number => BATCH_PHASES.indexOf(phase);
  return phases.toSorted((a, b) => rank(a) - rank(b));
}

/** A list's reports: one for each old list that it is made of. */
export function batchLists(list: Tracked, commandFor: (name: string) => string): BatchList[] {
  const { entry, order, began, ended, estimate, retries, notBegun, interrupted } = list;
  const common = { order, began, ended, estimate, retries, notBegun };
  const { name, members, archiveBytes } = entry;
  const fqdn = entry.fqdn ?? name;
  if (list.reports !== null && !interrupted) {
    return list.reports.map((report) => {
      const own =
        report.name === name ? { members, archiveBytes } : { members: 0, archiveBytes: 0 };
      const left = report.outcome === 'failed' || checksOf(report).some(({ ok }) => !ok);
      const command = left ? commandFor(report.name) : null;
      return { ...report, ...own, ...common, ...figuresOf(report.phases), command };
    });
  }
  const phases = inPhaseOrder(list.phases);
  const why = notBegun ?? broken(name, phases.at(-1)?.phase ?? null);
  const findings = [...phases.flatMap((phase) => phase.findings), why];
  const failed = listOutcome(phases) === 'failed' && phases.length > 0;
  return [
    {
      name,
      fqdn,
      outcome: failed ? 'failed' : 'skipped',
      phases,
      findings,
      members,
      archiveBytes,
      ...common,
      ...figuresOf(phases),
      command: commandFor(name),
    },
  ];
}

const checksOf = ({ phases }: ListReport): readonly Check[] =>
  phases.flatMap(({ checks }) => checks ?? []);

function figuresOf(phases: readonly PhaseReport[]): Pick<BatchList, 'months' | 'redirects'> {
  return {
    months: phases.find(({ figures }) => figures?.months !== undefined)?.figures?.months ?? null,
    redirects:
      phases.find(({ figures }) => figures?.redirects !== undefined)?.figures?.redirects ?? null,
  };
}

/** The code of the finding of a list that was begun and not ended. */
export const INTERRUPTED = 'batch.interrupted';

const broken = (list: string, last: PhaseName | null): Diagnostic => ({
  code: INTERRUPTED,
  severity: 'warning',
  list,
  summary:
    last === null ? 'the batch was stopped as it began' : `the batch was stopped after ${last}`,
  why: 'what was done stays done, and nothing is done twice',
  next: 'run the same command again: it continues from here',
});
