// SPDX-License-Identifier: GPL-3.0-or-later
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../diagnostics.js';
import { readMbox } from './mbox-file.js';

const mail = Buffer.from('From ann@example.org  Thu Jan  8 16:37:05 2004\n\n'.repeat(40_000));

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) {
    await Promise.resolve();
    yield bytes.subarray(at, at + 1000);
  }
}

async function read(file: Buffer, path = '/old/dev.mbox.gz'): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readMbox({ read: () => inPieces(file) }, path)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const trouble = (file: Buffer): Promise<unknown> =>
  read(file).then(
    () => 'none',
    (error: unknown) => (error instanceof DiagnosticError ? error.diagnostic : error),
  );

describe('a packed mbox', () => {
  const packed = gzipSync(mail);

  it('is read as what it holds, also where it was packed in several goes', async () => {
    expect((await read(packed)).equals(mail)).toBe(true);
    const twice = Buffer.concat([packed, packed]);
    expect((await read(twice)).equals(Buffer.concat([mail, mail]))).toBe(true);
  });

  it('is left as it is where its name does not say so', async () => {
    expect((await read(packed, '/old/dev.mbox')).equals(packed)).toBe(true);
  });

  it('that is cut short, corrupt or none at all is named with the place', async () => {
    const flipped = Buffer.from(packed);
    flipped[packed.length - 6] = ~(packed[packed.length - 6] ?? 0);
    for (const file of [packed.subarray(0, -200), flipped, Buffer.concat([packed, mail]), mail]) {
      expect(await trouble(file)).toMatchObject({
        code: 'archive.gzip-damaged',
        path: '/old/dev.mbox.gz',
        summary: expect.stringMatching(/near byte \d+, after \d+ bytes/) as string,
      });
    }
  });
});

it('passes on the trouble of whoever reads the file', async () => {
  const failing = {
    async *read(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield gzipSync(mail).subarray(0, 100);
      throw new Error('the line is dead');
    },
  };
  const reading = async (): Promise<void> => {
    for await (const chunk of readMbox(failing, 'x.gz')) expect(chunk.length).toBeGreaterThan(0);
  };
  await expect(reading()).rejects.toThrow('the line is dead');
});
