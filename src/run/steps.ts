// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Identity, SiteIdentities, SiteName } from '../mapping/identity.js';
import { mapList, type MappingContext } from '../mapping/map-list.js';
import { mergeLists } from '../mapping/merge.js';
import type { ModerationFacts } from '../mapping/moderation/facts.js';
import type { ListUnit } from './each-list.js';
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
import { type ComputedRedirects, computeRedirects, writeNginx } from './write-redirects.js';

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
  readonly desired: DesiredList;
  readonly folder: ListFolder;
  /** The lists of the old site that it is made of: the list itself, then those merged into it. */
  readonly parts: readonly ListPart[];
}

/** One list of the old site, with an archive, old addresses and a folder of its own. */
export interface ListPart {
  readonly list: Mailman2List;
  readonly folder: ListFolder;
  readonly moderation: ModerationFacts;
}

interface DescribedPart extends ListPart {
  readonly desired: DesiredList;
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
  { list, merged }: ListUnit,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<ListJob>> {
  const { identity, identities, context } = settings;
  const describe = async (one: Mailman2List, names: Identity): Promise<DescribedPart> => {
    const folder = await ports.workspace.list(one.name);
    const moderation = await gatherModeration(
      one,
      folder,
      ports,
      { ...settings, identity: names },
      [list, ...merged].filter((each) => each !== one),
    );
    const desired = mapList(one, names, { ...context, moderation });
    return { list: one, folder, moderation, desired };
  };
  const own = await describe(list, identity);
  const others: DescribedPart[] = [];
  for (const other of merged) {
    const rename = { ...identity.rename, [other.name]: own.desired.fqdnListname };
    others.push(await describe(other, { ...identity, rename }));
  }
  const desired = others.length === 0 ? own.desired : mergeLists(own, others, context);
  const parts = [own, ...others].map(({ list: one, folder, moderation }) => ({
    list: one,
    folder,
    moderation,
  }));
  const findings = [...desired.findings, ...(identities.findings.get(list.name) ?? [])];
  // An error of the mapping means that Mailman 3 cannot take the list as it is.
  const refused = findings.some(({ severity }) => severity === 'error');
  return {
    outcome: refused ? 'failed' : 'done',
    findings,
    value: { list, desired, folder: own.folder, parts },
  };
}

/** Locks the list against other runs and writes its snapshot; whoever asked for it unlocks. */
export async function exportStep(
  unit: ListUnit,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<LockedJob>> {
  const { value: job, ...result } = await describeJob(unit, ports, settings);
  const unlocks: (() => Promise<void>)[] = [];
  const unlock = async (): Promise<void> => {
    for (const each of unlocks.splice(0)) await each();
  };
  try {
    for (const { folder } of job.parts) unlocks.push(await folder.lock());
    for (const { list, folder } of job.parts)
      await folder.writeJson('snapshot.json', { schemaVersion: 1, list });
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
  const findings = [...(await earlierLists(job, ports)), ...plan.findings];
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

/** Lists that earlier runs made of these, before they got another address or were merged. */
async function earlierLists(
  { desired, list, parts }: ListJob,
  { target }: Ports,
): Promise<readonly Diagnostic[]> {
  const findings: Diagnostic[] = [];
  for (const part of parts) {
    const { listId } = await part.folder.applied.load();
    if (listId === null || listId === desired.listId) continue;
    if ((await target.observe(listId)) === null) continue;
    findings.push({
      code: 'plan.list-moved',
      severity: 'warning',
      list: part.list.name,
      summary: `an earlier run made the list ${listId} of it, which stays in Mailman 3`,
      why:
        part.list === list
          ? `it is to be ${desired.fqdnListname} now: another list to Mailman 3`
          : `it is to be part of ${desired.fqdnListname} now`,
      next: 'delete the earlier one in Postorius and its archive in HyperKitty',
    });
  }
  return findings;
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

/** Every part's archive goes into the list's one. */
export async function archiveStep(job: ListJob, ports: Ports): Promise<PhaseResult<null>> {
  const results: PhaseResult<null>[] = [];
  for (const part of job.parts) results.push(await archivePart(part, job.desired, ports));
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  const outcome = (['done', 'unchanged'] as const).find((each) => outcomes.has(each)) ?? 'skipped';
  return { outcome, findings: results.flatMap(({ findings }) => findings), value: null };
}

async function archivePart(
  { list, folder }: ListPart,
  desired: DesiredList,
  ports: Ports,
): Promise<PhaseResult<null>> {
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
async function recordsToImport(
  { list, folder }: ListPart,
  desired: DesiredList,
  ports: Ports,
): Promise<readonly ManifestRecord[]> {
  if (wouldBeExposed(list, desired) !== null) return [];
  const { value } = await prepareArchive(list, folder, ports.source, nowSeconds(ports));
  return value.records;
}

/** Old addresses of every part with their new ones, from the old pages and the manifests. */
export async function redirectsOf(
  { parts, desired }: ListJob,
  ports: Ports,
  { web }: RunSettings,
): Promise<readonly ComputedRedirects[]> {
  const computed: ComputedRedirects[] = [];
  for (const part of parts) {
    const records = await recordsToImport(part, desired, ports);
    computed.push(await computeRedirects(part.list, desired, records, ports.source, web));
  }
  return computed;
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
  const announce = (): Promise<void> => ports.workspace.reloadPending.set(true);
  const findings: Diagnostic[] = [];
  let written = false;
  for (const computed of await redirectsOf(job, ports, settings)) {
    const result = await writeNginx(computed, settings.web, redirectsOutput, announce);
    written ||= result.outcome === 'done';
    findings.push(...result.findings);
  }
  return { outcome: written ? 'done' : 'unchanged', findings, value: null };
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
  const { list, desired, folder, parts } = job;
  const { requests, refusedRequests } = await folder.applied.load();
  const accounted = new Set([...requests, ...Object.keys(refusedRequests)]);
  const records: ManifestRecord[] = [];
  for (const part of parts) records.push(...(await recordsToImport(part, desired, ports)));
  const redirects = settings.canProbe
    ? (await redirectsOf(job, ports, settings)).flatMap((computed) => computed.redirects)
    : null;
  const expectation = { desired, records: withoutCopies(records), redirects, accounted };
  const checks = await verifyList(expectation, ports);
  return { outcome: 'done', findings: failedChecks(list.name, checks), value: null, checks };
}

/** Of messages that came to several parts HyperKitty keeps one: the first. */
function withoutCopies(records: readonly ManifestRecord[]): readonly ManifestRecord[] {
  const seen = new Set<string>();
  return records.filter(({ hash, duplicateOf }) => {
    if (duplicateOf !== null || seen.has(hash)) return false;
    seen.add(hash);
    return true;
  });
}

const nowSeconds = ({ now }: Ports): number => Math.floor(now() / 1000);
