// SPDX-License-Identifier: GPL-3.0-or-later
import { durationText } from '../report/duration.js';
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

/**
 * Rate and time left of the phases that run, by the amounts that their events tell. Several lists
 * may be under way at once, each in one phase.
 */
export class PaceKeeper {
  readonly #series = new Map<string, { readonly phase: string; samples: Sample[] }>();

  /** @param at seconds on any clock that does not go back */
  note({ list, phase, done, total, unit }: ProgressEvent, at: number): Pace | null {
    const key = `${phase}\n${unit ?? ''}`;
    const before = this.#series.get(list);
    const last = before?.samples.at(-1)?.done ?? 0;
    const goesOn = before?.phase === key && done !== undefined && done >= last;
    const series = goesOn ? before : { phase: key, samples: [] };
    this.#series.set(list, series);
    if (done === undefined || unit === undefined) return null;
    const { samples } = series;
    samples.push({ at, done });
    // One sample older than the window stays, so that a slow phase has a rate at all.
    while ((samples[1]?.at ?? at) <= at - WINDOW) samples.shift();
    const [first] = samples;
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
