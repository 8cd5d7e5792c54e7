// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import type { Diagnostic } from '../diagnostics.js';
import type { ManifestRecord } from '../model/archive.js';
import type { ObservedArchive } from '../model/archive-state.js';
import type { DesiredList } from '../model/mailman3-list.js';
import type { PhaseResult } from './phase.js';
import type { ArchivePort } from './ports.js';
import { PREPARED, type PreparedArchive } from './prepared-archive.js';
import { READ_BLOCK } from './read-lines.js';
import type { ListFolder } from './workspace.js';

// How many lines of the importer's own words a finding repeats.
const SAID = 5;

/**
 * Brings into HyperKitty what it does not hold yet, by Message-ID: so a second run, or one after
 * an interruption, imports only the rest.
 */
export async function importArchive(
  desired: DesiredList,
  prepared: PreparedArchive,
  folder: ListFolder,
  archive: ArchivePort,
): Promise<PhaseResult<null>> {
  const before = await archive.observe(desired.fqdnListname);
  const missing = await missingIn(before, prepared);
  if (missing.length === 0) {
    // An archive without messages has a page all the same, unless the list archives nothing.
    if (before.exists || desired.archivePolicy === 'never') {
      return { outcome: 'unchanged', findings: [], value: null };
    }
    await archive.createList(desired.fqdnListname, desired.archivePolicy);
    return { outcome: 'done', findings: [], value: null };
  }
  const said = await archive.importMbox(
    desired.fqdnListname,
    desired.archivePolicy,
    slices(folder.path(PREPARED), missing),
  );
  const lost = await missingIn(await archive.observe(desired.fqdnListname), prepared);
  return { outcome: 'done', findings: lostFindings(desired.sourceName, lost, said), value: null };
}

async function missingIn(
  { emails }: ObservedArchive,
  prepared: PreparedArchive,
): Promise<readonly ManifestRecord[]> {
  const held = new Set(emails.map(({ hash }) => hash));
  const missing: ManifestRecord[] = [];
  for await (const record of prepared.records()) {
    if (record.duplicateOf === null && !held.has(record.hash)) missing.push(record);
  }
  return missing;
}

/** The given messages out of the prepared mbox; neighbours are read in one go. */
async function* slices(
  path: string,
  records: readonly ManifestRecord[],
): AsyncGenerator<Uint8Array> {
  for (let first = 0; first < records.length;) {
    const start = records[first]?.preparedOffset ?? 0;
    let end = start;
    let next = first;
    for (let record = records[next]; record?.preparedOffset === end; record = records[next]) {
      end += record.preparedLength;
      next += 1;
    }
    const range = { start, end: end - 1, highWaterMark: READ_BLOCK };
    yield* createReadStream(path, range) as AsyncIterable<Buffer>;
    first = Math.max(next, first + 1);
  }
}

function lostFindings(
  list: string,
  lost: readonly ManifestRecord[],
  said: readonly string[],
): readonly Diagnostic[] {
  const [first] = lost;
  if (first === undefined) return [];
  const complaints = said.filter((line) => /fail|error|exception/i.test(line)).slice(0, SAID);
  return [
    {
      code: 'archive.import-incomplete',
      severity: 'error',
      list,
      summary: `${lost.length} messages did not arrive in HyperKitty`,
      why: complaints.length === 0 ? 'its import command did not say why' : complaints.join(' | '),
      next: `the first is ${first.messageId} at byte ${first.offset} of the original mbox`,
    },
  ];
}
