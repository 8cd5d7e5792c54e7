// SPDX-License-Identifier: GPL-3.0-or-later
import { open } from 'node:fs/promises';
import { READ_BLOCK } from './read-lines.js';

/** How much of a file that is being written is there to be read. */
export class Watermark {
  #size = 0;
  #ended = false;
  #wake: () => void = () => undefined;

  /** @param size bytes in the file */
  rise(size: number): void {
    this.#size = size;
    this.#wake();
  }

  /** Nothing more will be written. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Bytes that can be read from `at` on, once there are any; 0 at the end of the finished file. */
  async beyond(at: number): Promise<number> {
    while (this.#size <= at && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#size - at;
  }
}

/**
 * The bytes of a file while another hand writes it, never beyond the mark. One reader a mark. What
 * it yields is memory that the next read uses again.
 */
export async function* readGrowing(path: string, mark: Watermark): AsyncGenerator<Buffer> {
  const file = await open(path);
  const buffer = Buffer.allocUnsafeSlow(READ_BLOCK);
  try {
    let at = 0;
    for (;;) {
      const there = await mark.beyond(at);
      if (there <= 0) return;
      const { bytesRead } = await file.read(buffer, 0, Math.min(there, READ_BLOCK), at);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
