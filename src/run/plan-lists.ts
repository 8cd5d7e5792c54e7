// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { PlannedListReport } from '../model/report.js';
import type { Ports } from './ports.js';
import type { ReadLists } from './each-list.js';
import type { Selection } from './select.js';
import { describeJob, type PlannedList, planStep, type RunSettings } from './steps.js';

/** Plans the selected lists: reads both sides and changes nothing in Mailman 3. */
export async function planLists(
  selection: Selection,
  readLists: ReadLists,
  ports: Ports,
  settings: RunSettings,
): Promise<readonly PlannedListReport[]> {
  const reports: PlannedListReport[] = [];
  for await (const found of readLists(selection.names)) {
    const { name } = found.list;
    if (found.kind === 'unreadable') {
      if (!selection.includes(name, null)) continue;
      reports.push(failed(name, name, found.list.findings));
      continue;
    }
    if (!selection.includes(name, found.list.fqdn)) continue;
    ports.progress({ list: name, phase: 'plan', text: 'begins' });
    const { value: job, findings } = await describeJob(found.list, ports, settings);
    try {
      const planned = await planStep(job, ports, settings);
      reports.push(report(name, planned, findings));
    } catch (error) {
      if (!(error instanceof DiagnosticError) || error instanceof CannotStartError) throw error;
      const failure = { ...error.diagnostic, list: name };
      reports.push(failed(name, found.list.fqdn, [...findings, failure]));
    }
  }
  return reports;
}

function failed(name: string, fqdn: string, findings: readonly Diagnostic[]): PlannedListReport {
  const roster = { add: 0, change: 0, keep: 0, remove: 0 };
  return { name, fqdn, failed: true, settings: [], roster, operations: [], findings };
}

function report(
  name: string,
  { desired, observed, plan }: PlannedList,
  findings: readonly Diagnostic[],
): PlannedListReport {
  return {
    name,
    fqdn: desired.fqdnListname,
    failed: findings.some(({ severity }) => severity === 'error'),
    settings: desired.verdicts.map((verdict) => ({
      ...verdict,
      observed: (verdict.target === null ? null : observed?.settings[verdict.target]) ?? null,
    })),
    roster: plan.roster,
    operations: plan.operations.map(({ id, kind, summary }) => ({ id, kind, summary })),
    findings: [...findings, ...plan.findings],
  };
}
