// SPDX-License-Identifier: GPL-3.0-or-later
import type { ArchivePolicy } from './mailman3-list.js';

/**
 * The messages that HyperKitty holds of a list: by X-Message-ID-Hash, the last part of a message's
 * address, its date in seconds since 1970. A list can have a million, so no more is kept of them.
 */
export type HeldEmails = ReadonlyMap<string, number>;

/** One attachment as HyperKitty holds it; its bytes stay there. */
export interface HeldAttachment {
  /** X-Message-ID-Hash of its message. */
  readonly hash: string;
  /** Index of the MIME part: with the hash, it makes the address. */
  readonly counter: number;
  readonly name: string;
  readonly size: number | null;
  readonly contentType: string;
}

/** The archive of one list as HyperKitty holds it. */
export interface ObservedArchive {
  readonly exists: boolean;
  /** HyperKitty's own release; null where it did not tell. */
  readonly release: string | null;
  readonly archivePolicy: ArchivePolicy | null;
  readonly emails: HeldEmails;
  /** Documents of the search index that belong to this list's messages; null where nobody asked. */
  readonly documents: number | null;
}

/** What indexing a list came to, counted afresh at its end. */
export interface IndexedList {
  readonly fqdnListname: string;
  /** Messages in HyperKitty. */
  readonly emails: number;
  /** Those of them that the search index knows. */
  readonly documents: number;
  /** Documents that this run added. */
  readonly added: number;
  /** Documents, of any list, that were removed: their messages are no more. */
  readonly gone: number;
  /** Whether HyperKitty's own command did it, for want of knowledge of the search engine. */
  readonly official: boolean;
  /** Messages that could not be indexed, the first of them, and why where that is known. */
  readonly refused: readonly { readonly messageId: string; readonly why: string | null }[];
  /** How many words were searched for, in HyperKitty's own way. */
  readonly tried: number;
  /** HyperKitty's hash of a message, once for each word of it that does not find it. */
  readonly missed: readonly string[];
  /** The same for each word that shows a stranger a message of a private list. */
  readonly exposed: readonly string[];
}

/** What an indexer is at: some documents done, or a line about why there are none. */
export interface IndexProgress {
  readonly text: string;
  readonly done?: number;
  readonly total?: number;
}

/** How messages get into HyperKitty: by this tool's loader, or by HyperKitty's own command. */
export type Importer = 'bulk' | 'stock';

/** A message and what happened to it. */
export interface MessageNote {
  /** Without angle brackets. */
  readonly messageId: string;
  readonly text: string;
}

/** What became of messages that were handed to the loader. */
export interface ArchiveLoad {
  /** Messages that HyperKitty did not hold. */
  readonly loaded: number;
  /** Messages that could not be stored, with the reason. */
  readonly refused: readonly MessageNote[];
  /** Messages of which something could not be stored as it was: which columns. */
  readonly changed: readonly MessageNote[];
  /**
   * Whether each of HyperKitty's processes remembers counts on its own (Django's default, a cache in
   * memory), so that those of the web server learn nothing of the load.
   */
  readonly privateCaches: boolean;
}
