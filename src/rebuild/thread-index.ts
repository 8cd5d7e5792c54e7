// SPDX-License-Identifier: GPL-3.0-or-later

/** Where an article stands in its volume's threads. */
export interface ThreadPlace {
  /** Seconds since 1970: pipermail's date of it. */
  readonly epoch: number;
  /** Number of the article that it answers, as pipermail saw it. */
  readonly parent: number | null;
}

const COMMENT = /<!--\d+ ([-.\d]+) -->/g;

/**
 * Pipermail leaves its sort keys in thread.html as comments, `<!--1 01364888888.12-01364999999.15- -->`:
 * epoch and number of each article from the thread's first down to the one that follows.
 */
export function threadPlaces(index: Buffer | null): ReadonlyMap<number, ThreadPlace> {
  const places = new Map<number, ThreadPlace>();
  if (index === null) return places;
  for (const [, key = ''] of index.toString('latin1').matchAll(COMMENT)) {
    const links = key.split('-').filter((link) => link !== '');
    const [epoch, number] = (links.at(-1) ?? '').split('.').map(Number);
    if (epoch === undefined || number === undefined || Number.isNaN(epoch + number)) continue;
    const parent = Number(links.at(-2)?.split('.')[1] ?? NaN);
    places.set(number, { epoch, parent: Number.isNaN(parent) ? null : parent });
  }
  return places;
}
