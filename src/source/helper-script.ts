// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import type { Host } from '../host.js';
import { CannotStartError, isTrouble } from '../diagnostics.js';

const SCRIPTS = new URL('../../scripts/', import.meta.url);

/** The text of one of the Python helpers in scripts/, to be piped to a Python elsewhere. */
export async function helperScript(name: string): Promise<string> {
  return readFile(new URL(name, SCRIPTS), 'utf8');
}

// Old servers have what their age gave them; the helpers run on all of these. The system's own
// comes first: what stands before it in PATH may be a wrapper that takes longer than the helper.
const PYTHONS = ['/usr/bin/python3', 'python3', 'python2.7', 'python2', 'python'] as const;

const found = new WeakMap<Host, Promise<string>>();

/**
 * The first Python that runs on the old server, looked for once. Throws `source.no-python`, and
 * `host.unreachable` where there is no way to that server.
 */
export function findPython(host: Host): Promise<string> {
  const known = found.get(host) ?? lookForPython(host);
  found.set(host, known);
  known.catch(() => found.delete(host));
  return known;
}

async function lookForPython(host: Host): Promise<string> {
  for (const python of PYTHONS) {
    const trouble = await host.run([python, '-c', 'pass']).then(
      () => null,
      (error: unknown) => error,
    );
    if (trouble === null) return python;
    // Asking for the next one would not find it either, and say something else.
    if (isTrouble(trouble, 'host.unreachable')) throw new CannotStartError([trouble.diagnostic]);
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
