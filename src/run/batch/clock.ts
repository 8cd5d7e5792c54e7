// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';

/** The time, and a way to let it pass. */
export interface Clock {
  /** What the wall's clock shows, in milliseconds since 1970; an operator or NTP can turn it. */
  readonly now: () => number;
  /** Milliseconds since some moment, never back. */
  readonly steady: () => number;
  /** Ends early, without an error, where the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

// NTP corrects by seconds; a summer's hour is no jump, for milliseconds since 1970 know none.
const JUMP = 60_000;

/** Tells each time that the wall's clock has moved by more than the time that passed. */
export function jumpWatch({ now, steady }: Clock): () => Diagnostic | null {
  let offset = now() - steady();
  return () => {
    const moved = now() - steady() - offset;
    if (Math.abs(moved) < JUMP) return null;
    offset += moved;
    const minutes = Math.round(Math.abs(moved) / 60_000);
    return {
      code: 'batch.clock-jumped',
      severity: 'warning',
      summary: `the clock of this machine went ${moved < 0 ? 'back' : 'ahead'} by ${minutes} min while the batch ran`,
      why: 'somebody set it, or the machine slept; durations are taken from another clock, and the window goes by the new time',
      next: 'look whether the machine’s time is right now',
    };
  };
}
