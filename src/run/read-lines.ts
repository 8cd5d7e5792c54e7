// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Bytes of one read: larger blocks make mbox-reader slow, it shifts an array of lines. */
export const READ_BLOCK = 64 * 1024;

/** The lines of a file that this program wrote; none where it is absent. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: READ_BLOCK });
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) yield line;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
