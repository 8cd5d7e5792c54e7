// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { ListReport, PhaseReport } from '../model/report.js';
import { WRITERS } from '../redirects/writers/writers.js';
import { failureFindings } from './each-list.js';
import { listOutcome } from './phase.js';
import type { Ports } from './ports.js';
import { publishRules } from './rule-files.js';
import type { RunSettings } from './steps.js';

/**
 * Ends a run that wrote redirects: what its lists staged, and what an earlier run did that was cut
 * off, becomes what the web server reads, with the files that stand once for all lists. Returns the
 * lists' reports with a word on it where there is something to say.
 */
export async function publishRedirects(
  reports: readonly ListReport[],
  ports: Pick<Ports, 'workspace' | 'web'>,
  { web, redirects }: Pick<RunSettings, 'web' | 'redirects'>,
): Promise<readonly ListReport[]> {
  const { output, server, status } = redirects;
  if (output === null) return reports;
  const effects = {
    announce: () => ports.workspace.reloadPending.set(true),
    compile: (text: string, database: string) => ports.web.compileMap(text, database),
  };
  try {
    const unlock = await ports.workspace.lockRedirects();
    try {
      const { plain } = await publishRules(output, WRITERS[server], { web, status }, effects);
      const slow = new Set(plain);
      return reports.map((report) =>
        slow.has(report.name) ? withFindings(report, [noDatabase(report.name)], null) : report,
      );
    } finally {
      await unlock();
    }
  } catch (error) {
    return reports.map((report) =>
      withFindings(report, failureFindings(error, report.name), 'failed'),
    );
  }
}

/** A report with more said of its redirects, where that phase was come to and did not fail. */
function withFindings(
  report: ListReport,
  findings: readonly Diagnostic[],
  outcome: 'failed' | null,
): ListReport {
  const phases = report.phases.map((phase): PhaseReport => {
    if (phase.phase !== 'redirects' || phase.outcome === 'failed') return phase;
    return {
      ...phase,
      outcome: outcome ?? phase.outcome,
      findings: [...phase.findings, ...findings],
    };
  });
  const all = phases.flatMap((phase) => phase.findings);
  return { ...report, outcome: listOutcome(phases), phases, findings: all };
}

const noDatabase = (list: string): Diagnostic => ({
  code: 'redirects.no-database',
  severity: 'info',
  list,
  summary: 'the rules use a map in plain text, which Apache reads anew where it changed',
  why: 'httxt2dbm is not installed here, which would make a database of it',
  next: 'install apache2-utils here, and write the redirects again',
});
