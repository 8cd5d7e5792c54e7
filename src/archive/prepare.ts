// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';
import type { ManifestRecord, MboxAccount } from '../model/archive.js';
import { messageIdHash, storedMessageId } from './hyperkitty-id.js';
import { repairMessage, type RepairedMessage } from './repair.js';
import { MboxSplitter, type SplitMessage } from './splitter.js';
import { storedOffset } from './strict-date.js';

/** One message of the original: what the manifest says of it, and what the prepared mbox gets. */
export interface PreparedMessage {
  readonly record: ManifestRecord;
  /** To be written one after the other; none for a message that repeats a Message-ID. */
  readonly bytes: readonly Uint8Array[];
}

export interface MboxPreparerOptions {
  /** Seconds since 1970: no post can be dated long after it. */
  readonly now: number;
}

/**
 * Turns an mbox into one that `hyperkitty_import` takes in whole, and into a manifest of it, while
 * it streams by. Messages without a fault keep their bytes, as views of the chunks: write or copy
 * them before a chunk's memory is used again.
 *
 * Holds one message, and some 100 bytes for each message seen.
 */
export class MboxPreparer {
  readonly #splitter = new MboxSplitter();
  readonly #now: number;
  /** By the Message-ID's hash: which message had it first. */
  readonly #seen = new Map<string, number>();
  /** By message: {@link bodyDigest}. */
  #bodies = new Float64Array(1024);
  #count = 0;
  #messageBytes = 0;
  #prepared = 0;
  #preparedBytes = 0;
  #previous: number | null = null;

  constructor({ now }: MboxPreparerOptions) {
    this.#now = now;
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
    const body = bodyDigest(message.bytes, repaired.bodyStart);
    const id = identity(repaired);
    const first = this.#seen.get(id.hash);
    if (first === undefined) this.#seen.set(id.hash, n);
    this.#remember(n, body);
    const written = first === undefined ? repaired.pieces : [];
    const preparedLength = written.reduce((sum, piece) => sum + piece.length, 0);
    const record: ManifestRecord = {
      n,
      offset: message.offset,
      length: message.bytes.length,
      sha256: hash('sha256', message.bytes, 'hex'),
      preparedOffset: first === undefined ? this.#preparedBytes : null,
      preparedLength,
      ...id,
      date: repaired.date.epoch,
      utcOffset: storedOffset(repaired.date.offset),
      dateSource: repaired.dateSource,
      defects:
        first === undefined
          ? repaired.defects
          : [
              ...repaired.defects,
              this.#bodies[first] === body ? 'duplicate.identical' : 'duplicate.different',
            ],
      changes: first === undefined ? repaired.changes : [],
      duplicateOf: first ?? null,
      ghosts: message.fromLines.map((at) => message.offset + at),
    };
    if (first === undefined) this.#prepared++;
    this.#preparedBytes += preparedLength;
    return { record, bytes: written };
  }

  #remember(n: number, body: number): void {
    if (n >= this.#bodies.length) {
      const grown = new Float64Array(this.#bodies.length * 2);
      grown.set(this.#bodies);
      this.#bodies = grown;
    }
    this.#bodies[n] = body;
  }
}

function identity(
  repaired: RepairedMessage,
): Pick<ManifestRecord, 'messageId' | 'originalMessageId' | 'hash'> {
  const messageId = `<${storedMessageId(repaired.messageId)}>`;
  return {
    messageId,
    originalMessageId: repaired.originalMessageId,
    hash: messageIdHash(messageId),
  };
}

/** 48 bits of the body's SHA-1, blank lines at its end left out. */
function bodyDigest(bytes: Buffer, start: number): number {
  let end = bytes.length;
  while (end > start && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end--;
  return hash('sha1', bytes.subarray(start, end), 'buffer').readUIntBE(0, 6);
}
