// SPDX-License-Identifier: GPL-3.0-or-later
import { stat } from 'node:fs/promises';
import { TallyKeeper } from '../archive/tally.js';
import { DiagnosticError } from '../diagnostics.js';
import type { ManifestRecord, MboxAccount } from '../model/archive.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { ManifestTally } from '../model/manifest-tally.js';
import type { SourcePort } from './ports.js';
import { readLines } from './read-lines.js';
import type { ListFolder } from './workspace.js';

/** One {@link ManifestRecord} a line, in the order of the original mbox. */
export const MANIFEST = 'manifest.jsonl';
/** The copy of the archive that HyperKitty can take in whole. */
export const PREPARED = 'prepared.mbox';
/** Written last: where it stands, the other two are whole. */
export const STATE = 'archive.json';

// Raised whenever the preparer would make other bytes of the same mbox, or the state has more in it.
export const PREPARER_VERSION = 3;

/** What {@link STATE} holds. */
export interface ArchiveState {
  readonly source: MboxIdentity;
  readonly preparer: number;
  readonly account: MboxAccount;
  readonly tally: ManifestTally;
  readonly manifestBytes: number;
}

/** By what one and the same mbox is known again. */
export interface MboxIdentity {
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** An archive that stands prepared on disk. Only sums are held in memory. */
export interface PreparedArchive {
  readonly account: MboxAccount;
  readonly tally: ManifestTally;
  /** Reads the manifest from disk, anew with each call. */
  records(): AsyncIterable<ManifestRecord>;
}

/** The archive of a list that has none, or whose archive is not to be imported. */
export const NO_ARCHIVE: PreparedArchive = {
  account: { bytes: 0, leading: 0, messages: 0, messageBytes: 0, prepared: 0, preparedBytes: 0 },
  tally: new TallyKeeper().tally,
  async *records() {
    // Nothing to read.
  },
};

/**
 * What an earlier run prepared of this very mbox; null where none did. Prepares nothing. Throws
 * `archive.mbox-unreadable`.
 */
export async function standingArchive(
  { archive: { mbox } }: Mailman2List,
  folder: ListFolder,
  source: Pick<SourcePort, 'stat'>,
): Promise<PreparedArchive | null> {
  return mbox === null ? null : standingFor(await identify(mbox.path, source), folder);
}

/** Throws `archive.mbox-unreadable`. */
export async function identify(
  path: string,
  source: Pick<SourcePort, 'stat'>,
): Promise<MboxIdentity> {
  const found = await source.stat(path);
  if (found === null) {
    throw new DiagnosticError({
      code: 'archive.mbox-unreadable',
      path,
      summary: 'the mbox of the archive cannot be read',
      next: 'check the rights of that file, then run the same command again',
    });
  }
  return { path, bytes: found.bytes, mtimeMs: found.mtimeMs };
}

/** What stands prepared of a mbox that is known; null where that is another one, or not whole. */
export async function standingFor(
  identity: MboxIdentity,
  folder: ListFolder,
): Promise<PreparedArchive | null> {
  const state = (await folder.readJson(STATE)) as ArchiveState | null;
  if (state?.preparer !== PREPARER_VERSION || !sameFile(state.source, identity)) return null;
  const whole =
    (await sizeOf(folder, MANIFEST)) === state.manifestBytes &&
    (await sizeOf(folder, PREPARED)) === state.account.preparedBytes;
  return whole ? preparedIn(folder, state) : null;
}

/** The archive whose files stand in a folder. */
export function preparedIn(
  folder: ListFolder,
  { account, tally }: Pick<ArchiveState, 'account' | 'tally'>,
): PreparedArchive {
  return { account, tally, records: () => readManifest(folder) };
}

const sameFile = (a: MboxIdentity, b: MboxIdentity): boolean =>
  a.path === b.path && a.bytes === b.bytes && a.mtimeMs === b.mtimeMs;

const sizeOf = (folder: ListFolder, file: string): Promise<number | null> =>
  stat(folder.path(file)).then(
    ({ size }) => size,
    () => null,
  );

async function* readManifest(folder: ListFolder): AsyncGenerator<ManifestRecord> {
  for await (const line of readLines(folder.path(MANIFEST))) {
    yield JSON.parse(line) as ManifestRecord;
  }
}
