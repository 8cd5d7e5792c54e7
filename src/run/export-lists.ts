// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { ListReport, PhaseReport } from '../model/report.js';
import { eachList, type ReadLists } from './each-list.js';
import { listOutcome } from './phase.js';
import type { Selection } from './select.js';
import type { Workspace } from './workspace.js';

/** Writes a snapshot of every selected list into the workspace; asks the old side only. */
export async function exportLists(
  selection: Selection,
  readLists: ReadLists,
  workspace: Workspace,
): Promise<readonly ListReport[]> {
  return eachList(selection, readLists, {
    async list({ list }) {
      const folder = await workspace.list(list.name);
      await folder.writeJson('snapshot.json', { schemaVersion: 1, list });
      return report(list.name, list.fqdn, 'done', list.findings);
    },
    failed: (name, fqdn, findings) => report(name, fqdn, 'failed', findings),
  });
}

function report(
  name: string,
  fqdn: string | null,
  outcome: PhaseReport['outcome'],
  findings: readonly Diagnostic[],
): ListReport {
  const phases = [{ phase: 'export', outcome, seconds: 0, findings }] as const;
  return { name, fqdn: fqdn ?? name, outcome: listOutcome(phases), phases, findings };
}
