// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openingAt, parseUntil, parseWindow } from './window.js';

const zone = process.env['TZ'];
beforeEach(() => {
  process.env['TZ'] = 'Europe/Berlin';
});
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const at = (text: string): number => new Date(text).getTime();
const opening = (text: string, now: string) => {
  const window = parseWindow(text);
  if (window === null) throw new Error(`${text} is no window`);
  const { opens, closes } = openingAt(window, at(now));
  return [opens, closes].map((time) => new Date(time).toISOString());
};

describe('a window', () => {
  it.each([
    // Over midnight, before it, in the evening, and in the morning.
    ['22:00-06:00', '2026-01-10T12:00', '2026-01-10T21:00:00.000Z', '2026-01-11T05:00:00.000Z'],
    ['22:00-06:00', '2026-01-10T23:00', '2026-01-10T21:00:00.000Z', '2026-01-11T05:00:00.000Z'],
    ['22:00-06:00', '2026-01-11T05:59', '2026-01-10T21:00:00.000Z', '2026-01-11T05:00:00.000Z'],
    ['22:00-06:00', '2026-01-11T06:00', '2026-01-11T21:00:00.000Z', '2026-01-12T05:00:00.000Z'],
    // Within a day.
    ['01:00-05:30', '2026-01-11T00:30', '2026-01-11T00:00:00.000Z', '2026-01-11T04:30:00.000Z'],
    ['01:00-05:30', '2026-01-11T05:30', '2026-01-12T00:00:00.000Z', '2026-01-12T04:30:00.000Z'],
    // The night of the summer's hour is one shorter, that of the winter's one longer.
    ['22:00-06:00', '2026-03-28T23:00', '2026-03-28T21:00:00.000Z', '2026-03-29T04:00:00.000Z'],
    ['22:00-06:00', '2026-10-24T23:00', '2026-10-24T20:00:00.000Z', '2026-10-25T05:00:00.000Z'],
    // A time that the clock leaves out is the next one that it shows.
    ['02:30-06:00', '2026-03-29T01:00', '2026-03-29T01:30:00.000Z', '2026-03-29T04:00:00.000Z'],
    // Round the clock.
    ['00:00-00:00', '2026-01-10T12:00', '2026-01-09T23:00:00.000Z', '2026-01-10T23:00:00.000Z'],
  ])('%s, seen at %s', (text, now, opens, closes) => {
    expect(opening(text, now)).toEqual([opens, closes]);
  });

  it.each(['22:00', '22-06', '24:00-06:00', '22:60-06:00', '1:00-2:00-3:00', 'night', ''])(
    'is not %s',
    (text) => {
      expect(parseWindow(text)).toBeNull();
    },
  );
});

describe('an end', () => {
  const now = '2026-01-10T12:00';
  it.each([
    ['13:00', '2026-01-10T13:00'],
    ['06:00', '2026-01-11T06:00'],
    ['2026-02-03 04:05', '2026-02-03T04:05'],
  ])('%s', (text, wanted) => {
    expect(parseUntil(text, at(now))).toBe(at(wanted));
  });

  it.each(['soon', '2026-02-30 04:00', '25:00'])('is not %s', (text) => {
    expect(parseUntil(text, at(now))).toBeNull();
  });
});
