// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { MboxPreparer } from '../archive/prepare.js';
import { readAgain } from '../archive/second-reader.js';
import { TallyKeeper } from '../archive/tally.js';
import { DiagnosticError } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { archiveFindings } from './archive-findings.js';
import type { PhaseResult } from './phase.js';
import type { SourcePort } from './ports.js';
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
import { READ_BLOCK } from './read-lines.js';
import type { ListFolder } from './workspace.js';

/**
 * Makes the prepared mbox and its manifest, unless both stand already for this very mbox. The
 * original is only read.
 */
export async function prepareArchive(
  list: Mailman2List,
  folder: ListFolder,
  source: SourcePort,
  nowSeconds: number,
): Promise<PhaseResult<PreparedArchive>> {
  const { mbox } = list.archive;
  if (mbox === null) return { outcome: 'skipped', findings: [], value: NO_ARCHIVE };
  const identity = await identify(mbox.path, source);
  const standing = await standingFor(identity, folder);
  if (standing !== null) {
    return {
      outcome: 'unchanged',
      findings: archiveFindings(list.name, standing),
      value: standing,
    };
  }
  const state = await prepare(identity, folder, source, nowSeconds);
  const value = preparedIn(folder, state);
  await checkWithSecondReader(list.name, folder, value);
  await folder.writeJson(STATE, state);
  return { outcome: 'done', findings: archiveFindings(list.name, value), value };
}

async function prepare(
  identity: MboxIdentity,
  folder: ListFolder,
  source: SourcePort,
  nowSeconds: number,
): Promise<ArchiveState> {
  const preparer = new MboxPreparer({ now: nowSeconds });
  const keeper = new TallyKeeper();
  const prepared = await folder.draft(PREPARED);
  const manifest = await folder.draft(MANIFEST);
  let manifestBytes = 0;
  const take = async (messages: ReturnType<MboxPreparer['push']>): Promise<void> => {
    if (messages.length === 0) return;
    for (const { record } of messages) keeper.add(record);
    const lines = Buffer.from(
      messages.map(({ record }) => `${JSON.stringify(record)}\n`).join(''),
      'utf8',
    );
    manifestBytes += lines.length;
    await prepared.write(Buffer.concat(messages.flatMap(({ bytes }) => bytes)));
    await manifest.write(lines);
  };
  try {
    for await (const chunk of source.read(identity.path)) await take(preparer.push(chunk));
    await take(preparer.end());
    await prepared.commit();
    await manifest.commit();
  } catch (error) {
    await prepared.discard();
    await manifest.discard();
    throw error;
  }
  const { account } = preparer;
  const { tally } = keeper;
  return { source: identity, preparer: PREPARER_VERSION, account, tally, manifestBytes };
}

async function checkWithSecondReader(
  list: string,
  folder: ListFolder,
  prepared: PreparedArchive,
): Promise<void> {
  const stream = createReadStream(folder.path(PREPARED), { highWaterMark: READ_BLOCK });
  const { findings } = await readAgain(stream as AsyncIterable<Buffer>, prepared.records());
  const [first] = findings;
  if (first === undefined) return;
  throw new DiagnosticError({
    code: 'archive.readers-disagree',
    list,
    path: folder.path(PREPARED),
    summary: `two readers see the prepared mbox differently: ${first.summary}`,
    ...(first.why === undefined ? {} : { why: first.why }),
    next: 'report this as a bug; the original mbox is untouched and nothing was imported',
  });
}
