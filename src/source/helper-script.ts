// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import type { Host } from '../host.js';
import { CannotStartError } from '../diagnostics.js';

const SCRIPTS = new URL('../../scripts/', import.meta.url);

/** The text of one of the Python helpers in scripts/, to be piped to a Python elsewhere. */
export async function helperScript(name: string): Promise<string> {
  return readFile(new URL(name, SCRIPTS), 'utf8');
}

// Old servers have what their age gave them; the helpers run on all of these.
const PYTHONS = ['python3', 'python2.7', 'python2', 'python'] as const;

/** The first Python that runs on the old server. Throws `source.no-python`. */
export async function findPython(host: Host): Promise<string> {
  for (const python of PYTHONS) {
    const found = await host.run([python, '-c', 'pass']).then(
      () => true,
      () => false,
    );
    if (found) return python;
  }
  throw new CannotStartError([
    {
      code: 'source.no-python',
      severity: 'error',
      summary: `no Python was found on ${host.name}`,
      why: `none of ${PYTHONS.join(', ')} runs there`,
      next: 'name it in mm2to3.yaml as source: python',
    },
  ]);
}
