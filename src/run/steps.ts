// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import { type Identity, mapList, type MappingContext } from '../mapping/map-list.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { DesiredList, ObservedList } from '../model/mailman3-list.js';
import { applyPlan } from '../plan/apply.js';
import { type ListPlan, planList } from '../plan/plan-list.js';
import type { WebAddresses } from '../redirects/redirects.js';
import { importArchive } from './import-archive.js';
import { indexArchive } from './index-archive.js';
import type { PhaseResult } from './phase.js';
import type { Ports } from './ports.js';
import { prepareArchive } from './prepare-archive.js';
import { failedChecks, verifyList } from './verify-list.js';
import type { ListFolder } from './workspace.js';
import { computeRedirects, writeNginx } from './write-redirects.js';

/** What holds for every list of a run. */
export interface RunSettings {
  readonly identity: Identity;
  readonly context: MappingContext;
  readonly overwrite: boolean;
  readonly web: WebAddresses;
  /** Folder of the web server's redirect files; null where none is configured. */
  readonly redirectsOutput: string | null;
  /** Whether a web server can be asked for old addresses. */
  readonly canProbe: boolean;
}

/** One list on its way: what was read of it, and what it is to become. */
export interface ListJob {
  readonly list: Mailman2List;
  readonly desired: DesiredList;
  readonly folder: ListFolder;
}

/** A list planned against Mailman 3 as it stands. */
export interface PlannedList {
  readonly desired: DesiredList;
  readonly observed: ObservedList | null;
  readonly plan: ListPlan;
}

/** Writes the snapshot and computes the desired state. Throws where the list must not go on. */
export async function exportStep(
  list: Mailman2List,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<ListJob>> {
  const desired = mapList(list, settings.identity, settings.context);
  const folder = await ports.workspace.list(list.name);
  await folder.writeJson('snapshot.json', { schemaVersion: 1, list });
  return { outcome: 'done', findings: desired.findings, value: { list, desired, folder } };
}

export async function planStep(
  job: ListJob,
  ports: Ports,
  settings: RunSettings,
): Promise<PlannedList> {
  const { desired, folder } = job;
  const observed = await ports.target.observe(desired.listId);
  const last = await folder.applied.load();
  const plan = planList(desired, observed, last, { overwrite: settings.overwrite });
  return { desired, observed, plan };
}

export async function applyStep(
  job: ListJob,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<null>> {
  refuseErrors(job.desired);
  const { plan } = await planStep(job, ports, settings);
  if (plan.operations.length === 0) {
    return { outcome: 'unchanged', findings: plan.findings, value: null };
  }
  const { refused } = await applyPlan(
    job.desired,
    plan.operations,
    ports.target,
    job.folder.applied,
    ports.queue,
  );
  return { outcome: 'done', findings: [...plan.findings, ...refused], value: null };
}

/** An error among the findings of mapping means that Mailman 3 cannot take the list as it is. */
function refuseErrors(desired: DesiredList): void {
  const error = desired.findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new DiagnosticError(error);
}

export async function archiveStep(job: ListJob, ports: Ports): Promise<PhaseResult<null>> {
  const { list, desired, folder } = job;
  const prepared = await prepareArchive(list, folder, ports.source, nowSeconds(ports));
  if (prepared.outcome === 'skipped') return { ...prepared, value: null };
  const imported = await importArchive(desired, prepared.value.records, folder, ports.archive);
  return { ...imported, findings: [...prepared.findings, ...imported.findings] };
}

export async function indexStep(job: ListJob, ports: Ports): Promise<PhaseResult<null>> {
  return indexArchive(job.desired, ports.archive);
}

/** Old addresses of a list with their new ones, from the old pages and the manifest. */
export async function redirectsOf(job: ListJob, ports: Ports, settings: RunSettings) {
  const { list, desired, folder } = job;
  const prepared = await prepareArchive(list, folder, ports.source, nowSeconds(ports));
  return computeRedirects(list, desired, prepared.value.records, ports.source, settings.web);
}

export async function redirectsStep(
  job: ListJob,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<null>> {
  const { redirectsOutput } = settings;
  if (redirectsOutput === null) {
    return { outcome: 'skipped', findings: [noRedirectsOutput(job.list.name)], value: null };
  }
  const computed = await redirectsOf(job, ports, settings);
  const announce = (): Promise<void> => ports.workspace.reloadPending.set(true);
  return writeNginx(computed, settings.web, redirectsOutput, announce);
}

const noRedirectsOutput = (list: string): Diagnostic => ({
  code: 'redirects.no-output',
  severity: 'warning',
  list,
  summary: 'no redirects were written',
  why: 'mm2to3.yaml names no folder for them',
  next: 'set redirects: output, or run mm2to3 redirects --output DIR',
});

export async function verifyStep(
  job: ListJob,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<null>> {
  const { list, desired, folder } = job;
  const prepared = await prepareArchive(list, folder, ports.source, nowSeconds(ports));
  const redirects = settings.canProbe
    ? (await computeRedirects(list, desired, prepared.value.records, ports.source, settings.web))
        .redirects
    : null;
  const records = prepared.outcome === 'skipped' ? null : prepared.value.records;
  const checks = await verifyList({ desired, records, redirects }, ports);
  return { outcome: 'done', findings: failedChecks(list.name, checks), value: null, checks };
}

const nowSeconds = ({ now }: Ports): number => Math.floor(now() / 1000);
