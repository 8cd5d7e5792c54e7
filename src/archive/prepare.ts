// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';
import {
  type ManifestRecord,
  type MboxAccount,
  REBUILT_HEADER,
  RECONSTRUCTIONS,
} from '../model/archive.js';
import { base32, messageIdDigest, storedMessageId } from './hyperkitty-id.js';
import { IdTable } from './id-table.js';
import { repairMessage } from './repair.js';
import { MboxSplitter, type SplitMessage } from './splitter.js';
import { storedOffset } from './strict-date.js';

/** One message of the original: what the manifest says of it, and what the prepared mbox gets. */
export interface PreparedMessage {
  readonly record: ManifestRecord;
  /** To be written one after the other, before the next push; none for a message that repeats a Message-ID. */
  readonly bytes: readonly Uint8Array[];
}

export interface MboxPreparerOptions {
  /** Seconds since 1970: no post can be dated long after it. */
  readonly now: number;
  /** The mbox is one that this program rebuilt: its messages say what of them was inferred. */
  readonly rebuilt?: boolean;
}

/**
 * Turns an mbox into one that `hyperkitty_import` takes in whole, and into a manifest of it, while
 * it streams by. Messages without a fault keep their bytes, as views of memory that is used again
 * with the next push: write or copy them before it.
 *
 * Holds one message, and some 20 bytes for each message seen.
 */
export class MboxPreparer {
  readonly #splitter = new MboxSplitter();
  readonly #now: number;
  readonly #rebuilt: boolean;
  readonly #ids = new IdTable();
  #count = 0;
  #messageBytes = 0;
  #prepared = 0;
  #preparedBytes = 0;
  #previous: number | null = null;

  constructor({ now, rebuilt = false }: MboxPreparerOptions) {
    this.#now = now;
    this.#rebuilt = rebuilt;
  }

  push(chunk: Uint8Array): PreparedMessage[] {
    return this.#splitter.push(chunk).map((message) => this.#prepare(message));
  }

  end(): PreparedMessage[] {
    return this.#splitter.end().map((message) => this.#prepare(message));
  }

  /** Of everything pushed so far; complete after {@link end}. */
  get account(): MboxAccount {
    return {
      bytes: this.#splitter.bytes,
      leading: this.#splitter.leading,
      messages: this.#count,
      messageBytes: this.#messageBytes,
      prepared: this.#prepared,
      preparedBytes: this.#preparedBytes,
    };
  }

  #prepare(message: SplitMessage): PreparedMessage {
    const repaired = repairMessage(message, { now: this.#now, previous: this.#previous });
    const n = this.#count++;
    this.#previous = repaired.date.epoch;
    this.#messageBytes += message.bytes.length;
    const messageId = `<${storedMessageId(repaired.messageId)}>`;
    const digest = messageIdDigest(messageId);
    const first = this.#ids.add(digest, bodyDigest(message.bytes, repaired.bodyStart));
    const written = first === null ? repaired.pieces : [];
    const preparedLength = written.reduce((sum, piece) => sum + piece.length, 0);
    const record: ManifestRecord = {
      n,
      offset: message.offset,
      length: message.bytes.length,
      sha256: hash('sha256', message.bytes, 'hex'),
      preparedOffset: first === null ? this.#preparedBytes : null,
      preparedLength,
      messageId,
      originalMessageId: repaired.originalMessageId,
      hash: base32(digest),
      date: repaired.date.epoch,
      utcOffset: storedOffset(repaired.date.offset),
      dateSource: repaired.dateSource,
      defects:
        first === null
          ? repaired.defects
          : [
              ...repaired.defects,
              this.#ids.sameBody(first, n) ? 'duplicate.identical' : 'duplicate.different',
            ],
      changes: first === null ? repaired.changes : [],
      duplicateOf: first,
      ghosts: message.fromLines.map((at) => message.offset + at),
      ...(this.#rebuilt ? rebuiltFacts(message, repaired.bodyStart) : {}),
    };
    if (first === null) this.#prepared++;
    this.#preparedBytes += preparedLength;
    return { record, bytes: written };
  }
}

function rebuiltFacts(
  { bytes }: SplitMessage,
  bodyStart: number,
): Pick<ManifestRecord, 'reconstructed' | 'page'> {
  const header = bytes.toString('latin1', 0, bodyStart);
  const said = new RegExp(`^${REBUILT_HEADER}: (.*)$`, 'm').exec(header)?.[1]?.split(', ') ?? [];
  const page = /^page (\d{1,12})$/.exec(said.at(-1) ?? '')?.[1];
  return {
    reconstructed: RECONSTRUCTIONS.filter((each) => said.includes(each)),
    ...(page === undefined ? {} : { page: Number(page) }),
  };
}

/** SHA-1 of the body, blank lines at its end left out. */
function bodyDigest(bytes: Buffer, start: number): Buffer {
  let end = bytes.length;
  while (end > start && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end--;
  return hash('sha1', bytes.subarray(start, end), 'buffer');
}
