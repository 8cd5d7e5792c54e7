// SPDX-License-Identifier: GPL-3.0-or-later
import { MboxPreparer, type PreparedMessage } from '../archive/prepare.js';
import type { SecondReading } from '../archive/second-reader.js';
import { TallyKeeper } from '../archive/tally.js';
import { DiagnosticError } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { archiveFindings } from './archive-findings.js';
import { progressOf } from './archive-progress.js';
import { BlockWriter } from './block-writer.js';
import { diskTrouble, expectRoom } from './disk-space.js';
import type { PhaseResult } from './phase.js';
import type { Ports } from './ports.js';
import {
  type ArchiveState,
  identify,
  MANIFEST,
  type MboxIdentity,
  NO_ARCHIVE,
  PREPARED,
  type PreparedArchive,
  preparedIn,
  PREPARER_VERSION,
  standingFor,
  STATE,
} from './prepared-archive.js';
import { REBUILT } from './rebuild-archive.js';
import { readBeside } from './second-reading.js';
import type { Draft } from './draft.js';
import type { ListFolder } from './workspace.js';

/** Where an archive is prepared, and what it takes. */
interface Task {
  readonly list: string;
  readonly identity: MboxIdentity;
  readonly folder: ListFolder;
  readonly ports: Pick<Ports, 'source' | 'now' | 'progress'>;
}

/**
 * Makes the prepared mbox and its manifest, unless both stand already for this very mbox. The
 * original is only read, and neither file appears under its name before a second reader has seen
 * the same messages in it.
 *
 * Throws `archive.mbox-unreadable`, `archive.readers-disagree` and `workspace.disk-full`.
 */
export async function prepareArchive(
  { name, archive: { mbox } }: Mailman2List,
  folder: ListFolder,
  ports: Pick<Ports, 'source' | 'now' | 'progress'>,
): Promise<PhaseResult<PreparedArchive>> {
  if (mbox === null) return { outcome: 'skipped', findings: [], value: NO_ARCHIVE };
  const identity = await identify(mbox.path, ports.source);
  const standing = await standingFor(identity, folder);
  if (standing !== null) {
    return { outcome: 'unchanged', findings: archiveFindings(name, standing), value: standing };
  }
  const state = await prepare({ list: name, identity, folder, ports });
  const value = preparedIn(folder, state);
  return { outcome: 'done', findings: archiveFindings(name, value), value };
}

async function prepare(task: Task): Promise<ArchiveState> {
  const { list, identity, folder } = task;
  const prepared = await folder.draft(PREPARED);
  const manifest = await folder.draft(MANIFEST);
  try {
    // Opening the drafts took away what an interrupted run left of them.
    await expectRoom(list, folder, roomFor(identity), 'the prepared copy of the archive');
    const state = await write(task, prepared, manifest);
    await prepared.commit();
    await manifest.commit();
    await folder.writeJson(STATE, state);
    return state;
  } catch (error) {
    await prepared.discard();
    await manifest.discard();
    throw diskTrouble(error, list, folder);
  }
}

/** Bytes of both files: the copy is as large as the original, a message has 450 of manifest. */
function roomFor({ bytes, path }: MboxIdentity): number {
  const unpacked = path.endsWith('.gz') ? bytes * PACKED_TO : bytes;
  return unpacked * 1.1 + (1 << 20);
}

// Mail packs to a third or a quarter.
const PACKED_TO = 4;

/**
 * Bytes of one write. The second reader goes no further than both files do: the records of what a
 * block of mail holds must not wait for those of ten more.
 */
const COPY_BLOCK = 1 << 20;
const MANIFEST_BLOCK = 1 << 15;

async function write(task: Task, prepared: Draft, manifest: Draft): Promise<ArchiveState> {
  const { identity, ports } = task;
  const preparer = new MboxPreparer({
    now: Math.floor(ports.now() / 1000),
    rebuilt: identity.path === task.folder.path(REBUILT),
  });
  const keeper = new TallyKeeper();
  const written = { prepared: 0, manifest: 0 };
  const reading = readBeside({ prepared: prepared.path, manifest: manifest.path }, identity.bytes);
  const rising = (file: keyof typeof written) => (bytes: number) => {
    written[file] = bytes;
    reading.rise(written);
  };
  const copy = new BlockWriter(prepared, COPY_BLOCK, rising('prepared'));
  const lines = new BlockWriter(manifest, MANIFEST_BLOCK, rising('manifest'));
  const take = async (messages: readonly PreparedMessage[]): Promise<void> => {
    for (const { record, bytes } of messages) {
      keeper.add(record);
      for (const piece of bytes) {
        const full = copy.write(piece);
        if (full !== null) await full;
      }
      const full = lines.write(Buffer.from(`${JSON.stringify(record)}\n`, 'utf8'));
      if (full !== null) await full;
    }
  };
  try {
    const event = { list: task.list, phase: 'archive', text: 'prepares' };
    const say = progressOf(event, identity, ports);
    let read = 0;
    for await (const chunk of ports.source.read(identity.path)) {
      await take(preparer.push(chunk));
      say((read += chunk.length));
    }
    await take(preparer.end());
    await copy.end();
    await lines.end();
    agree(task.list, prepared.path, await reading.end());
  } finally {
    await reading.abandon();
  }
  return {
    source: identity,
    preparer: PREPARER_VERSION,
    account: preparer.account,
    tally: keeper.tally,
    manifestBytes: lines.bytes,
  };
}

function agree(list: string, path: string, { findings }: SecondReading): void {
  const [first] = findings;
  if (first === undefined) return;
  throw new DiagnosticError({
    code: 'archive.readers-disagree',
    list,
    path,
    summary: `two readers see the prepared mbox differently: ${first.summary}`,
    ...(first.why === undefined ? {} : { why: first.why }),
    next: 'report this as a bug; the original mbox is untouched and nothing was imported',
  });
}
