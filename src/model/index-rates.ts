// SPDX-License-Identifier: GPL-3.0-or-later

/** The search engines whose index this program writes itself. */
export type SearchEngine = 'whoosh' | 'xapian';

/** What an index takes, for estimates: bytes for each byte of text, and for each message besides. */
export interface IndexRates {
  /** Once it is whole. */
  readonly text: number;
  readonly message: number;
  /** Of files that are there besides while it is written, or instead of it. */
  readonly workText: number;
  readonly workMessage: number;
  /** Messages a second, of 6.5 KB of text each. */
  readonly perSecond: number;
}

/**
 * The one source of such figures: what archive check tells, and what the indexer
 * (scripts/hyperkitty_index.py) wants to be free before it begins. Measured on Debian 12, on two
 * cores, with 1,500 and 8,000 public messages of 6.5 KB of text and 1,500 of 0.6 KB; bytes rounded
 * up by a tenth. Text is what HyperKitty's database holds as subject and content.
 */
export const INDEX_RATES = {
  whoosh: { text: 3.1, message: 3600, workText: 0.5, workMessage: 200, perSecond: 220 },
  /** Children's databases, not compacted yet, lie beside the whole. */
  xapian: { text: 5.7, message: 6800, workText: 7, workMessage: 4500, perSecond: 190 },
} as const satisfies Record<SearchEngine, IndexRates>;
