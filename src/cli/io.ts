// SPDX-License-Identifier: GPL-3.0-or-later

/** What a run of the program touches of its process; a test passes its own. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
  /** Where a command says that it ends by itself on a signal; without, the process just ends. */
  readonly stop?: StopHook;
}

/** The signals with which somebody asks the program to end. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Whoever sets a handler is told the first signal; the second ends the process. */
export interface StopHook {
  handler: ((signal: StopSignal) => void) | null;
}

/** Writes all of a text and waits until the stream took it. A reader who left is no error. */
export async function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => {
      if (
        error === null ||
        error === undefined ||
        (error as NodeJS.ErrnoException).code === 'EPIPE'
      ) {
        resolve();
      } else {
        reject(error);
      }
    });
  });
}
