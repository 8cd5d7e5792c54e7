// SPDX-License-Identifier: GPL-3.0-or-later

const SEPARATOR = Buffer.from('\nFrom ', 'latin1');
const LF = 10;
const CR = 13;

/**
 * Of an mbox, what can bear on where its messages begin and on what stands in their headers: each
 * line that starts with "From ", and all from there to the next blank line. What is left out are
 * stretches of body without such a line. A parser that begins a message at every "From " and reads
 * its header to the first blank line, as mbox-reader does, finds the same messages with the same
 * headers in what is left; and bodies are most of an archive, of which a parser makes a string a
 * line. This is a search for six bytes, of speed 2 GB/s, which knows nothing of messages.
 *
 * Yields at most as much at a time as it was given, as bytes of its own.
 */
export async function* skim(mbox: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  const skimmer = new Skimmer();
  for await (const chunk of mbox) {
    const kept = skimmer.push(chunk);
    if (kept.length > 0) yield kept;
  }
  const kept = skimmer.end();
  if (kept.length > 0) yield kept;
}

class Skimmer {
  /** What a line end at the end of a chunk may begin, and was not given out yet. */
  #rest: Uint8Array = new Uint8Array(0);
  /** Whatever stands before the first blank line is looked at. */
  #inHeader = true;

  push(chunk: Uint8Array): Buffer {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const kept: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const from = at;
      if (this.#inHeader) {
        const blank = endOfBlankLine(bytes, at);
        at = blank.at;
        kept.push(bytes.subarray(from, at));
        if (!blank.found) break;
        this.#inHeader = false;
        // The blank line's own end may be what a separator line follows.
        at -= 1;
      } else {
        const found = bytes.indexOf(SEPARATOR, at);
        if (found < 0) {
          at = Math.max(at, bytes.length - SEPARATOR.length + 1);
          break;
        }
        this.#inHeader = true;
        at = found + 1;
      }
    }
    this.#rest = bytes.subarray(at);
    return Buffer.concat(kept);
  }

  end(): Buffer {
    return this.#inHeader ? Buffer.from(this.#rest) : Buffer.alloc(0);
  }
}

/** Behind the first blank line; where none is known to stand there, how far that is certain. */
function endOfBlankLine(bytes: Buffer, from: number): { at: number; found: boolean } {
  let at = from;
  for (;;) {
    const lineEnd = bytes.indexOf(LF, at);
    if (lineEnd < 0) return { at: bytes.length, found: false };
    if (bytes[lineEnd + 1] === LF) return { at: lineEnd + 2, found: true };
    if (bytes[lineEnd + 1] === CR && bytes[lineEnd + 2] === LF) {
      return { at: lineEnd + 3, found: true };
    }
    if (lineEnd + 2 >= bytes.length) return { at: lineEnd, found: false };
    at = lineEnd + 1;
  }
}
