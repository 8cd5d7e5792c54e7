// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';

/** Bytes of one read: larger blocks make mbox-reader slow, it shifts an array of lines. */
export const READ_BLOCK = 64 * 1024;

/** The lines, ended by "\n", of a file that this program wrote; none where it is absent. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: READ_BLOCK });
  let begun = '';
  try {
    for await (const text of stream as AsyncIterable<string>) {
      const lines = (begun + text).split('\n');
      begun = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (begun !== '') yield begun;
}
