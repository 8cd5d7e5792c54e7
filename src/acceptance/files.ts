// SPDX-License-Identifier: GPL-3.0-or-later
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT } from './sandbox.js';

/** A file or folder below another. */
export interface Found {
  readonly path: string;
  readonly isFolder: boolean;
  /** As chmod writes them: `700`. */
  readonly mode: string;
}

/** The folder itself and everything below it; links are not followed. */
export async function everythingIn(folder: string): Promise<readonly Found[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inside = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => ({ path: join(entry.parentPath, entry.name), isFolder: entry.isDirectory() }));
  return Promise.all(
    [{ path: folder, isFolder: true }, ...inside].map(async (found) => ({
      ...found,
      mode: ((await stat(found.path)).mode & 0o7777).toString(8),
    })),
  );
}

/** A copy of the example site with the folder that no version control keeps: an empty one. */
export async function copySite(parent: string): Promise<string> {
  const site = join(parent, 'mm2-site');
  await cp(join(CHECKOUT, 'fixtures/mm2-site'), site, { recursive: true });
  const root = join(site, 'var');
  await mkdir(join(root, 'lists/nothing-here'));
  return root;
}
