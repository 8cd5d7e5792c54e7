// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { DiagnosticError } from '../diagnostics.js';
import { parseLogLine } from '../redirects/access-log.js';
import type { Resolution } from '../redirects/resolve.js';
import type { Trial } from '../redirects/trial.js';
import type { WebPort } from './ports.js';

/** Distinct requests with their counts, so that a log of any length fits. */
export interface Asked {
  readonly path: string;
  readonly status: number | null;
  readonly count: number;
}

/**
 * The requests of access logs, packed by gzip or not, each distinct one once; `wanted` says which.
 * Throws `redirects.log-unreadable`.
 */
export async function readLogs(
  files: readonly string[],
  wanted: (path: string) => boolean,
): Promise<{ readonly asked: readonly Asked[]; readonly foreign: number }> {
  const counts = new Map<string, number>();
  let foreign = 0;
  for (const file of files) {
    try {
      for await (const line of createInterface({ input: open(file), crlfDelay: Infinity })) {
        const request = parseLogLine(line);
        if (request === null) continue;
        if (!wanted(request.path)) {
          foreign += 1;
          continue;
        }
        const key = `${request.status} ${request.path}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    } catch (error) {
      throw new DiagnosticError({
        code: 'redirects.log-unreadable',
        path: file,
        summary: `the access log ${file} cannot be read`,
        why: error instanceof Error ? error.message : String(error),
        next: 'name a log in the common or combined format, packed by gzip or not',
      });
    }
  }
  const asked = [...counts].map(([key, count]) => ({
    path: key.slice(4),
    status: Number(key.slice(0, 3)),
    count,
  }));
  return { asked, foreign };
}

function open(file: string): Readable {
  const stream = createReadStream(file);
  if (!file.endsWith('.gz')) return stream;
  const unpacked = createGunzip();
  stream.on('error', (error) => unpacked.destroy(error));
  return stream.pipe(unpacked);
}

// Enough to keep a web server busy that others use as well.
const AT_ONCE = 4;

/** Tries every address on the rules, or with `web` on a server that has them. */
export async function tryAddresses(
  asked: readonly Asked[],
  resolve: (path: string) => Resolution,
  web: Pick<WebPort, 'probe'> | null,
): Promise<{ readonly trials: readonly Trial[]; readonly foreign: number }> {
  const trials: Trial[] = [];
  let foreign = 0;
  const one = async ({ path, status, count }: Asked): Promise<void> => {
    const resolution = resolve(path);
    if (resolution.outcome === 'foreign') {
      foreign += count;
      return;
    }
    const offline = resolution.outcome === 'missed' ? resolution.why : null;
    const trouble = web === null ? offline : await live(path, resolution, web);
    trials.push({ path, status, count, resolution, trouble });
  };
  const left = asked[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const each of left) await one(each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { trials, foreign };
}

/** Why an address does not land on a real server; null where it does. */
async function live(
  path: string,
  resolution: Exclude<Resolution, { outcome: 'foreign' }>,
  web: Pick<WebPort, 'probe'>,
): Promise<string | null> {
  const kind = resolution.outcome === 'missed' ? 'other' : resolution.kind;
  const newUrl = resolution.outcome === 'led' ? resolution.newUrl : '';
  const probe = await web.probe({ oldPath: asTyped(path), newUrl, kind });
  if (resolution.outcome === 'kept')
    return probe.status === 200 ? null : `the server answers ${probe.status} in place of the file`;
  if (probe.location === null) return `the server answers ${probe.status} and leads nowhere`;
  if (resolution.outcome === 'led' && probe.location !== newUrl)
    return `the server leads to ${probe.location} in place of ${newUrl}`;
  const asksForLogin =
    resolution.outcome === 'led' && resolution.private && probe.targetStatus === 403;
  return probe.targetStatus === 200 || asksForLogin
    ? null
    : `${probe.location} answers ${probe.targetStatus ?? 'nothing'}`;
}

/** The decoded path: whoever probes encodes it again. */
function asTyped(path: string): string {
  const bare = path.split(/[?#]/, 1)[0] ?? '';
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}
