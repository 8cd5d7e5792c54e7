// SPDX-License-Identifier: GPL-3.0-or-later
import type { PipermailVolume } from '../model/redirect.js';

/** A month as HyperKitty's addresses name it. */
export interface YearMonth {
  readonly year: number;
  readonly month: number;
}

/** The time that a volume spans: [start, end) as calendar dates in UTC. */
export interface VolumeSpan {
  readonly start: Date;
  readonly end: Date;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const utc = (year: number, month: number, day = 1): Date =>
  new Date(Date.UTC(year, month - 1, day));

function compactDate(digits: string): readonly [number, number, number] {
  return [Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8))];
}

/**
 * What a volume's name says of its time (Mailman 2: Mailman/Archiver/HyperArch.py, dateToVolName);
 * null for a name of no known form.
 */
export function volumeSpan(volume: Pick<PipermailVolume, 'name' | 'kind'>): VolumeSpan | null {
  const span = namedSpan(volume);
  return span === null || Number.isNaN(span.start.getTime() + span.end.getTime()) ? null : span;
}

function namedSpan({ name, kind }: Pick<PipermailVolume, 'name' | 'kind'>): VolumeSpan | null {
  switch (kind) {
    case 'year': {
      const year = Number(name);
      return { start: utc(year, 1), end: utc(year + 1, 1) };
    }
    case 'month': {
      const [year, monthName] = name.split('-');
      const month = MONTHS.findIndex((candidate) => candidate === monthName) + 1;
      return month === 0
        ? null
        : { start: utc(Number(year), month), end: utc(Number(year), month + 1) };
    }
    case 'quarter': {
      const [year, quarter] = name.split('q').map(Number);
      if (year === undefined || quarter === undefined) return null;
      return { start: utc(year, quarter * 3 - 2), end: utc(year, quarter * 3 + 1) };
    }
    case 'week': {
      const [year, month, day] = compactDate(name.slice('Week-of-Mon-'.length));
      return { start: utc(year, month, day), end: utc(year, month, day + 7) };
    }
    case 'day': {
      const [year, month, day] = compactDate(name);
      return { start: utc(year, month, day), end: utc(year, month, day + 1) };
    }
    case 'unknown':
      return null;
  }
}

/** Month of a time in seconds since 1970, in UTC as HyperKitty's month pages count. */
export function monthOf(seconds: number): YearMonth {
  const date = new Date(seconds * 1000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}
