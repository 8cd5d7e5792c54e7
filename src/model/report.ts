// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { MonthCount, PhaseWork, RedirectCoverage } from './batch.js';
import type { Check } from './check.js';

export type PhaseName = 'export' | 'apply' | 'archive' | 'index' | 'redirects' | 'verify';

/** `unchanged`: there was nothing to do. `skipped`: it does not apply to this list or set-up. */
export type PhaseOutcome = 'done' | 'unchanged' | 'skipped' | 'failed';

/** How one phase of one list went. */
export interface PhaseReport {
  readonly phase: PhaseName;
  readonly outcome: PhaseOutcome;
  readonly seconds: number;
  readonly findings: readonly Diagnostic[];
  /** Of a verification: all that was compared. */
  readonly checks?: readonly Check[];
  /** For rates and reports. */
  readonly figures?: PhaseFigures;
}

/** What a phase counted on its way. */
export interface PhaseFigures {
  readonly work?: PhaseWork;
  readonly months?: readonly MonthCount[];
  readonly redirects?: readonly RedirectCoverage[];
}

export type ListOutcome = 'migrated' | 'unchanged' | 'findings' | 'failed' | 'skipped';

/** How a list went as a whole. */
export interface ListReport {
  /** Mailman 2 name. */
  readonly name: string;
  /** Posting address in Mailman 3, or in Mailman 2 where it never came so far. */
  readonly fqdn: string;
  readonly outcome: ListOutcome;
  readonly phases: readonly PhaseReport[];
  readonly findings: readonly Diagnostic[];
}

/** What is on the old site of one list; counts are null where it could not be read. */
export interface SurveyedList {
  readonly name: string;
  readonly fqdn: string | null;
  readonly members: number | null;
  readonly owners: number | null;
  readonly moderators: number | null;
  readonly archive: { readonly messages: number; readonly bytes: number } | null;
  readonly problems: readonly Diagnostic[];
}
