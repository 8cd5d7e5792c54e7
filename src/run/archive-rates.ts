// SPDX-License-Identifier: GPL-3.0-or-later
import type { MboxAccount } from '../model/archive.js';
import type { ArchiveEstimate } from '../model/archive-check.js';

/**
 * What an archive takes of time and disk, for estimates. Measured with 1,500 to 8,500 public
 * messages of 11 KB, many with patches and attachments, on two cores: another machine is another
 * factor, but an evening stays an evening and a disk that is too small stays too small.
 */
export const RATES = {
  /** Bytes of a message of theirs. */
  messageBytes: 11_000,
  /** Messages a second into HyperKitty's SQLite or PostgreSQL, the slower of the two. */
  importPerSecond: 620,
  /** Documents a second into Whoosh or Xapian, the slower of the two. */
  indexPerSecond: 190,
  /** Of the prepared mbox: rows hold text and attachments, decoded, and only some of the header. */
  databaseShare: 0.7,
  /** Rows of a message besides its text: email, thread, sender, keys and their indexes. */
  databaseRow: 1500,
  /** Of the prepared mbox: Xapian's index once compacted; Whoosh's is 2, Xapian's in between 6.6. */
  indexShare: 3.3,
} as const;

/** Estimates for an mbox that was looked at in so many seconds. */
export function estimate(
  account: MboxAccount,
  { manifestBytes, seconds }: { readonly manifestBytes: number; readonly seconds: number },
): ArchiveEstimate {
  const { prepared, preparedBytes } = account;
  return {
    workspaceBytes: preparedBytes + manifestBytes,
    prepareSeconds: seconds,
    databaseBytes: Math.round(preparedBytes * RATES.databaseShare + prepared * RATES.databaseRow),
    importSeconds: prepared / RATES.importPerSecond,
    indexBytes: Math.round(preparedBytes * RATES.indexShare),
    indexSeconds: prepared / RATES.indexPerSecond,
  };
}
