// SPDX-License-Identifier: GPL-3.0-or-later
import { randomUUID } from 'node:crypto';
import { lstat, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CannotStartError } from '../diagnostics.js';
import { writeWhole } from '../run/draft.js';

/** A file that a report goes to. */
export interface OutputFile {
  readonly path: string;
  /** Puts the text there as a whole, readable by its owner only. */
  write(text: string): Promise<void>;
}

// So much of the head of a file tells whose it is.
const HEAD = 512;

/**
 * Makes sure, before any work is done, that a report can go to `path`: that nothing is there, or
 * an earlier report of the same form (`isEarlier` knows one by its head). Anything else (another
 * file, a folder, a link, a device) is not written over.
 *
 * Throws `CannotStartError` with `output.occupied` or `output.unwritable`.
 */
export async function openOutput(
  file: string,
  cwd: string,
  isEarlier: (head: string) => boolean,
): Promise<OutputFile> {
  const path = resolve(cwd, file);
  const found = await lstat(path).catch(() => null);
  if (found !== null) {
    const earlier = found.isFile() && isEarlier(await headOf(path));
    if (!earlier) throw occupied(path, found.isFile() ? 'no plan of mm2to3' : 'no plain file');
  }
  // Beside its place, so that it can take it in one step; and tried now, not in an hour.
  const draft = join(dirname(path), `.mm2to3-${randomUUID()}`);
  const tell = (error: unknown): never => {
    throw unwritable(path, error);
  };
  await writeFile(draft, '', { flag: 'wx', mode: 0o600 }).catch(tell);
  await rm(draft);
  return {
    path,
    async write(text) {
      await writeWhole(path, text, { beside: draft }).catch(tell);
    },
  };
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

const occupied = (path: string, what: string): CannotStartError =>
  new CannotStartError([
    {
      code: 'output.occupied',
      severity: 'error',
      path,
      summary: 'the output file is not written over',
      why: `there is something already, and it is ${what}`,
      next: 'name another file, or move that one away',
    },
  ]);

const unwritable = (path: string, error: unknown): CannotStartError =>
  new CannotStartError([
    {
      code: 'output.unwritable',
      severity: 'error',
      path,
      summary: 'the output file cannot be written',
      why: error instanceof Error ? error.message : String(error),
      next: 'name a file in a folder that exists and that you may write to',
    },
  ]);
