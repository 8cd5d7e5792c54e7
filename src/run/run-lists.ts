// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Mailman2List, UnreadableList } from '../model/mailman2-list.js';
import type { ListReport, PhaseName, PhaseReport } from '../model/report.js';
import { listOutcome, type PhaseResult } from './phase.js';
import type { Ports } from './ports.js';
import type { Selection } from './select.js';
import {
  applyStep,
  archiveStep,
  exportStep,
  indexStep,
  type ListJob,
  redirectsStep,
  type RunSettings,
  verifyStep,
} from './steps.js';

/** What reading the old site yields, as far as running it goes. */
export type SiteListing =
  | { readonly kind: 'list'; readonly list: Mailman2List }
  | { readonly kind: 'unreadable'; readonly list: UnreadableList };

export type ReadLists = (names: readonly string[]) => AsyncIterable<SiteListing>;

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
  const reports: ListReport[] = [];
  for await (const found of readLists(selection.names)) {
    if (found.kind === 'unreadable') {
      if (selection.includes(found.list.name, null)) reports.push(unreadable(found.list));
    } else if (selection.includes(found.list.name, found.list.fqdn)) {
      reports.push(await runList(found.list, steps, ports, settings));
    }
  }
  return reports;
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
async function reloadWebServer({ workspace, web }: Ports): Promise<Diagnostic | null> {
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

function unreadable({ name, findings }: UnreadableList): ListReport {
  const phase: PhaseReport = { phase: 'export', outcome: 'failed', seconds: 0, findings };
  return { name, fqdn: name, outcome: 'failed', phases: [phase], findings };
}

async function runList(
  list: Mailman2List,
  steps: readonly Step[],
  ports: Ports,
  settings: RunSettings,
): Promise<ListReport> {
  const phases: PhaseReport[] = [];
  let fqdn = list.fqdn;
  const timed = async <Value>(
    phase: PhaseName,
    work: () => Promise<PhaseResult<Value>>,
  ): Promise<Value | null> => {
    const began = ports.now();
    const seconds = (): number => Math.round(ports.now() - began) / 1000;
    ports.progress({ list: list.name, phase, text: 'begins' });
    try {
      const { value, ...result } = await work();
      phases.push({ phase, seconds: seconds(), ...result });
      ports.progress({ list: list.name, phase, text: result.outcome });
      return value;
    } catch (error) {
      phases.push({
        phase,
        outcome: 'failed',
        seconds: seconds(),
        findings: [failure(error, list.name)],
      });
      ports.progress({ list: list.name, phase, text: 'failed' });
      return null;
    }
  };

  const job = await timed('export', () => exportStep(list, ports, settings));
  if (job !== null && phases.at(-1)?.outcome !== 'failed') {
    fqdn = job.desired.fqdnListname;
    await withLock(job, async () => {
      for (const step of steps) {
        await timed<unknown>(step, () => STEPS[step](job, ports, settings));
        if (phases.at(-1)?.outcome === 'failed') break;
      }
    }).catch((error: unknown) => {
      phases.push({
        phase: 'export',
        outcome: 'failed',
        seconds: 0,
        findings: [failure(error, list.name)],
      });
    });
  }
  const findings = phases.flatMap((phase) => phase.findings);
  return { name: list.name, fqdn, outcome: listOutcome(phases), phases, findings };
}

async function withLock(job: ListJob, work: () => Promise<void>): Promise<void> {
  const unlock = await job.folder.lock();
  try {
    await work();
  } finally {
    await unlock();
  }
}

/** Expected trouble becomes a finding; a target that cannot be reached or a bug ends the run. */
function failure(error: unknown, list: string): Diagnostic {
  if (!(error instanceof DiagnosticError) || error instanceof CannotStartError) throw error;
  return { ...error.diagnostic, list };
}
