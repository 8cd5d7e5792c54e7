// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { ManifestRecord } from '../model/archive.js';
import { counted } from '../model/counted.js';
import type { VolumeState } from '../model/pipermail.js';
import { volumeSpan, type VolumeSpan } from '../redirects/volume-date.js';
import { shellWord } from '../report/words.js';

/** Seconds. */
const DAY = 86_400;
/** The archiver tore some messages where nobody else would: fewer pages, and a smaller share, are no gap. */
const FEW = 2;
const SHARE = 0.01;
/** Volumes that a finding names. */
const NAMED = 6;

/** How many pages the messages of an mbox had, by day. */
export class DayCounts {
  readonly #days = new Map<number, number>();

  /** The archiver made a page of each torn-off piece, too. */
  add({ date, ghosts }: Pick<ManifestRecord, 'date' | 'ghosts'>): void {
    const day = Math.floor(date / DAY);
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1 + ghosts.length);
  }

  /** With so many days before and after: the archiver counted on its own server's clock. */
  within({ start, end }: VolumeSpan, around: number): number {
    const first = start.getTime() / 1000 / DAY - around;
    const last = end.getTime() / 1000 / DAY + around;
    let pages = 0;
    for (let day = first; day < last; day++) pages += this.#days.get(day) ?? 0;
    return pages;
  }
}

interface Gap {
  readonly name: string;
  readonly articles: number;
  readonly missing: number;
}

/**
 * What the old archive shows and the mbox has not: an mbox that was begun anew once, or lost its
 * beginning. Volumes are compared by their counts. Where a message's date is bad, the archiver may
 * have filed it elsewhere than its date here says: messages beyond a volume's pages, and those
 * before volumes and between them, are set against the gaps. So what is told is certain, not complete. Volumes
 * without a date in their name are passed over.
 */
export function coverageFindings(
  list: string,
  volumes: readonly VolumeState[],
  mbox: DayCounts,
): readonly Diagnostic[] {
  const gaps: Gap[] = [];
  let elsewhere = 0;
  let last = new Date(0);
  for (const { name, articles, span } of dated(volumes)) {
    const missing = articles - mbox.within(span, 1);
    if (missing > 0) gaps.push({ name, articles, missing });
    elsewhere += Math.max(0, mbox.within(span, 0) - articles);
    elsewhere += mbox.within({ start: last, end: span.start }, 0);
    if (last < span.end) last = span.end;
  }
  const pages = gaps.reduce((sum, { missing }) => sum + missing, 0) - elsewhere;
  const all = volumes.reduce((sum, { articles }) => sum + articles, 0);
  if (pages <= Math.max(FEW, all * SHARE)) return [];
  gaps.sort((a, b) => b.missing - a.missing);
  const named = gaps.slice(0, NAMED).map(gapText).join(', ');
  const more = gaps.length > NAMED ? `, and ${counted(gaps.length - NAMED, 'volume')} more` : '';
  return [
    {
      code: 'archive.pages-beyond-mbox',
      severity: 'warning',
      list,
      summary: `the old archive has at least ${counted(pages, 'page')} whose messages are not in the mbox`,
      why: `the mbox is not whole, or was begun anew; of the pages it has ${named}${more}`,
      next: `put the missing part back from a backup, in front of the mbox; mm2to3 archive rebuild ${shellWord(list)} --output FILE makes an mbox of all pages, to take it from`,
    },
  ];
}

/** Volumes in the order of time. */
function dated(volumes: readonly VolumeState[]): readonly (VolumeState & { span: VolumeSpan })[] {
  return volumes
    .flatMap((volume) => {
      const span = volumeSpan(volume);
      return span === null ? [] : [{ ...volume, span }];
    })
    .toSorted((a, b) => a.span.start.getTime() - b.span.start.getTime());
}

const gapText = ({ name, articles, missing }: Gap): string =>
  missing === articles
    ? `none of ${articles} in ${name}`
    : `${articles - missing} of ${articles} in ${name}`;
