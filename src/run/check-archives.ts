// SPDX-License-Identifier: GPL-3.0-or-later
import { basename } from 'node:path';
import { MboxPreparer, type PreparedMessage } from '../archive/prepare.js';
import { TallyKeeper } from '../archive/tally.js';
import type { ArchiveCheck, CheckedArchive, CheckedMbox } from '../model/archive-check.js';
import { archiveFindings } from './archive-findings.js';
import { estimate } from './archive-rates.js';
import { eachList, failureFindings, type ReadLists } from './each-list.js';
import type { Ports } from './ports.js';
import { identify } from './prepared-archive.js';
import { progressOf } from './archive-progress.js';
import type { Selection } from './select.js';

/** What looking at archives reaches the world through. */
export type CheckPorts = Pick<Ports, 'now' | 'progress'> & {
  readonly source: Pick<Ports['source'], 'stat' | 'read'>;
};

/** Looks at the archives of the selected lists as preparing would, and writes nothing. */
export async function checkArchives(
  selection: Selection,
  readLists: ReadLists,
  ports: CheckPorts,
): Promise<ArchiveCheck['lists']> {
  return eachList<CheckedArchive>(selection, readLists, {
    list: async ({ list: { name, fqdn, archive } }) => {
      const mbox = archive.mbox === null ? null : await checkMbox(name, archive.mbox.path, ports);
      const findings = mbox === null ? [] : archiveFindings(name, mbox);
      return { name, fqdn, failed: false, mbox, findings };
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

async function checkMbox(name: string, path: string, ports: CheckPorts): Promise<CheckedMbox> {
  const { now, source } = ports;
  const identity = await identify(path, source);
  const preparer = new MboxPreparer({ now: Math.floor(now() / 1000) });
  const keeper = new TallyKeeper();
  let manifestBytes = 0;
  const take = (messages: readonly PreparedMessage[]): void => {
    for (const { record } of messages) {
      keeper.add(record);
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
