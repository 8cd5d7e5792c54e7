// SPDX-License-Identifier: GPL-3.0-or-later
import { counted } from '../model/counted.js';
import { shellWord } from '../report/words.js';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { VolumeState } from '../model/pipermail.js';
import type { Ports } from './ports.js';
import { READ_BLOCK } from './read-lines.js';
import { rebuildArchive, rebuiltAlready } from './rebuild-archive.js';
import type { ListFolder } from './workspace.js';

/** A list that has its mbox, and where to read it. */
export interface ListWithMbox {
  readonly list: Mailman2List;
  readonly ports: Ports;
  readonly findings: readonly Diagnostic[];
}

/** Whether a list's mbox is lost, so that its messages are in its pages and volumes alone. */
export function lacksMbox({ archive: { mbox, pipermail } }: Mailman2List): boolean {
  return (mbox === null || mbox.bytes === 0) && pipermail !== null;
}

/** The list as it is where it has its mbox; else with one that is rebuilt in the workspace. */
export async function withMbox(
  list: Mailman2List,
  folder: ListFolder,
  ports: Ports,
): Promise<ListWithMbox> {
  if (!lacksMbox(list)) return { list, ports, findings: [] };
  const { value, findings } = await rebuildArchive(list, folder, ports);
  return value === null
    ? { list, ports, findings }
    : { ...(await reading(list, value.path, ports)), findings };
}

/** The same where that was done already; null where the mbox has still to be rebuilt. */
export async function withStandingMbox(
  list: Mailman2List,
  folder: ListFolder,
  ports: Ports,
): Promise<ListWithMbox | null> {
  if (!lacksMbox(list)) return { list, ports, findings: [] };
  const volumes = await ports.source.readVolumes(list);
  if (volumes.length === 0) return { list, ports, findings: [] };
  const standing = await rebuiltAlready(list, folder, volumes);
  return standing === null
    ? null
    : { ...(await reading(list, standing.path, ports)), findings: standing.findings };
}

async function reading(
  list: Mailman2List,
  path: string,
  ports: Ports,
): Promise<Pick<ListWithMbox, 'list' | 'ports'>> {
  const { size } = await stat(path);
  return {
    list: { ...list, archive: { ...list.archive, mbox: { path, bytes: size } } },
    ports: { ...ports, source: { ...ports.source, ...here(path, ports) } },
  };
}

/** The workspace is on this machine, wherever the old site is. */
function here(path: string, { source }: Ports): Pick<Ports['source'], 'stat' | 'read'> {
  return {
    async stat(asked) {
      if (asked !== path) return source.stat(asked);
      const { size, mtimeMs } = await stat(path);
      return { bytes: size, mtimeMs };
    },
    read(asked) {
      if (asked !== path) return source.read(asked);
      return createReadStream(path, { highWaterMark: READ_BLOCK }) as AsyncIterable<Buffer>;
    },
  };
}

/** What is said of a lost mbox before it is rebuilt. */
export function lostMbox(list: string, volumes: readonly VolumeState[]): Diagnostic {
  const pages = volumes.reduce((sum, { articles }) => sum + articles, 0);
  return {
    code: 'archive.mbox-lost',
    severity: 'info',
    list,
    summary: `the archive has ${counted(pages, 'page')} in ${counted(volumes.length, 'volume')} and no mbox`,
    why: 'an mbox will be rebuilt from them: with addresses, attachments and threads as far as they can be told, without recipients and most headers',
    next: `if the mbox is anywhere, in a backup say, put it back first; mm2to3 archive rebuild ${shellWord(list)} --output FILE makes the other one now, for mm2to3 archive check --mbox FILE`,
  };
}
