// SPDX-License-Identifier: GPL-3.0-or-later
import type { Change, DateSource, Defect } from './archive.js';

/** A message by its place: enough to look at it, and nothing of what is in it. */
export interface MessagePlace {
  /** Position among the true messages, from 0. */
  readonly n: number;
  /** Of the separator line's first byte, in the original mbox. */
  readonly offset: number;
}

/** How many messages have one defect, and where the first few of them are. */
export interface DefectTally {
  readonly messages: number;
  readonly samples: readonly MessagePlace[];
}

/** What a report says of a manifest without reading it again. */
export interface ManifestTally {
  /** Messages that the prepared mbox has with other bytes than the original. */
  readonly repaired: number;
  readonly defects: Readonly<Partial<Record<Defect, DefectTally>>>;
  readonly changes: Readonly<Partial<Record<Change, number>>>;
  readonly dateSources: Readonly<Partial<Record<DateSource, number>>>;
  /** Seconds since 1970 of the earliest and the latest message; null where there is none. */
  readonly dates: { readonly first: number; readonly last: number } | null;
  /** Messages by year, UTC: `2004`. */
  readonly years: Readonly<Record<string, number>>;
  /** Pages that Mailman 2's archiver made of pieces of messages. */
  readonly ghosts: number;
}
