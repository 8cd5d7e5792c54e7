// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../diagnostics.js';
import { FROM_LINE_LIMIT, parseFromLine, type FromLine } from './from-line.js';
import { startsMessage } from './plausible.js';

/** One true message of an mbox, as it stands in the file. */
export interface SplitMessage {
  /** Of the separator line's first byte, from the beginning of the file. */
  readonly offset: number;
  /** Separator line included. A view of the splitter's memory: valid until the next push. */
  readonly bytes: Buffer;
  /** Length of the separator line with its line end. */
  readonly fromLength: number;
  readonly from: FromLine;
  /** Whether a blank line or the file's beginning stands before the separator line. */
  readonly afterBlankLine: boolean;
  /** Positions in `bytes` of further lines that start with "From ". */
  readonly fromLines: readonly number[];
}

const NEEDLE = Buffer.from('\nFrom ', 'latin1');
/** What may be read after a separator line to decide upon it. Fixed, so that no chunking matters. */
const LOOK_AHEAD = 8192;
const NEED = FROM_LINE_LIMIT + LOOK_AHEAD;
/** Room for some chunks and for nearly every message. */
const ROOM = 2 << 20;
/**
 * Beyond it a message is a mistake: no list lets it through, no database takes it, and JavaScript
 * has no text half a gigabyte long.
 */
const LARGEST = 256 << 20;

/**
 * Cuts an mbox into its true messages while it streams by. A message begins at a separator line in
 * asctime form that follows a blank line and is followed by a header; without the blank line only
 * where a whole header block of the known kind follows. All else that starts with "From ", which
 * Mailman 2's archiver and Python's mailbox take for a beginning, is text.
 *
 * Holds one message and a window of 9 KiB; bytes before the first separator line are counted only.
 * Throws `archive.message-too-large`.
 */
export class MboxSplitter {
  #buffer = Buffer.allocUnsafeSlow(ROOM);
  /** First and last byte in use of #buffer. */
  #start = 0;
  #end = 0;
  /** Offset in the file of #buffer[#start]. */
  #offset = 0;
  /** Where the search goes on: the byte before a possible separator line. */
  #scan = 0;
  #current: Pending | null = null;
  #begun = false;
  #leading = 0;

  /** Bytes before the first message; final after {@link end}. */
  get leading(): number {
    return this.#leading;
  }

  /** Bytes seen so far. */
  get bytes(): number {
    return this.#offset + (this.#end - this.#start);
  }

  push(chunk: Uint8Array): SplitMessage[] {
    if (chunk.length === 0) return [];
    this.#append(chunk);
    return this.#split(false);
  }

  end(): SplitMessage[] {
    const messages = this.#split(true);
    if (this.#current !== null) messages.push(this.#cut(this.#end));
    else this.#discard(this.#end);
    return messages;
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#end - this.#start + chunk.length;
    if (needed > LARGEST) throw tooLarge(this.#offset);
    if (this.#end + chunk.length > this.#buffer.length) {
      const room = this.#buffer.length;
      // Twice as much as is needed, so that a message which comes in a thousand chunks is not
      // copied a thousand times; and back to the usual room after it.
      const fits = needed * 2 <= room && (room === ROOM || needed * 8 > room);
      const target = fits ? this.#buffer : Buffer.allocUnsafeSlow(Math.max(needed * 2, ROOM));
      this.#buffer.copy(target, 0, this.#start, this.#end);
      this.#buffer = target;
      this.#scan -= this.#start;
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #split(ended: boolean): SplitMessage[] {
    const messages: SplitMessage[] = [];
    if (!this.#begun) {
      // The file's first line has no line end before it to be found by.
      if (!ended && this.#end - this.#start < NEED) return messages;
      this.#begun = true;
      if (this.#end > this.#start) this.#consider(this.#start, messages);
    }
    while (true) {
      const view = this.#buffer.subarray(0, this.#end);
      const found = view.indexOf(NEEDLE, this.#scan);
      if (found < 0) {
        this.#scan = Math.max(this.#scan, this.#end - NEEDLE.length + 1, this.#start);
        break;
      }
      if (!ended && this.#end - found < NEED) {
        this.#scan = found;
        break;
      }
      this.#scan = found + 1;
      this.#consider(found + 1, messages);
    }
    // Three bytes stay, to know a blank line by.
    if (this.#current === null) this.#discard(Math.max(this.#start, this.#scan - 3));
    return messages;
  }

  #consider(at: number, messages: SplitMessage[]): void {
    const window = this.#buffer.subarray(at, Math.min(this.#end, at + NEED));
    const lineEnd = window.indexOf(10);
    const line = window.toString('latin1', 0, lineEnd < 0 ? window.length : lineEnd);
    const from = parseFromLine(line);
    if (from !== null) {
      const afterBlankLine = this.#blankBefore(at);
      const next = lineEnd < 0 ? window.length : lineEnd + 1;
      const after = window.subarray(next, Math.min(window.length, next + LOOK_AHEAD));
      const first = this.#offset + (at - this.#start) === 0;
      if (first || startsMessage(after, { afterBlankLine, address: from.address })) {
        if (this.#current === null) this.#discard(at);
        else messages.push(this.#cut(at));
        this.#current = { fromLength: next, from, afterBlankLine, fromLines: [] };
        return;
      }
    }
    if (this.#current !== null && line.startsWith('From ')) {
      this.#current.fromLines.push(at - this.#start);
    }
  }

  #blankBefore(at: number): boolean {
    const before = at - this.#start;
    const buffer = this.#buffer;
    if (before === 0) return true;
    if (before === 1) return buffer[at - 1] === 10;
    if (buffer[at - 2] === 10) return true;
    return buffer[at - 2] === 13 && (before === 2 || buffer[at - 3] === 10);
  }

  #cut(to: number): SplitMessage {
    const current = this.#current;
    if (current === null) throw new Error('no message to cut');
    const bytes = this.#buffer.subarray(this.#start, to);
    const message = { offset: this.#offset, bytes, ...current };
    this.#offset += to - this.#start;
    this.#start = to;
    this.#current = null;
    return message;
  }

  /** Lets go of leading bytes. */
  #discard(to: number): void {
    this.#leading += to - this.#start;
    this.#offset += to - this.#start;
    this.#start = to;
  }
}

function tooLarge(offset: number): DiagnosticError {
  return new DiagnosticError({
    code: 'archive.message-too-large',
    summary: `the message at byte ${offset} of the mbox is larger than ${LARGEST >> 20} MB`,
    why: 'no separator line follows it for so long; other bytes may have got into the file there',
    next: 'look at that place; put a sound copy of the mbox in its place and run the same command again',
  });
}

interface Pending {
  readonly fromLength: number;
  readonly from: FromLine;
  readonly afterBlankLine: boolean;
  readonly fromLines: number[];
}
