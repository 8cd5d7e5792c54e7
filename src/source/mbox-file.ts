// SPDX-License-Identifier: GPL-3.0-or-later
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DiagnosticError } from '../diagnostics.js';
import type { Host } from '../host.js';

/**
 * The bytes of an mbox, here or over ssh; one that lies packed (`.gz`) is unpacked on the way, with
 * a window of 32 KiB in memory, and nothing of it is written.
 *
 * Throws `archive.gzip-damaged` where it is cut short or its check sum is wrong, after the bytes
 * that could still be read.
 */
export function readMbox(host: Pick<Host, 'read'>, path: string): AsyncIterable<Uint8Array> {
  return path.endsWith('.gz') ? unpacked(host.read(path), path) : host.read(path);
}

async function* unpacked(
  packed: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let bytes = 0;
  const source = Readable.from(packed, { objectMode: false });
  pipeline(source, gunzip, () => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      yield chunk;
      bytes += chunk.length;
    }
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw damaged(path, bytes, gunzip.bytesWritten, error);
  } finally {
    source.destroy();
  }
}

function damaged(path: string, bytes: number, at: number, cause: unknown): DiagnosticError {
  return new DiagnosticError(
    {
      code: 'archive.gzip-damaged',
      path,
      summary: `the packed mbox is damaged near byte ${at}, after ${bytes} bytes of mail`,
      why: cause instanceof Error ? cause.message : String(cause),
      next:
        'get it from a backup; or keep what can be read of it: zcat FILE.gz > FILE, without the .gz, ' +
        'is taken in its place, and its last message is likely cut',
    },
    { cause },
  );
}
