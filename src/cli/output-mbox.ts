// SPDX-License-Identifier: GPL-3.0-or-later
import { open, rm } from 'node:fs/promises';
import { DiagnosticError } from '../diagnostics.js';
import type { TakeMbox } from '../run/rebuild-lists.js';

/**
 * Writes an mbox to a new file that only its owner reads. What is there already is somebody's mail.
 * Throws `output.occupied`.
 */
export function writeMboxTo(path: string): TakeMbox {
  return async (list, mbox) => {
    const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new DiagnosticError({
        code: 'output.occupied',
        list,
        path,
        summary: 'the output file is there already',
        next: 'name another one, or move it away',
      });
    });
    try {
      for await (const chunk of mbox) await file.writeFile(chunk);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  };
}
