// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Check } from '../model/check.js';
import type {
  ListOutcome,
  ListReport,
  PhaseFigures,
  PhaseName,
  PhaseOutcome,
  PhaseReport,
} from '../model/report.js';

/** What a phase hands on, and how it went. */
export interface PhaseResult<Value> {
  readonly outcome: PhaseOutcome;
  readonly findings: readonly Diagnostic[];
  readonly value: Value;
  readonly checks?: readonly Check[];
  readonly figures?: PhaseFigures;
}

/**
 * The word for a list. Failure wins; a run that had nothing to do is `unchanged` even where the
 * findings of the first run still stand, unless something waits for a decision.
 */
export function listOutcome(phases: readonly PhaseReport[]): ListOutcome {
  if (phases.some(({ outcome }) => outcome === 'failed')) return 'failed';
  if (phases.every(({ outcome }) => outcome === 'skipped')) return 'skipped';
  // Reading and verifying change nothing, so they do not count as work.
  const working = phases.filter(({ phase }) => phase !== 'verify' && phase !== 'export');
  const wrong = phases.find(({ phase }) => phase === 'verify')?.findings ?? [];
  // What was left because somebody changed it in Mailman 3 waits for a decision, each time anew.
  const contested = working.some(({ findings }) =>
    findings.some(({ code, severity }) => code.startsWith('plan.') && severity !== 'info'),
  );
  const idle = working.length > 0 && working.every(({ outcome }) => outcome !== 'done');
  if (idle && wrong.length === 0 && !contested) return 'unchanged';
  const findings = phases.flatMap((phase) => phase.findings);
  return findings.some(({ severity }) => severity !== 'info') ? 'findings' : 'migrated';
}

/** The report of a list of which only one phase was begun; `fqdn` is null where it is not known. */
export function onePhaseReport(
  { name, fqdn }: { readonly name: string; readonly fqdn: string | null },
  phase: PhaseName,
  outcome: PhaseOutcome,
  findings: readonly Diagnostic[],
): ListReport {
  const phases: readonly PhaseReport[] = [{ phase, outcome, seconds: 0, findings }];
  return { name, fqdn: fqdn ?? name, outcome: listOutcome(phases), phases, findings };
}
