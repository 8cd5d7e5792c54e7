// SPDX-License-Identifier: GPL-3.0-or-later
import type { ListReport } from '../model/report.js';
import { listOutcome } from './phase.js';
import type { ReadLists } from './run-lists.js';
import type { Selection } from './select.js';
import type { Workspace } from './workspace.js';

/** Writes a snapshot of every selected list into the workspace; asks the old side only. */
export async function exportLists(
  selection: Selection,
  readLists: ReadLists,
  workspace: Workspace,
): Promise<readonly ListReport[]> {
  const reports: ListReport[] = [];
  for await (const found of readLists(selection.names)) {
    const { name, findings } = found.list;
    const readable = found.kind === 'list';
    const fqdn = readable ? found.list.fqdn : null;
    if (!selection.includes(name, fqdn)) continue;
    if (readable) {
      const folder = await workspace.list(name);
      await folder.writeJson('snapshot.json', { schemaVersion: 1, list: found.list });
    }
    const outcome = readable ? 'done' : 'failed';
    const phases = [{ phase: 'export', outcome, seconds: 0, findings }] as const;
    reports.push({ name, fqdn: fqdn ?? name, outcome: listOutcome(phases), phases, findings });
  }
  return reports;
}
