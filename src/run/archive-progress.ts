// SPDX-License-Identifier: GPL-3.0-or-later
import type { Ports, ProgressEvent } from './ports.js';
import type { MboxIdentity } from './prepared-archive.js';

/** Milliseconds between two words about progress. */
const SAY_EVERY = 250;

/** Tells now and then how many bytes of an mbox were read. */
export function progressOf(
  event: ProgressEvent,
  { path, bytes }: MboxIdentity,
  { now, progress }: Pick<Ports, 'now' | 'progress'>,
): (done: number) => void {
  // How much a packed one holds is known at its end.
  const total = path.endsWith('.gz') ? {} : { total: bytes };
  let next = now() + SAY_EVERY;
  return (done) => {
    if (now() < next) return;
    next = now() + SAY_EVERY;
    progress({ ...event, done, ...total, unit: 'bytes' });
  };
}
