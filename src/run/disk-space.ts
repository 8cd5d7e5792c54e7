// SPDX-License-Identifier: GPL-3.0-or-later
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DiagnosticError } from '../diagnostics.js';
import type { ListFolder } from './workspace.js';

/** What the operating system says where there is no room, or no more of a user's share of it. */
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

/** Bytes that can be written to a folder, or would be there once it is made; null: not known. */
export async function freeBytes(folder: string): Promise<number | null> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await statfs(at).catch(() => null);
    if (found !== null) return found.bavail * found.bsize;
    if (dirname(at) === at) return null;
  }
}

/** Throws `workspace.disk-full` where `bytes` more would not fit into a list's folder. */
export async function expectRoom(
  list: string,
  folder: ListFolder,
  bytes: number,
  what: string,
): Promise<void> {
  const free = await freeBytes(folder.dir);
  if (free === null || free >= bytes) return;
  throw new DiagnosticError({
    code: 'workspace.disk-full',
    list,
    path: folder.dir,
    summary: `${what} needs about ${megabytes(bytes)}, and ${megabytes(free)} are free`,
    why: 'nothing was begun: a full disk in the middle would only come later',
    next: 'make room there, or put the workspace on a larger disk with --workspace',
  });
}

/** A disk that ran full as expected trouble; anything else as it is. */
export function diskTrouble(error: unknown, list: string, folder: ListFolder): unknown {
  if (!FULL.has((error as NodeJS.ErrnoException).code)) return error;
  return new DiagnosticError(
    {
      code: 'workspace.disk-full',
      list,
      path: folder.dir,
      summary: 'the disk of the workspace ran full',
      why: 'the unfinished files were taken away again; what stood there before still stands',
      next: 'make room there, or put the workspace on a larger disk, and run the same command again',
    },
    { cause: error },
  );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
