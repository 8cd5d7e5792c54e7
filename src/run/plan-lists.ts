// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { AttributeVerdict } from '../model/mailman3-list.js';
import type { PlannedListReport, PlannedSetting, SettingChange } from '../model/plan-report.js';
import { sameSetting } from '../plan/compare.js';
import { appliedTo, nothingApplied } from '../plan/operation.js';
import { type ArchivePlan, planArchive } from './plan-archive.js';
import { plannedMembers } from './plan-members.js';
import type { Ports } from './ports.js';
import { eachList, failureFindings, type ReadLists } from './each-list.js';
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
  return eachList(selection, readLists, {
    site: settings.site,
    failed,
    async list(list) {
      ports.progress({ list: list.name, phase: 'plan', text: 'begins' });
      const { value: job, findings } = await describeJob(list, ports, settings);
      try {
        const planned = await planStep(job, ports, settings);
        const archive = await planArchive(job, planned.observed !== null, ports, settings);
        const trials = await tryHeaderRules(job, ports);
        return report(list.name, planned, archive, [...findings, ...trials]);
      } catch (error) {
        const failures = failureFindings(error, list.name);
        return failed(list.name, job.desired.fqdnListname, [...findings, ...failures]);
      }
    },
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

function report(
  name: string,
  planned: PlannedList,
  { archive, addresses, findings: ofArchive }: ArchivePlan,
  mapped: readonly Diagnostic[],
): PlannedListReport {
  const { desired, observed, plan } = planned;
  const findings = [...mapped, ...plan.findings, ...ofArchive];
  return {
    name,
    fqdn: desired.fqdnListname,
    failed: mapped.some(({ severity }) => severity === 'error'),
    exists: observed !== null,
    settings: desired.verdicts.map((verdict) => plannedSetting(verdict, planned, mapped)),
    roster: plan.roster,
    members: plannedMembers(planned),
    archive,
    addresses,
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
  { desired: { listId }, observed, last, plan }: PlannedList,
  mapped: readonly Diagnostic[],
): PlannedSetting {
  const { settings } = observed === null ? nothingApplied() : appliedTo(listId, last);
  const { attribute, target, desired } = verdict;
  const now = (target === null ? null : observed?.settings[target]) ?? null;
  const disputed = plan.conflicts.some(
    ({ kind, what, overruled }) => kind === 'setting' && what === target && !overruled,
  );
  const change: SettingChange =
    target === null || desired === null
      ? 'none'
      : disputed
        ? 'conflict'
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
