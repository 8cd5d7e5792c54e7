// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Identity, SiteIdentities, SiteName } from '../mapping/identity.js';
import { mapList, type MappingContext } from '../mapping/map-list.js';
import type { ModerationFacts } from '../mapping/moderation/facts.js';
import type { ManifestRecord } from '../model/archive.js';
import { type Mailman2List, truthyAttribute } from '../model/mailman2-list.js';
import type { DesiredList, ObservedList } from '../model/mailman3-list.js';
import { applyPlan } from '../plan/apply.js';
import { sameAddress } from '../plan/compare.js';
import { type LastApplied, wasThere } from '../plan/operation.js';
import { type ListPlan, planList } from '../plan/plan-list.js';
import type { WebAddresses } from '../redirects/redirects.js';
import { importArchive } from './import-archive.js';
import { indexArchive } from './index-archive.js';
import { type BanPolicy, gatherModeration } from './moderation-facts.js';
import type { PhaseResult } from './phase.js';
import type { Ports } from './ports.js';
import { prepareArchive } from './prepare-archive.js';
import { failedChecks, verifyList } from './verify-list.js';
import type { ListFolder } from './workspace.js';
import { computeRedirects, writeNginx } from './write-redirects.js';

/** What holds for every list of a run. */
export interface RunSettings {
  readonly identity: Identity;
  /** Every list of the old site, and who is who among them on the new side. */
  readonly site: readonly SiteName[];
  readonly identities: SiteIdentities;
  readonly context: MappingContext;
  readonly overwrite: boolean;
  readonly bans: BanPolicy;
  readonly web: WebAddresses;
  /** Folder of the web server's redirect files; null where none is configured. */
  readonly redirectsOutput: string | null;
  /** Whether a web server can be asked for old addresses. */
  readonly canProbe: boolean;
}

/** One list on its way: what was read of it, and what it is to become. */
export interface ListJob {
  readonly list: Mailman2List;
  readonly moderation: ModerationFacts;
  readonly desired: DesiredList;
  readonly folder: ListFolder;
}

/** A list that no other run touches until it is unlocked. */
export interface LockedJob extends ListJob {
  readonly unlock: () => Promise<void>;
}

/** A list planned against Mailman 3 as it stands. */
export interface PlannedList {
  readonly desired: DesiredList;
  readonly observed: ObservedList | null;
  readonly last: LastApplied;
  readonly plan: ListPlan;
}

/** Computes what a list is to become; the outcome is `failed` where Mailman 3 cannot take it. */
export async function describeJob(
  list: Mailman2List,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<ListJob>> {
  const folder = await ports.workspace.list(list.name);
  const moderation = await gatherModeration(list, folder, ports, settings);
  const desired = mapList(list, settings.identity, { ...settings.context, moderation });
  const findings = [...desired.findings, ...(settings.identities.findings.get(list.name) ?? [])];
  // An error of the mapping means that Mailman 3 cannot take the list as it is.
  const refused = findings.some(({ severity }) => severity === 'error');
  return {
    outcome: refused ? 'failed' : 'done',
    findings,
    value: { list, moderation, desired, folder },
  };
}

/** Locks the list against other runs and writes its snapshot; whoever asked for it unlocks. */
export async function exportStep(
  list: Mailman2List,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<LockedJob>> {
  const { value: job, ...result } = await describeJob(list, ports, settings);
  const unlock = await job.folder.lock();
  try {
    await job.folder.writeJson('snapshot.json', { schemaVersion: 1, list });
  } catch (error) {
    await unlock();
    throw error;
  }
  return { ...result, value: { ...job, unlock } };
}

/** Compares both sides. Throws where the list-id is another list's, or the list was deleted. */
export async function planStep(
  job: ListJob,
  ports: Ports,
  settings: RunSettings,
): Promise<PlannedList> {
  const { desired, folder } = job;
  const observed = await ports.target.observe(desired.listId);
  const last = await folder.applied.load();
  refuseStranger(desired, observed);
  if (observed === null && wasThere(last, desired.listId) && !settings.overwrite) {
    throw new DiagnosticError({
      code: 'plan.list-deleted',
      summary: `${desired.fqdnListname} was deleted in Mailman 3 since the last apply`,
      why: 'a list that somebody deleted is not made again unasked',
      next: 'apply with --overwrite to make it anew, or leave it out with lists: exclude',
    });
  }
  const plan = planList(desired, observed, last, {
    overwrite: settings.overwrite,
    reachesCore: ports.target.reachesCore,
  });
  const findings = [...movedFinding(job, last), ...plan.findings];
  return { desired, observed, last, plan: { ...plan, findings } };
}

/** To REST a list is its list-id, which `a.b@c` and `a@b.c` share: it may be somebody else's. */
function refuseStranger(desired: DesiredList, observed: ObservedList | null): void {
  if (observed === null || sameAddress(desired, observed)) return;
  throw new DiagnosticError({
    code: 'identity.list-id-taken',
    summary: `Mailman 3 has another list with the list-id ${desired.listId}: ${observed.fqdnListname}`,
    why: `${desired.fqdnListname} would have the same list-id, and Mailman 3 knows lists by that`,
    next: `give it another name in mm2to3.yaml, under lists: rename: { "${desired.sourceName}": new-name }`,
  });
}

function movedFinding({ desired, list }: ListJob, last: LastApplied): readonly Diagnostic[] {
  if (last.listId === null || last.listId === desired.listId) return [];
  return [
    {
      code: 'plan.list-moved',
      severity: 'warning',
      list: list.name,
      summary: `an earlier run made of it the list ${last.listId}, which stays in Mailman 3`,
      why: `it is to be ${desired.fqdnListname} now: a list of its own to Mailman 3`,
      next: 'delete the earlier one in Postorius and its archive in HyperKitty',
    },
  ];
}

export async function applyStep(
  job: ListJob,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<null>> {
  const { plan } = await planStep(job, ports, settings);
  if (plan.operations.length === 0) {
    return { outcome: 'unchanged', findings: plan.findings, value: null };
  }
  const { refused, notes } = await applyPlan(
    job.desired,
    plan.operations,
    ports.target,
    job.folder.applied,
    plan.kept,
  );
  return { outcome: 'done', findings: [...plan.findings, ...refused, ...notes], value: null };
}

export async function archiveStep(job: ListJob, ports: Ports): Promise<PhaseResult<null>> {
  const { list, desired, folder } = job;
  const exposed = wouldBeExposed(list, desired);
  if (exposed !== null) return { outcome: 'skipped', findings: [exposed], value: null };
  const prepared = await prepareArchive(list, folder, ports.source, nowSeconds(ports));
  const imported = await importArchive(desired, prepared.value.records, folder, ports.archive);
  return { ...imported, findings: [...prepared.findings, ...imported.findings] };
}

/**
 * HyperKitty shows strangers whatever it holds of a list that is not private; and a list that
 * archives nothing cannot be private besides. So such an archive stays where it is.
 */
export function wouldBeExposed(list: Mailman2List, desired: DesiredList): Diagnostic | null {
  const hasMbox = list.archive.mbox !== null;
  if (desired.archivePolicy !== 'never' || !hasMbox || !truthyAttribute(list, 'archive_private')) {
    return null;
  }
  return {
    code: 'archive.would-be-public',
    severity: 'warning',
    list: list.name,
    summary: 'the private archive is not imported',
    why: 'the list archives nothing any more, and HyperKitty would show its old messages to everybody',
    next: 'turn archiving on in Mailman 2 (archive = Yes, archive_private = private) and migrate again',
  };
}

export async function indexStep(job: ListJob, ports: Ports): Promise<PhaseResult<null>> {
  return indexArchive(job.desired, ports.archive);
}

/** The messages that HyperKitty is to hold: those of the mbox, unless they must not be seen there. */
async function recordsToImport(job: ListJob, ports: Ports): Promise<readonly ManifestRecord[]> {
  const { list, desired, folder } = job;
  if (wouldBeExposed(list, desired) !== null) return [];
  const { value } = await prepareArchive(list, folder, ports.source, nowSeconds(ports));
  return value.records;
}

/** Old addresses of a list with their new ones, from the old pages and the manifest. */
export async function redirectsOf(job: ListJob, ports: Ports, settings: RunSettings) {
  const { list, desired } = job;
  const records = await recordsToImport(job, ports);
  return computeRedirects(list, desired, records, ports.source, settings.web);
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
  const records = await recordsToImport(job, ports);
  const { requests, refusedRequests } = await folder.applied.load();
  const accounted = new Set([...requests, ...Object.keys(refusedRequests)]);
  const redirects = settings.canProbe
    ? (await computeRedirects(list, desired, records, ports.source, settings.web)).redirects
    : null;
  const checks = await verifyList({ desired, records, redirects, accounted }, ports);
  return { outcome: 'done', findings: failedChecks(list.name, checks), value: null, checks };
}

const nowSeconds = ({ now }: Ports): number => Math.floor(now() / 1000);
