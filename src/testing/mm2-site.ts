// SPDX-License-Identifier: GPL-3.0-or-later
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURE = fileURLToPath(new URL('../../fixtures/mm2-site/', import.meta.url));

/** A copy of the Mailman 2 site of fixtures/, whole. */
export interface Mm2Site {
  readonly dir: string;
  /** Mailman 2's folder of data: what `source: root` names. */
  readonly root: string;
  readonly siteConfig: string;
  remove(): Promise<void>;
}

export async function mm2Site(): Promise<Mm2Site> {
  const dir = await mkdtemp(join(tmpdir(), 'mm2to3-site-'));
  await cp(FIXTURE, dir, { recursive: true, verbatimSymlinks: true });
  // A folder of a list without any file in it: git keeps no empty folders.
  await mkdir(join(dir, 'var', 'lists', 'nothing-here'), { recursive: true });
  return {
    dir,
    root: join(dir, 'var'),
    siteConfig: join(dir, 'etc', 'mm_cfg.py'),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
