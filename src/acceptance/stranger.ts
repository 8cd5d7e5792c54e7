// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from 'node:timers/promises';

/** What somebody who is not logged in was shown. */
export interface Sighting {
  readonly url: string;
  readonly status: number;
  readonly body: string;
}

const ALL_TIME = 'start=1990-01-01&end=2100-01-01';
const PAUSE_MS = 100;
// All doors at once keep a small web server busy; so most of the time only three are tried.
const ROUNDS_PER_ALL = 10;

/** The doors to a list's archive that are tried all the time: page, feed and API. */
const mainDoors = (fqdn: string): readonly string[] => [
  `list/${fqdn}/`,
  `list/${fqdn}/feed/`,
  `api/list/${fqdn}/emails/`,
];

const sideDoors = (fqdn: string): readonly string[] => [
  `list/${fqdn}/latest`,
  `list/${fqdn}/export/all.mbox.gz?${ALL_TIME}`,
  `search?mlist=${encodeURIComponent(fqdn)}&q=the`,
  `api/list/${fqdn}/`,
  `api/list/${fqdn}/threads/`,
  'api/lists/',
];

function tryThese(hyperkittyUrl: string, paths: readonly string[]): Promise<readonly Sighting[]> {
  return Promise.all(
    paths.map(async (path) => {
      const url = `${hyperkittyUrl}${path}`;
      const answer = await fetch(url, { redirect: 'manual' });
      return { url, status: answer.status, body: await answer.text() };
    }),
  );
}

/** Tries every door to a list's archive once. */
export function tryDoors(hyperkittyUrl: string, fqdn: string): Promise<readonly Sighting[]> {
  return tryThese(hyperkittyUrl, [...mainDoors(fqdn), ...sideDoors(fqdn)]);
}

/** Whether a stranger got something to see of the list. */
export function isShown({ url, status, body }: Sighting, fqdn: string): boolean {
  if (status !== 200) return false;
  // The index of all lists always answers; it must not name this one.
  return url.endsWith('/api/lists/') ? body.includes(fqdn) : true;
}

/** Tries the doors again and again until the work is done, and all of them once more after it. */
export async function watchDuring<Value>(
  hyperkittyUrl: string,
  fqdn: string,
  work: Promise<Value>,
): Promise<{ readonly value: Value; readonly sightings: readonly Sighting[] }> {
  const sightings: Sighting[] = [];
  let working = true;
  const end = (): void => {
    working = false;
  };
  const rounds = async (): Promise<void> => {
    for (let round = 0; working; round += 1) {
      const pause = sleep(PAUSE_MS);
      const all = round % ROUNDS_PER_ALL === 0;
      const doors = all ? [...mainDoors(fqdn), ...sideDoors(fqdn)] : mainDoors(fqdn);
      sightings.push(...(await tryThese(hyperkittyUrl, doors)));
      await pause;
    }
    sightings.push(...(await tryDoors(hyperkittyUrl, fqdn)));
  };
  const [value] = await Promise.all([work.finally(end), rounds()]);
  return { value, sightings };
}
