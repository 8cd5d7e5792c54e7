// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { storedMessageId } from '../archive/hyperkitty-id.js';
import type { Diagnostic } from '../diagnostics.js';
import type { ManifestRecord } from '../model/archive.js';
import type { Importer, ObservedArchive } from '../model/archive-state.js';
import type { DesiredList } from '../model/mailman3-list.js';
import {
  cacheFinding,
  loadFindings,
  lostFindings,
  type Lost,
  stockFinding,
} from './import-findings.js';
import type { PhaseResult } from './phase.js';
import type { Ports } from './ports.js';
import { PREPARED, type PreparedArchive } from './prepared-archive.js';
import { READ_BLOCK } from './read-lines.js';
import type { ListFolder } from './workspace.js';

/**
 * HyperKitty's releases whose import command and the loader were compared, row by row; on others
 * the loader is not used.
 */
const PROVEN: readonly string[] = ['1.3.7', '1.3.12'];

const STATE = 'import.json';

/** What {@link STATE} holds: whether a load began that has not ended. */
interface ImportState {
  readonly open: boolean;
}

/**
 * Brings into HyperKitty what it does not hold yet, by Message-ID: so a second run, or one after
 * an interruption, imports only the rest.
 */
export async function importArchive(
  desired: DesiredList,
  prepared: PreparedArchive,
  folder: ListFolder,
  ports: Pick<Ports, 'archive' | 'progress'>,
  importer: Importer,
): Promise<PhaseResult<null>> {
  const { archive } = ports;
  const { fqdnListname, archivePolicy } = desired;
  const before = await archive.observe(fqdnListname);
  const { count: missing } = await lostOf(before, prepared, new Set());
  if (missing === 0) {
    const state = (await folder.readJson(STATE)) as ImportState | null;
    if (before.exists && state?.open === true) {
      await archive.refresh(fqdnListname);
      await folder.writeJson(STATE, { open: false } satisfies ImportState);
      return { outcome: 'done', findings: [], value: null };
    }
    // An archive without messages has a page all the same, unless the list archives nothing.
    if (before.exists || archivePolicy === 'never') {
      return { outcome: 'unchanged', findings: [], value: null };
    }
    await archive.createList(fqdnListname, archivePolicy);
    return { outcome: 'done', findings: [], value: null };
  }
  const mbox = slices(folder.path(PREPARED), missingOf(before, prepared));
  const bulk = importer === 'bulk' && PROVEN.includes(before.release ?? '');
  const findings: Diagnostic[] = [];
  const refused = new Set<string>();
  let said: readonly string[] = [];
  if (bulk) {
    await folder.writeJson(STATE, { open: true } satisfies ImportState);
    const load = await archive.loadMbox(fqdnListname, archivePolicy, mbox, (done) => {
      const text = 'imports';
      const counts = { done, total: missing, unit: 'messages' as const };
      ports.progress({ list: desired.sourceName, phase: 'archive', text, ...counts });
    });
    await folder.writeJson(STATE, { open: false } satisfies ImportState);
    findings.push(...loadFindings(desired.sourceName, load));
    if (load.privateCaches && before.exists) findings.push(cacheFinding(desired.sourceName));
    for (const { messageId } of load.refused) refused.add(storedMessageId(messageId));
  } else {
    if (importer === 'bulk') findings.push(stockFinding(desired.sourceName, before.release));
    said = await archive.importMbox(fqdnListname, archivePolicy, mbox);
  }
  const lost = await lostOf(await archive.observe(fqdnListname), prepared, refused);
  findings.push(...lostFindings(desired.sourceName, lost, said));
  const figures = { work: { amount: missing, unit: 'messages' as const } };
  return { outcome: 'done', findings, value: null, figures };
}

/** The messages of the prepared mbox that HyperKitty does not hold, in its order. */
async function* missingOf(
  { emails }: ObservedArchive,
  prepared: PreparedArchive,
): AsyncGenerator<ManifestRecord> {
  for await (const record of prepared.records()) {
    if (record.duplicateOf === null && !emails.has(record.hash)) yield record;
  }
}

/** What is missing although nobody said that it could not be stored. */
async function lostOf(
  held: ObservedArchive,
  prepared: PreparedArchive,
  refused: ReadonlySet<string>,
): Promise<Lost> {
  let count = 0;
  let first: ManifestRecord | null = null;
  for await (const record of missingOf(held, prepared)) {
    if (refused.has(storedMessageId(record.messageId))) continue;
    first ??= record;
    count += 1;
  }
  return { count, first };
}

/** The given messages out of the prepared mbox; neighbours are read in one go. */
async function* slices(
  path: string,
  records: AsyncIterable<ManifestRecord>,
): AsyncGenerator<Uint8Array> {
  const read = ([start, end]: readonly [number, number]): AsyncIterable<Buffer> =>
    createReadStream(path, { start, end: end - 1, highWaterMark: READ_BLOCK });
  let range: readonly [number, number] | null = null;
  for await (const { preparedOffset, preparedLength } of records) {
    if (preparedOffset === null || preparedLength === 0) continue;
    const end = preparedOffset + preparedLength;
    if (range !== null && range[1] !== preparedOffset) yield* read(range);
    range = [range?.[1] === preparedOffset ? range[0] : preparedOffset, end];
  }
  if (range !== null) yield* read(range);
}
