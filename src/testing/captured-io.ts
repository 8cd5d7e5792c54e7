// SPDX-License-Identifier: GPL-3.0-or-later
import { Readable, Writable } from 'node:stream';
import type { Io } from '../cli/io.js';

/** A process's surroundings for one run of the program; what it wrote can be read afterwards. */
export interface CapturedIo extends Io {
  out(): string;
  err(): string;
}

function captured(): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return {
    // A stream that is no terminal has the rest of WriteStream undefined, as a pipe does.
    stream: stream as unknown as NodeJS.WriteStream,
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

export function capturedIo(cwd: string, env: Io['env'] = {}): CapturedIo {
  const [stdout, stderr] = [captured(), captured()];
  return {
    stdin: Readable.from([]) as unknown as NodeJS.ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    cwd: () => cwd,
    out: stdout.text,
    err: stderr.text,
  };
}
