// SPDX-License-Identifier: GPL-3.0-or-later
import type { MboxAccount } from '../model/archive.js';
import type { ArchiveEstimate, IndexEstimate } from '../model/archive-check.js';
import { INDEX_RATES, type IndexRates } from '../model/index-rates.js';

/**
 * What an archive takes of time and disk, for estimates. Measured with 1,500 to 8,500 public
 * messages of 11 KB, many with patches and attachments, on two cores: another machine is another
 * factor, but an evening stays an evening and a disk that is too small stays too small. What an
 * index takes has a table of its own.
 */
export const RATES = {
  /** Of the messages that were measured. */
  messageBytes: 11_000,
  /** Messages a second into HyperKitty's SQLite or PostgreSQL, the slower of the two. */
  importPerSecond: 620,
  /** Documents a second into Whoosh or Xapian, the slower of the two. */
  indexPerSecond: Math.min(INDEX_RATES.whoosh.perSecond, INDEX_RATES.xapian.perSecond),
  /** Of the prepared mbox: rows hold text and attachments, decoded, and only some of the header. */
  databaseShare: 0.7,
  /** Rows of a message besides its text: email, thread, sender, keys and their indexes. */
  databaseRow: 1500,
  /** Of the prepared mbox, what is text that is searched: without headers and attachments. */
  textShare: 0.6,
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
    index: {
      whoosh: indexEstimate(account, INDEX_RATES.whoosh),
      xapian: indexEstimate(account, INDEX_RATES.xapian),
    },
  };
}

function indexEstimate({ prepared, preparedBytes }: MboxAccount, rates: IndexRates): IndexEstimate {
  const text = preparedBytes * RATES.textShare;
  const bytes = Math.round(text * rates.text + prepared * rates.message);
  const work = Math.round(text * rates.workText + prepared * rates.workMessage);
  return { bytes, peakBytes: bytes + work, seconds: prepared / rates.perSecond };
}
