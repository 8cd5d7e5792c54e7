// SPDX-License-Identifier: GPL-3.0-or-later
import type { ManifestRecord } from '../model/archive.js';
import type { ManifestTally, MessagePlace } from '../model/manifest-tally.js';

/** Places that are kept of each defect. */
const SAMPLES = 5;

/** Sums up a manifest while its records go by. */
export class TallyKeeper {
  #repaired = 0;
  #ghosts = 0;
  #first = Infinity;
  #last = -Infinity;
  readonly #defects = new Map<string, { messages: number; readonly samples: MessagePlace[] }>();
  readonly #changes = new Map<string, number>();
  readonly #dateSources = new Map<string, number>();
  readonly #years = new Map<number, number>();

  add(record: ManifestRecord): void {
    const { n, offset, date } = record;
    if (record.changes.length > 0) this.#repaired++;
    this.#ghosts += record.ghosts.length;
    this.#first = Math.min(this.#first, date);
    this.#last = Math.max(this.#last, date);
    for (const defect of record.defects) {
      const tally = this.#defects.get(defect) ?? { messages: 0, samples: [] };
      tally.messages++;
      if (tally.samples.length < SAMPLES) tally.samples.push({ n, offset });
      this.#defects.set(defect, tally);
    }
    for (const change of record.changes) increase(this.#changes, change);
    increase(this.#dateSources, record.dateSource);
    increase(this.#years, new Date(date * 1000).getUTCFullYear());
  }

  get tally(): ManifestTally {
    return {
      repaired: this.#repaired,
      defects: Object.fromEntries(this.#defects),
      changes: Object.fromEntries(this.#changes),
      dateSources: Object.fromEntries(this.#dateSources),
      dates: this.#first > this.#last ? null : { first: this.#first, last: this.#last },
      years: Object.fromEntries(this.#years),
      ghosts: this.#ghosts,
    };
  }
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
