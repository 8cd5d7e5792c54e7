// SPDX-License-Identifier: GPL-3.0-or-later
import type { ProgressEvent, ProgressUnit } from '../run/ports.js';

/** How far a phase has come. */
export interface Pace {
  /** 0 to 1; null where nobody knows how much there is. */
  readonly share: number | null;
  /** `3,440 of 8,000 messages, 940/s, 5 s left`. */
  readonly text: string;
}

/** Seconds over which a rate is taken: short enough to follow a change, long enough not to jump. */
const WINDOW = 15;
/** Below this nothing is known of a rate yet. */
const LEAST_SECONDS = 1;

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** Rate and time left of whatever phase runs, by the amounts that its events tell. */
export class PaceKeeper {
  #phase = '';
  #samples: Sample[] = [];

  /** @param at seconds on any clock that does not go back */
  note({ list, phase, done, total, unit }: ProgressEvent, at: number): Pace | null {
    const key = `${list}\n${phase}\n${unit ?? ''}`;
    if (key !== this.#phase || done === undefined || done < (this.#samples.at(-1)?.done ?? 0)) {
      this.#phase = key;
      this.#samples = [];
    }
    if (done === undefined || unit === undefined) return null;
    this.#samples.push({ at, done });
    // One sample older than the window stays, so that a slow phase has a rate at all.
    while ((this.#samples[1]?.at ?? at) <= at - WINDOW) this.#samples.shift();
    const [first] = this.#samples;
    const seconds = at - (first?.at ?? at);
    const rate = seconds < LEAST_SECONDS ? null : (done - (first?.done ?? done)) / seconds;
    const parts = [amountText(done, total ?? null, unit)];
    if (rate !== null && rate > 0) {
      parts.push(`${rateText(rate, unit)}/s`);
      if (total !== undefined && total > done)
        parts.push(`${durationText((total - done) / rate)} left`);
    }
    const share = total === undefined || total <= 0 ? null : Math.min(1, done / total);
    return { share, text: parts.join(', ') };
  }
}

function amountText(done: number, total: number | null, unit: ProgressUnit): string {
  if (unit === 'bytes') return total === null ? mega(done) : `${mega(done)} of ${mega(total)}`;
  return `${count(done)}${total === null ? '' : ` of ${count(total)}`} ${unit}`;
}

const rateText = (rate: number, unit: ProgressUnit): string => {
  if (unit === 'bytes') return mega(rate);
  return rate < 10 ? rate.toFixed(1) : count(Math.round(rate));
};

const count = (value: number): string => value.toLocaleString('en-US');
const mega = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: bytes < 1e8 ? 1 : 0 })} MB`;

/** `5 s`, `3 min 20 s`, `2 h 5 min`: two units at most, since more is not known. */
export function durationText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}
