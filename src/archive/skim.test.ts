// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { mboxReader } from 'mbox-reader';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { skim } from './skim.js';
import { readMbox } from './testing/fixture-lists.js';
import { mboxPieces } from './testing/mbox-pieces.js';

async function* stream(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* chunks;
}

/** What mbox-reader says of an mbox besides the bodies. */
async function seen(mbox: AsyncIterable<Uint8Array>): Promise<unknown[]> {
  const messages: unknown[] = [];
  for await (const { returnPath, time, headers } of mboxReader(
    Readable.from(mbox, { objectMode: false }),
  )) {
    messages.push({ returnPath, time, headers: [...headers] });
  }
  return messages;
}

function* inPieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

it('mbox-reader finds the same messages and headers without the bodies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(mboxPieces, { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
      async (pieces, sizes) => {
        const bytes = Buffer.from(pieces.join(''), 'latin1');
        expect(await seen(skim(stream(inPieces(bytes, sizes))))).toEqual(
          await seen(stream([bytes])),
        );
      },
    ),
    { seed: 20040108, numRuns: 500 },
  );
});

it('leaves out most of an archive, and no message of it', async () => {
  const bytes = readMbox('dev');
  const kept: Uint8Array[] = [];
  for await (const part of skim(stream([bytes]))) kept.push(part);
  expect(Buffer.concat(kept).length).toBeLessThan(bytes.length * 0.7);
  const whole = await seen(stream([bytes]));
  expect(whole.length).toBeGreaterThanOrEqual(400);
  expect(await seen(stream(kept))).toEqual(whole);
});
