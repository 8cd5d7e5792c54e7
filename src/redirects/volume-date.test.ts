// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VolumeKind } from '../model/redirect.js';
import { monthOf, volumeSpan } from './volume-date.js';

const span = (name: string, kind: VolumeKind): readonly string[] | null => {
  const found = volumeSpan({ name, kind });
  return found === null
    ? null
    : [found.start, found.end].map((date) => date.toISOString().slice(0, 10));
};

describe('volumeSpan', () => {
  it.each<[VolumeKind, string, readonly string[]]>([
    ['year', '2013', ['2013-01-01', '2014-01-01']],
    ['month', '2013-February', ['2013-02-01', '2013-03-01']],
    ['month', '2013-December', ['2013-12-01', '2014-01-01']],
    ['quarter', '2013q1', ['2013-01-01', '2013-04-01']],
    ['quarter', '2013q4', ['2013-10-01', '2014-01-01']],
    ['week', 'Week-of-Mon-20130225', ['2013-02-25', '2013-03-04']],
    ['day', '20121231', ['2012-12-31', '2013-01-01']],
    ['day', '20120228', ['2012-02-28', '2012-02-29']],
  ])('a volume by %s named %s spans %j', (kind, name, expected) => {
    expect(span(name, kind)).toEqual(expected);
  });

  it('knows nothing of a volume with a name of no known form', () => {
    expect(span('attic', 'unknown')).toBeNull();
    expect(span('2013-Brumaire', 'month')).toBeNull();
    for (const kind of ['year', 'month', 'quarter', 'day'] as const)
      expect(span('attic', kind)).toBeNull();
    expect(span('Week-of-Mon-last', 'week')).toBeNull();
  });

  it('ends where the next month begins, in every year', () => {
    const names =
      'January February March April May June July August September October November December';
    const months = names.split(' ');
    fc.assert(
      fc.property(fc.integer({ min: 1980, max: 2100 }), fc.nat(11), (year, month) => {
        const after = month === 11 ? `${year + 1}-January` : `${year}-${months[month + 1] ?? ''}`;
        expect(span(`${year}-${months[month] ?? ''}`, 'month')?.[1]).toBe(
          span(after, 'month')?.[0],
        );
      }),
    );
  });
});

describe('monthOf', () => {
  it('counts months from 1, in UTC', () => {
    expect(monthOf(Date.UTC(2013, 11, 31, 23, 59, 59) / 1000)).toEqual({ year: 2013, month: 12 });
    expect(monthOf(Date.UTC(2014, 0, 1) / 1000)).toEqual({ year: 2014, month: 1 });
  });
});
