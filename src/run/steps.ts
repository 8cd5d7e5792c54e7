// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Identity, SiteIdentities, SiteName } from '../mapping/identity.js';
import { mapList, type MappingContext } from '../mapping/map-list.js';
import { mergeLists } from '../mapping/merge.js';
import type { ModerationFacts } from '../mapping/moderation/facts.js';
import type { ListUnit } from './each-list.js';
import type { Importer } from '../model/archive-state.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { type DesiredList, type ObservedList, ROLES } from '../model/mailman3-list.js';
import { applyPlan } from '../plan/apply.js';
import { sameAddress } from '../plan/compare.js';
import { type LastApplied, wasThere } from '../plan/operation.js';
import { type ListPlan, planList } from '../plan/plan-list.js';
import { settled } from '../plan/settled.js';
import type { WebAddresses } from '../redirects/addresses.js';
import { listRedirects } from '../redirects/redirects.js';
import { CoverageTally, monthCounts } from './figures.js';
import { indexArchive } from './index-archive.js';
import { keptOf, preparedParts, redirectsOf } from './list-archive.js';
import { type BanPolicy, gatherModeration } from './moderation-facts.js';
import type { PhaseResult } from './phase.js';
import type { Ports } from './ports.js';
import { failedChecks, verifyList } from './verify-list.js';
import type { ListFolder } from './workspace.js';
import { type RedirectSettings, stageRedirects } from './write-redirects.js';

/** What holds for every list of a run. */
export interface RunSettings {
  readonly identity: Identity;
  /** Every list of the old site, and who is who among them on the new side. */
  readonly site: readonly SiteName[];
  readonly identities: SiteIdentities;
  readonly context: MappingContext;
  readonly overwrite: boolean;
  readonly importer: Importer;
  readonly bans: BanPolicy;
  readonly web: WebAddresses;
  readonly redirects: RedirectSettings;
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
  /** A killed apply left something in flight that is settled in `last`, and not yet on disk. */
  readonly unsettled: boolean;
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
  const findings = [...desired.findings, ...(identities.findings.get(list.name) ?? [])];
  // An error of the mapping means that Mailman 3 cannot take the list as it is.
  const refused = findings.some(({ severity }) => severity === 'error');
  return {
    outcome: refused ? 'failed' : 'done',
    findings,
    value: { list, desired, folder: own.folder, parts: [own, ...others] },
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
  const stored = await folder.applied.load();
  const last = settled(stored, desired, observed);
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
  const findings = [...(await earlierLists(job, last, ports)), ...plan.findings];
  return { desired, observed, last, unsettled: last !== stored, plan: { ...plan, findings } };
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
  last: LastApplied,
  { target }: Ports,
): Promise<readonly Diagnostic[]> {
  const findings: Diagnostic[] = [];
  for (const part of parts) {
    const { listId } = part.list === list ? last : await part.folder.applied.load();
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
  const { plan, last, unsettled } = await planStep(job, ports, settings);
  if (unsettled) await job.folder.applied.save(last);
  const { refused, notes } = await applyPlan(
    job.desired,
    plan.operations,
    ports.target,
    job.folder.applied,
    plan.kept,
  );
  const outcome = plan.operations.length === 0 ? 'unchanged' : 'done';
  const amount = ROLES.reduce((sum, role) => sum + job.desired.rosters[role].length, 0);
  return {
    outcome,
    findings: [...plan.findings, ...refused, ...notes],
    value: null,
    figures: { work: { amount, unit: 'members' } },
  };
}

export async function indexStep(job: ListJob, ports: Ports): Promise<PhaseResult<null>> {
  return indexArchive(job.desired, ports);
}

/** Writes a list's rules beside those that stand: the run ends with publishRedirects. */
export async function redirectsStep(
  job: ListJob,
  ports: Ports,
  settings: RunSettings,
): Promise<PhaseResult<null>> {
  const { output } = settings.redirects;
  if (output === null) {
    return { outcome: 'skipped', findings: [noRedirectsOutput(job.list.name)], value: null };
  }
  const findings: Diagnostic[] = [];
  let written = false;
  const coverage = new CoverageTally();
  const prepared = await preparedParts(job, ports);
  for (const computed of await redirectsOf(job.desired, prepared, ports, settings)) {
    const result = await stageRedirects(computed, settings.web, settings.redirects, output);
    written ||= result.outcome === 'done';
    findings.push(...result.findings);
    for (const redirect of listRedirects(computed.rules, settings.web)) coverage.add(redirect);
  }
  const redirects = coverage.kinds();
  const amount = redirects.reduce((sum, { addresses }) => sum + addresses, 0);
  const figures = { work: { amount, unit: 'addresses' as const }, redirects };
  return { outcome: written ? 'done' : 'unchanged', findings, value: null, figures };
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
  const { requests, refusedRequests } = await folder.applied.load();
  const accounted = new Set([...requests, ...Object.keys(refusedRequests)]);
  const prepared = await preparedParts(job, ports);
  const redirects = settings.canProbe
    ? (await redirectsOf(desired, prepared, ports, settings)).flatMap(({ rules }) => [
        ...listRedirects(rules, settings.web),
      ])
    : null;
  const expectation = { desired, messages: keptOf(prepared), redirects, accounted };
  const { checks, held } = await verifyList(expectation, ports);
  const figures = {
    work: { amount: expectation.messages.length, unit: 'messages' as const },
    months: monthCounts(expectation.messages, held),
  };
  return {
    outcome: 'done',
    findings: failedChecks(list.name, checks),
    value: null,
    checks,
    figures,
  };
}
