// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { canonicalMessageId } from '../archive/message-id.js';
import type { ManifestRecord } from '../model/archive.js';
import type { ArchivedMessage } from '../redirects/align.js';
import type { PreparedArchive } from './prepared-archive.js';

/** What redirects and verification want to know of a message; they share one reading. */
export interface OldMessage extends ArchivedMessage {
  /** Whether an import brings it: the others repeat a Message-ID. */
  readonly kept: boolean;
}

/** The messages of an archive, in the order of its mbox, some 300 bytes each. */
export async function readMessages(archive: PreparedArchive): Promise<readonly OldMessage[]> {
  const messages: OldMessage[] = [];
  for await (const record of archive.records()) messages.push(oldMessage(record));
  return messages;
}

const NO_IDS: readonly string[] = [];

function oldMessage(record: ManifestRecord): OldMessage {
  const { originalMessageId } = record;
  return {
    messageId: record.messageId,
    scrubbedInto: scrubbedInto(originalMessageId ?? record.messageId),
    formerIds: originalMessageId === null ? NO_IDS : [canonical(originalMessageId)],
    hash: record.hash,
    date: record.date,
    generatedId: record.changes.includes('message-id-generated'),
    ghosts: record.ghosts.length,
    kept: record.duplicateOf === null,
    page: record.page ?? null,
  };
}

/** Mailman 2's name of the folder of a message's attachments (Mailman/Handlers/Scrubber.py). */
function scrubbedInto(header: string): string {
  const digest = createHash('sha1').update(header, 'latin1').digest('hex');
  return digest.slice(0, 4) + digest.slice(-4);
}

/** A Message-ID as old pages may have it, in the form of {@link ArchivedMessage.formerIds}. */
export const canonical = (messageId: string): string =>
  canonicalMessageId(messageId.trim()).id ?? messageId;
