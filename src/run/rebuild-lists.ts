// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import type { ListReport } from '../model/report.js';
import { eachList, type ReadLists } from './each-list.js';
import { onePhaseReport } from './phase.js';
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
        return onePhaseReport(list, 'archive', outcome, findings);
      } finally {
        await unlock();
      }
    },
    failed: (name, fqdn, findings) => onePhaseReport({ name, fqdn }, 'archive', 'failed', findings),
  });
}
