// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { SearchEngine } from './index-rates.js';
import type { MboxAccount } from './archive.js';
import type { ManifestTally } from './manifest-tally.js';

/** What a look at an mbox found: all that preparing it would do, and nothing of it done. */
export interface CheckedMbox {
  readonly path: string;
  /** As it lies; `account.bytes` is what a packed one (`.gz`) holds. */
  readonly bytes: number;
  readonly account: MboxAccount;
  readonly tally: ManifestTally;
  readonly estimate: ArchiveEstimate;
}

/** About what an archive will take. Seconds and bytes. */
export interface ArchiveEstimate {
  /** Of the workspace, for the prepared copy and the manifest; exact but for the time. */
  readonly workspaceBytes: number;
  readonly prepareSeconds: number;
  /** Of HyperKitty's database, attachments included. */
  readonly databaseBytes: number;
  readonly importSeconds: number;
  /** By search engine: which one HyperKitty has is not asked. */
  readonly index: Readonly<Record<SearchEngine, IndexEstimate>>;
}

/** About what a search index will take. */
export interface IndexEstimate {
  /** Once it is whole. */
  readonly bytes: number;
  /** While it is written. */
  readonly peakBytes: number;
  readonly seconds: number;
}

/** What is reported on the archive of one list, or on one file. */
export interface CheckedArchive {
  /** The list's name; that of the file where a file was named. */
  readonly name: string;
  readonly fqdn: string | null;
  readonly failed: boolean;
  /** null where the list has no mbox, or it could not be read. */
  readonly mbox: CheckedMbox | null;
  readonly findings: readonly Diagnostic[];
}

/** What is reported on all of them. */
export interface ArchiveCheck {
  readonly lists: readonly CheckedArchive[];
  /** Bytes that can still be written to the workspace; null where that cannot be found out. */
  readonly freeBytes: number | null;
}
