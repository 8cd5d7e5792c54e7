// SPDX-License-Identifier: GPL-3.0-or-later
import type { ListReport } from '../model/report.js';
import { eachList, type ReadLists } from './each-list.js';
import { onePhaseReport } from './phase.js';
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
      return onePhaseReport(list, 'export', 'done', list.findings);
    },
    failed: (name, fqdn, findings) => onePhaseReport({ name, fqdn }, 'export', 'failed', findings),
  });
}
