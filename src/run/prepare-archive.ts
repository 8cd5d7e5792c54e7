// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { MboxPreparer } from '../archive/prepare.js';
import { readAgain } from '../archive/second-reader.js';
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { ManifestRecord, MboxAccount } from '../model/archive.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { PhaseResult } from './phase.js';
import type { SourcePort } from './ports.js';
import { READ_BLOCK, readLines } from './read-lines.js';
import type { ListFolder } from './workspace.js';

const MANIFEST = 'manifest.jsonl';
/** The copy of the archive that HyperKitty can take in whole. */
export const PREPARED = 'prepared.mbox';
const STATE = 'archive.json';

// Raised whenever the preparer would make other bytes of the same mbox.
const PREPARER_VERSION = 2;

interface ArchiveState {
  readonly source: { readonly path: string; readonly bytes: number; readonly mtimeMs: number };
  readonly preparer: number;
  readonly account: MboxAccount;
}

export interface PreparedArchive {
  readonly records: readonly ManifestRecord[];
  readonly account: MboxAccount | null;
}

const NOTHING: PreparedArchive = { records: [], account: null };

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
  if (mbox === null) return { outcome: 'skipped', findings: [], value: NOTHING };
  const identity = await identify(mbox.path, source);
  const standing = await standingFor(identity, folder);
  if (standing !== null) {
    const findings = archiveFindings(list.name, standing.records, standing.account);
    return { outcome: 'unchanged', findings, value: standing };
  }
  const { records, account } = await prepare(mbox.path, folder, source, nowSeconds);
  await checkWithSecondReader(list.name, folder, records);
  await folder.writeJson(STATE, { source: identity, preparer: PREPARER_VERSION, account });
  const findings = archiveFindings(list.name, records, account);
  return { outcome: 'done', findings, value: { records, account } };
}

/**
 * What an earlier run prepared of this very mbox; null where none did. Prepares nothing. Throws
 * `archive.mbox-unreadable`.
 */
export async function standingArchive(
  { archive: { mbox } }: Mailman2List,
  folder: ListFolder,
  source: Pick<SourcePort, 'stat'>,
): Promise<StandingArchive | null> {
  return mbox === null ? null : standingFor(await identify(mbox.path, source), folder);
}

async function identify(
  path: string,
  source: Pick<SourcePort, 'stat'>,
): Promise<ArchiveState['source']> {
  const stat = await source.stat(path);
  if (stat === null) {
    throw new DiagnosticError({
      code: 'archive.mbox-unreadable',
      path,
      summary: 'the mbox of the archive cannot be read',
      next: 'check the rights of that file, then run the same command again',
    });
  }
  return { path, bytes: stat.bytes, mtimeMs: stat.mtimeMs };
}

interface StandingArchive extends PreparedArchive {
  readonly account: MboxAccount;
}

async function standingFor(
  identity: ArchiveState['source'],
  folder: ListFolder,
): Promise<StandingArchive | null> {
  const state = (await folder.readJson(STATE)) as ArchiveState | null;
  if (state?.preparer !== PREPARER_VERSION || !sameFile(state.source, identity)) return null;
  const records = await readManifest(folder);
  return records.length === state.account.messages ? { records, account: state.account } : null;
}

const sameFile = (a: ArchiveState['source'], b: ArchiveState['source']): boolean =>
  a.path === b.path && a.bytes === b.bytes && a.mtimeMs === b.mtimeMs;

async function readManifest(folder: ListFolder): Promise<readonly ManifestRecord[]> {
  const records: ManifestRecord[] = [];
  for await (const line of readLines(folder.path(MANIFEST))) {
    records.push(JSON.parse(line) as ManifestRecord);
  }
  return records;
}

async function prepare(
  path: string,
  folder: ListFolder,
  source: SourcePort,
  nowSeconds: number,
): Promise<{ readonly records: readonly ManifestRecord[]; readonly account: MboxAccount }> {
  const preparer = new MboxPreparer({ now: nowSeconds });
  const prepared = await folder.draft(PREPARED);
  const manifest = await folder.draft(MANIFEST);
  const records: ManifestRecord[] = [];
  const take = async (messages: ReturnType<MboxPreparer['push']>): Promise<void> => {
    if (messages.length === 0) return;
    for (const message of messages) records.push(message.record);
    await prepared.write(Buffer.concat(messages.flatMap(({ bytes }) => bytes)));
    await manifest.write(messages.map(({ record }) => `${JSON.stringify(record)}\n`).join(''));
  };
  try {
    for await (const chunk of source.read(path)) await take(preparer.push(chunk));
    await take(preparer.end());
    await prepared.commit();
    await manifest.commit();
  } catch (error) {
    await prepared.discard();
    await manifest.discard();
    throw error;
  }
  return { records, account: preparer.account };
}

async function checkWithSecondReader(
  list: string,
  folder: ListFolder,
  records: readonly ManifestRecord[],
): Promise<void> {
  const stream = createReadStream(folder.path(PREPARED), { highWaterMark: READ_BLOCK });
  const { findings } = await readAgain(stream as AsyncIterable<Buffer>, records);
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

/** What the owner should know of an archive, one line a kind. */
export function archiveFindings(
  list: string,
  records: readonly ManifestRecord[],
  account: MboxAccount,
): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  const duplicates = records.filter(({ duplicateOf }) => duplicateOf !== null);
  const different = duplicates.filter(({ defects }) => defects.includes('duplicate.different'));
  if (different.length > 0) {
    findings.push({
      code: 'archive.message-id-repeated',
      severity: 'warning',
      list,
      summary: `${different.length} messages repeat the Message-ID of an earlier one and differ from it`,
      why: 'HyperKitty keeps one message for each Message-ID: the earlier one',
      next: `they are in the manifest as duplicateOf; first at byte ${different[0]?.offset ?? 0} of the mbox`,
    });
  }
  if (duplicates.length > different.length) {
    findings.push({
      code: 'archive.message-repeated',
      severity: 'info',
      list,
      summary: `${duplicates.length - different.length} messages stand in the mbox more than once`,
      why: 'HyperKitty keeps one of each',
    });
  }
  const changed = records.filter(({ changes }) => changes.length > 0).length;
  if (changed > 0) {
    findings.push({
      code: 'archive.messages-repaired',
      severity: 'info',
      list,
      summary: `${changed} of ${records.length} messages were repaired in the prepared copy`,
      why: tally(records.flatMap(({ changes }) => changes)),
    });
  }
  if (account.leading > 0) {
    findings.push({
      code: 'archive.leading-bytes',
      severity: 'warning',
      list,
      summary: `${account.leading} bytes before the first message belong to none`,
      why: 'no separator line stands before them',
    });
  }
  return findings;
}

/** `7 date-rewritten, 2 sender-rewritten`, most first. */
function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
