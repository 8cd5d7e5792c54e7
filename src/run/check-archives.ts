// SPDX-License-Identifier: GPL-3.0-or-later
import { basename } from 'node:path';
import { MboxPreparer, type PreparedMessage } from '../archive/prepare.js';
import { TallyKeeper } from '../archive/tally.js';
import type { Diagnostic } from '../diagnostics.js';
import type { ManifestRecord } from '../model/archive.js';
import type { ArchiveCheck, CheckedArchive, CheckedMbox } from '../model/archive-check.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { VolumeState } from '../model/pipermail.js';
import { archiveFindings } from './archive-findings.js';
import { estimate } from './archive-rates.js';
import { eachList, failureFindings, type ReadLists } from './each-list.js';
import type { Ports } from './ports.js';
import { coverageFindings, DayCounts } from './page-coverage.js';
import { identify } from './prepared-archive.js';
import { lacksMbox, lostMbox } from './rebuilt-list.js';
import { progressOf } from './archive-progress.js';
import type { Selection } from './select.js';

/** What looking at archives reaches the world through. */
export type CheckPorts = Pick<Ports, 'now' | 'progress'> & {
  readonly source: Pick<Ports['source'], 'stat' | 'read'>;
};

/** The same with the pages of old archives. */
export type CheckListPorts = CheckPorts & {
  readonly source: Pick<Ports['source'], 'readVolumes'>;
};

/** Looks at the archives of the selected lists as preparing would, and writes nothing. */
export async function checkArchives(
  selection: Selection,
  readLists: ReadLists,
  ports: CheckListPorts,
): Promise<ArchiveCheck['lists']> {
  return eachList<CheckedArchive>(selection, readLists, {
    list: async ({ list }) => {
      const { name, fqdn } = list;
      return { name, fqdn, failed: false, ...(await checkList(list, ports)) };
    },
    failed: (name, fqdn, findings) => ({ name, fqdn, failed: true, mbox: null, findings }),
  });
}

/** Looks at one file, which need not belong to any list. */
export async function checkFile(path: string, ports: CheckPorts): Promise<CheckedArchive> {
  const name = basename(path);
  try {
    const mbox = await checkMbox(name, path, ports);
    return { name, fqdn: null, failed: false, mbox, findings: archiveFindings(name, mbox) };
  } catch (error) {
    const findings = failureFindings(error, name);
    return { name, fqdn: null, failed: true, mbox: null, findings };
  }
}

async function checkList(
  list: Mailman2List,
  ports: CheckListPorts,
): Promise<Pick<CheckedArchive, 'mbox' | 'findings'>> {
  const { name, archive } = list;
  const { volumes, findings } = await readVolumes(list, ports);
  if (archive.mbox === null || (lacksMbox(list) && volumes.length > 0)) {
    return { mbox: null, findings: volumes.length === 0 ? findings : [lostMbox(name, volumes)] };
  }
  const days = new DayCounts();
  const mbox = await checkMbox(name, archive.mbox.path, ports, (record) => {
    days.add(record);
  });
  const covered = coverageFindings(name, volumes, days);
  return { mbox, findings: [...findings, ...covered, ...archiveFindings(name, mbox)] };
}

/** Old pages that cannot be listed are no reason not to look at the mbox. */
async function readVolumes(
  list: Mailman2List,
  { source }: CheckListPorts,
): Promise<{ readonly volumes: readonly VolumeState[]; readonly findings: readonly Diagnostic[] }> {
  if (list.archive.pipermail === null) return { volumes: [], findings: [] };
  try {
    return { volumes: await source.readVolumes(list), findings: [] };
  } catch (error) {
    const [trouble] = failureFindings(error, list.name);
    const finding: Diagnostic = {
      code: 'archive.pages-unreadable',
      severity: 'warning',
      list: list.name,
      summary: 'the old archive pages could not be listed',
      why: [trouble?.summary, trouble?.why].filter((text) => text !== undefined).join(': '),
      next: 'mend that before the archive is migrated; what is said of the mbox holds',
    };
    return { volumes: [], findings: [finding] };
  }
}

async function checkMbox(
  name: string,
  path: string,
  ports: CheckPorts,
  see: (record: ManifestRecord) => void = () => undefined,
): Promise<CheckedMbox> {
  const { now, source } = ports;
  const identity = await identify(path, source);
  const preparer = new MboxPreparer({ now: Math.floor(now() / 1000) });
  const keeper = new TallyKeeper();
  let manifestBytes = 0;
  const take = (messages: readonly PreparedMessage[]): void => {
    for (const { record } of messages) {
      keeper.add(record);
      see(record);
      manifestBytes += JSON.stringify(record).length + 1;
    }
  };
  const say = progressOf(
    { list: name, phase: 'check', text: 'looks at the mbox' },
    identity,
    ports,
  );
  const began = now();
  let read = 0;
  for await (const chunk of source.read(path)) {
    take(preparer.push(chunk));
    say((read += chunk.length));
  }
  take(preparer.end());
  const seconds = (now() - began) / 1000;
  const { account } = preparer;
  return {
    path,
    bytes: identity.bytes,
    account,
    tally: keeper.tally,
    estimate: estimate(account, { manifestBytes, seconds }),
  };
}
