// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { ListReport, PhaseName, PhaseReport } from '../model/report.js';
import {
  apartFinding,
  eachList,
  failureFindings,
  findingsOf,
  type ListUnit,
  type ReadLists,
} from './each-list.js';
import { listOutcome, onePhaseReport, type PhaseResult } from './phase.js';
import type { Ports } from './ports.js';
import { publishRedirects } from './publish-redirects.js';
import type { Selection } from './select.js';
import { archiveStep } from './list-archive.js';
import {
  applyStep,
  exportStep,
  indexStep,
  type ListJob,
  redirectsStep,
  type RunSettings,
  verifyStep,
} from './steps.js';

const STEPS = {
  apply: applyStep,
  archive: archiveStep,
  index: indexStep,
  redirects: redirectsStep,
  verify: verifyStep,
} as const satisfies Record<
  Exclude<PhaseName, 'export'>,
  (job: ListJob, ports: Ports, settings: RunSettings) => Promise<PhaseResult<unknown>>
>;

export type Step = keyof typeof STEPS;

/**
 * Takes the selected lists through the given steps, each list on its own: what fails in one is in
 * its report, and the others go on. The old site is read anew.
 */
export async function runLists(
  selection: Selection,
  steps: readonly Step[],
  readLists: ReadLists,
  ports: Ports,
  settings: RunSettings,
): Promise<readonly ListReport[]> {
  const reports = await eachList(selection, readLists, {
    site: settings.site,
    identities: settings.identities,
    list: (unit) => runList(unit, steps, ports, settings),
    failed: (name, fqdn, findings) => onePhaseReport({ name, fqdn }, 'export', 'failed', findings),
    part: partReport,
    apart: (list, into) =>
      onePhaseReport(list, 'export', 'skipped', [apartFinding(list.name, into)]),
  });
  return steps.includes('redirects') ? publishRedirects(reports, ports, settings) : reports;
}

/** All phases of a migration, the web server's reload, and verification with everything in place. */
export async function migrateLists(
  selection: Selection,
  readLists: ReadLists,
  ports: Ports,
  settings: RunSettings,
): Promise<readonly ListReport[]> {
  const steps = ['apply', 'archive', 'index', 'redirects'] as const;
  const first = await runLists(selection, steps, readLists, ports, settings);
  const trouble = await reloadWebServer(ports);
  const sound = new Set(
    first.filter(({ outcome }) => outcome !== 'failed').map(({ name }) => name),
  );
  if (sound.size === 0) return first;
  const again: Selection = {
    names: selection.names.length === 0 ? [] : [...sound],
    includes: (name, fqdn) => sound.has(name) && selection.includes(name, fqdn),
  };
  const verified = await runLists(again, ['verify'], readLists, ports, settings);
  return first.map((report) => {
    const check = verified.find(({ name }) => name === report.name);
    return check === undefined ? report : merged(report, check, trouble);
  });
}

/** Lets the web server read what was written; why it would not, else null. */
export async function reloadWebServer({ workspace, web }: Ports): Promise<Diagnostic | null> {
  if (!(await workspace.reloadPending.get())) return null;
  try {
    await web.reload();
    await workspace.reloadPending.set(false);
    return null;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { ...error.diagnostic, code: 'redirects.reload-failed' };
  }
}

/** The report of the work with that of the verification, which repeats the export's findings. */
function merged(report: ListReport, check: ListReport, trouble: Diagnostic | null): ListReport {
  const worked = report.phases.map((phase) =>
    phase.phase === 'redirects' && trouble !== null
      ? { ...phase, findings: [...phase.findings, { ...trouble, list: report.name }] }
      : phase,
  );
  const phases = [...worked, ...check.phases.filter(({ phase }) => phase === 'verify')];
  const findings = phases.flatMap((phase) => phase.findings);
  return { ...report, outcome: listOutcome(phases), phases, findings };
}

/** What of the report of a whole list concerns one of those that it is made of. */
export function partReport(whole: ListReport, { name }: Mailman2List): ListReport {
  const phases = whole.phases.map((phase) => ({
    ...phase,
    findings: findingsOf(phase.findings, name, whole.name),
  }));
  const findings = phases.flatMap((phase) => phase.findings);
  return { ...whole, name, phases, findings };
}

async function runList(
  unit: ListUnit,
  steps: readonly Step[],
  ports: Ports,
  settings: RunSettings,
): Promise<ListReport> {
  const { list } = unit;
  const phases: PhaseReport[] = [];
  const timed = async <Value>(
    phase: PhaseName,
    work: () => Promise<PhaseResult<Value>>,
  ): Promise<Value | null> => {
    const began = ports.now();
    ports.progress({ list: list.name, phase, text: 'begins' });
    const { value, ...result } = await work().catch((error: unknown) => ({
      outcome: 'failed' as const,
      findings: failureFindings(error, list.name),
      value: null,
    }));
    const seconds = Math.round(ports.now() - began) / 1000;
    phases.push({ phase, seconds, ...result });
    ports.progress({ list: list.name, phase, text: result.outcome });
    return value;
  };

  const job = await timed('export', () => exportStep(unit, ports, settings));
  if (job !== null) {
    try {
      for (const step of steps) {
        if (phases.at(-1)?.outcome === 'failed') break;
        await timed<unknown>(step, () => STEPS[step](job, ports, settings));
      }
    } finally {
      await job.unlock();
    }
  }
  const fqdn = job?.desired.fqdnListname ?? list.fqdn;
  const findings = phases.flatMap((phase) => phase.findings);
  return { name: list.name, fqdn, outcome: listOutcome(phases), phases, findings };
}
