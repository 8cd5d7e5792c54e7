// SPDX-License-Identifier: GPL-3.0-or-later
import type { ArchivePolicy } from './mailman3-list.js';

/** One message as HyperKitty holds it. */
export interface HeldEmail {
  /** Without angle brackets, as HyperKitty stores it. */
  readonly messageId: string;
  /** X-Message-ID-Hash: the last part of the message's address. */
  readonly hash: string;
  /** Seconds since 1970. */
  readonly date: number;
}

/** The archive of one list as HyperKitty holds it. */
export interface ObservedArchive {
  readonly exists: boolean;
  readonly archivePolicy: ArchivePolicy | null;
  readonly emails: readonly HeldEmail[];
  /** Documents of the search index that belong to this list's messages. */
  readonly documents: number;
}
