// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import type { Diagnostic } from '../diagnostics.js';
import type { ListReport, PhaseReport } from '../model/report.js';
import { eachList, type ReadLists } from './each-list.js';
import { listOutcome } from './phase.js';
import type { Ports } from './ports.js';
import { READ_BLOCK } from './read-lines.js';
import { rebuildArchive } from './rebuild-archive.js';
import type { Selection } from './select.js';

/** Takes the mbox of a list, which is made in the workspace. */
export type TakeMbox = (list: string, mbox: AsyncIterable<Uint8Array>) => Promise<void>;

/**
 * Rebuilds the mbox of every selected list from its pages and volumes, whether it has one or not;
 * asks the old side only. Another run that works on the list is waited for by nobody: `run.locked`.
 */
export async function rebuildLists(
  selection: Selection,
  readLists: ReadLists,
  ports: Pick<Ports, 'source' | 'progress' | 'workspace'>,
  take: TakeMbox | null,
): Promise<readonly ListReport[]> {
  return eachList(selection, readLists, {
    async list({ list }) {
      const folder = await ports.workspace.list(list.name);
      const unlock = await folder.lock();
      try {
        const { outcome, findings, value } = await rebuildArchive(list, folder, ports);
        if (take !== null && value !== null) {
          await take(list.name, createReadStream(value.path, { highWaterMark: READ_BLOCK }));
        }
        return report(list.name, list.fqdn, outcome, findings);
      } finally {
        await unlock();
      }
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
  const phases = [{ phase: 'archive', outcome, seconds: 0, findings }] as const;
  return { name, fqdn: fqdn ?? name, outcome: listOutcome(phases), phases, findings };
}
