// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { AttributeVerdict } from '../model/mailman3-list.js';
import type { PlannedListReport, PlannedSetting, SettingChange } from '../model/plan-report.js';
import { sameSetting } from '../plan/compare.js';
import { appliedTo, nothingApplied } from '../plan/operation.js';
import { type ArchivePlan, planArchive } from './plan-archive.js';
import { plannedMembers } from './plan-members.js';
import type { Ports } from './ports.js';
import {
  apartFinding,
  eachList,
  failureFindings,
  findingsOf,
  type ReadLists,
} from './each-list.js';
import type { Selection } from './select.js';
import { tryHeaderRules } from './try-header-rules.js';
import { describeJob, type PlannedList, planStep, type RunSettings } from './steps.js';

/** Plans the selected lists: reads both sides and changes nothing in Mailman 3. */
export async function planLists(
  selection: Selection,
  readLists: ReadLists,
  ports: Ports,
  settings: RunSettings,
): Promise<readonly PlannedListReport[]> {
  // Each list of the old site has an archive and old addresses of its own, merged or not.
  const archives = new Map<string, ArchivePlan>();
  return eachList(selection, readLists, {
    site: settings.site,
    identities: settings.identities,
    failed,
    async list(unit) {
      const { name } = unit.list;
      ports.progress({ list: name, phase: 'plan', text: 'begins' });
      const { value: job, findings } = await describeJob(unit, ports, settings);
      try {
        const planned = await planStep(job, ports, settings);
        for (const part of job.parts) {
          const exists = planned.observed !== null;
          archives.set(
            part.list.name,
            await planArchive(part, job.desired, exists, ports, settings),
          );
        }
        const trials: Diagnostic[] = [];
        for (const part of job.parts) trials.push(...(await tryHeaderRules(part, ports)));
        return report(name, planned, archives.get(name), [...findings, ...trials]);
      } catch (error) {
        const failures = failureFindings(error, name);
        return failed(name, job.desired.fqdnListname, [...findings, ...failures]);
      }
    },
    part: (whole, { name }) =>
      name === whole.name
        ? { ...whole, findings: findingsOf(whole.findings, name, name) }
        : partReport(whole, name, archives.get(name)),
    apart: ({ name, fqdn }, into) => ({
      ...failed(name, fqdn, [apartFinding(name, into)]),
      failed: false,
    }),
  });
}

function failed(
  name: string,
  fqdn: string | null,
  findings: readonly Diagnostic[],
): PlannedListReport {
  return {
    name,
    fqdn: fqdn ?? name,
    failed: true,
    exists: false,
    settings: [],
    roster: { add: 0, change: 0, keep: 0, remove: 0 },
    members: [],
    archive: null,
    addresses: null,
    conflicts: [],
    operations: [],
    findings,
  };
}

/** What a list brings to the one that it is merged into: the plan of the rest is that list's. */
function partReport(
  whole: PlannedListReport,
  name: string,
  archive: ArchivePlan | undefined,
): PlannedListReport {
  const findings = [...findingsOf(whole.findings, name, whole.name), ...(archive?.findings ?? [])];
  return {
    ...failed(name, whole.fqdn, findings),
    failed: whole.failed,
    exists: whole.exists,
    archive: archive?.archive ?? null,
    addresses: archive?.addresses ?? null,
  };
}

function report(
  name: string,
  planned: PlannedList,
  planOfArchive: ArchivePlan | undefined,
  mapped: readonly Diagnostic[],
): PlannedListReport {
  const { desired, observed, plan } = planned;
  const own = findingsOf(mapped, name, name);
  const findings = [...mapped, ...plan.findings, ...(planOfArchive?.findings ?? [])];
  return {
    name,
    fqdn: desired.fqdnListname,
    failed: mapped.some(({ severity }) => severity === 'error'),
    exists: observed !== null,
    settings: desired.verdicts.map((verdict) => plannedSetting(verdict, planned, own)),
    roster: plan.roster,
    members: plannedMembers(planned),
    archive: planOfArchive?.archive ?? null,
    addresses: planOfArchive?.addresses ?? null,
    conflicts: plan.conflicts,
    operations: plan.operations.map((operation) => ({
      id: operation.id,
      kind: operation.kind,
      role: 'role' in operation ? operation.role : null,
      summary: operation.summary,
    })),
    findings,
  };
}

function plannedSetting(
  verdict: AttributeVerdict,
  { desired: { listId, coreAttributes }, observed, last, plan }: PlannedList,
  mapped: readonly Diagnostic[],
): PlannedSetting {
  const { settings } = observed === null ? nothingApplied() : appliedTo(listId, last);
  const { attribute, target, desired } = verdict;
  const now = (target === null ? null : observed?.settings[target]) ?? null;
  const inCore = plan.operations.flatMap((operation) =>
    operation.kind === 'set-core-attributes' ? Object.keys(operation.attributes) : [],
  );
  const disputed = plan.conflicts.some(
    ({ kind, what, overruled }) => kind === 'setting' && what === target && !overruled,
  );
  const change: SettingChange =
    target === null || desired === null
      ? 'none'
      : disputed
        ? 'conflict'
        : target in coreAttributes
          ? inCore.includes(target)
            ? 'set'
            : 'keep'
          : observed !== null && sameSetting(desired, now)
            ? 'keep'
            : 'set';
  const finding = mapped.find((candidate) => candidate.attribute === attribute);
  return {
    ...verdict,
    lastApplied: (target === null ? undefined : settings[target]) ?? null,
    observed: now,
    change,
    next: finding?.next ?? null,
    harmless: finding?.severity === 'info',
  };
}
