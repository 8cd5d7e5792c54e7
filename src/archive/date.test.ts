// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { parseLooseDate } from './loose-date.js';
import { formatDate, parseStrictDate, storedOffset } from './strict-date.js';

const shown = (text: string): string | null => {
  const date = parseLooseDate(text);
  return date === null ? null : formatDate(date);
};

describe('parseLooseDate', () => {
  it.each([
    ['Thu, 08 Jan 2004 16:37:05 +0200', 'Thu, 08 Jan 2004 16:37:05 +0200'],
    ['14 Jan 04 03:22:49 GMT', 'Wed, 14 Jan 2004 03:22:49 +0000'],
    ['14 Jan 99 03:22 EST', 'Thu, 14 Jan 1999 03:22:00 -0500'],
    ['Mon, 12 Jan 104 10:00:00 -0500', 'Mon, 12 Jan 2004 10:00:00 -0500'],
    ['Thu Jan  8 16:37:05 2004', 'Thu, 08 Jan 2004 16:37:05 +0000'],
    ['Thu Jan 8 16:37:05 EST 2004', 'Thu, 08 Jan 2004 16:37:05 -0500'],
    ['Thu Jan 08 16:37:05 +0100 2004', 'Thu, 08 Jan 2004 16:37:05 +0100'],
    ['2004-01-08T16:37:05Z', 'Thu, 08 Jan 2004 16:37:05 +0000'],
    ['2004-01-08 16:37:05 +0530', 'Thu, 08 Jan 2004 16:37:05 +0530'],
    ['Thursday, January 8, 2004 4:37 PM', 'Thu, 08 Jan 2004 16:37:00 +0000'],
    ['8 Jan 2004 12:07:05 AM CET', 'Thu, 08 Jan 2004 00:07:05 +0100'],
    ['Thu, 8 Jan 2004 16:37:60 +0200', 'Thu, 08 Jan 2004 16:37:59 +0200'],
    ['Thu, 8 Jan 2004 16:37:05 +9900', 'Thu, 08 Jan 2004 16:37:05 +0000'],
    ['Thu, 8 Jan 2004 16:37:05 "GMT"', 'Thu, 08 Jan 2004 16:37:05 +0000'],
    ['Sat, 31 Feb 2004 16:37:05 +0200', null],
    ['Thu, 8 Jan 2004 25:37:05 +0200', null],
    ['yesterday', null],
    ['', null],
  ])('%j is %j', (text, date) => {
    expect(shown(text)).toBe(date);
  });
});

describe('parseStrictDate', () => {
  it.each([
    'Thu, 08 Jan 2004 16:37:05 +0200',
    '8 Jan 2004 16:37 -0000 (UTC)',
    'Thu, 08 Jan 2004 16:37:05 EST',
  ])('reads %j as the lenient reader does', (text) => {
    expect(parseStrictDate(text)).toEqual(parseLooseDate(text));
  });

  it.each([
    'Thu, 08 Jan 04 16:37:05 +0200',
    'Thu, 08 Jan 2004 16:37:05',
    'Thu, 08 Jan 2004 16:37:05 CET',
    'Thu, 08 Jan 2004 24:00:00 +0200',
    'Thu, 08 Jan 2004 16:37:05 +1500',
    'Sat, 31 Feb 2004 16:37:05 +0200',
  ])('leaves %j to the lenient reader', (text) => {
    expect(parseStrictDate(text)).toBeNull();
  });
});

it('stores UTC for zones more than 13 hours away', () => {
  expect([13 * 60, 14 * 60, -14 * 60].map(storedOffset)).toEqual([780, 0, 0]);
});
