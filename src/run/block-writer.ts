// SPDX-License-Identifier: GPL-3.0-or-later
import type { Draft } from './draft.js';

/**
 * Gathers small writes to blocks and writes one block while the next is being filled. Who
 * writes faster than the disk waits: never more than two blocks are in memory.
 */
export class BlockWriter {
  readonly #draft: Draft;
  readonly #size: number;
  readonly #progress: (bytes: number) => void;
  #block: Buffer;
  #spare: Buffer;
  #used = 0;
  #written = 0;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param size bytes of a block
   * @param progress told how many bytes are in the file, after each block
   */
  constructor(draft: Draft, size: number, progress: (bytes: number) => void) {
    this.#draft = draft;
    this.#size = size;
    this.#block = Buffer.allocUnsafeSlow(size);
    this.#spare = Buffer.allocUnsafeSlow(size);
    this.#progress = progress;
  }

  /** Bytes taken so far. */
  get bytes(): number {
    return this.#written + this.#used;
  }

  /** Copies the bytes. A promise has to be awaited before the next call; null needs no waiting. */
  write(bytes: Uint8Array): Promise<void> | null {
    if (this.#used + bytes.length > this.#size) return this.#fill(bytes);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
    return null;
  }

  /** Until everything is in the file. */
  async end(): Promise<void> {
    await this.#send();
    await this.#writing;
  }

  async #fill(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.#used === this.#size) await this.#send();
      const part = bytes.subarray(at, at + this.#size - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
    }
  }

  async #send(): Promise<void> {
    await this.#writing;
    const bytes = this.#block.subarray(0, this.#used);
    [this.#block, this.#spare] = [this.#spare, this.#block];
    this.#written += this.#used;
    this.#used = 0;
    const inFile = this.#written;
    this.#writing = this.#draft.write(bytes).then(() => {
      this.#progress(inFile);
    });
    // Whoever awaits it next hears of it; until then it is not unhandled.
    this.#writing.catch(() => undefined);
  }
}
