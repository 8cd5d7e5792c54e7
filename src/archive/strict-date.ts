// SPDX-License-Identifier: GPL-3.0-or-later
import type { LooseDate } from './loose-date.js';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 5322 4.3. Python's email package knows the same ones. */
const ZONES: Readonly<Record<string, number>> = {
  UT: 0,
  UTC: 0,
  GMT: 0,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
};

const STRICT = new RegExp(
  `^[ \\t]*(?:(?:${WEEKDAYS.join('|')}),[ \\t]*)?(\\d\\d?)[ \\t]+(${MONTHS.join('|')})[ \\t]+(\\d{4})` +
    `[ \\t]+(\\d\\d):(\\d\\d)(?::(\\d\\d))?[ \\t]+(?:([+-])(\\d\\d)(\\d\\d)|(${Object.keys(ZONES).join('|')}))` +
    `[ \\t]*(?:\\([A-Za-z0-9 +:/_-]*\\))?[ \\t]*$`,
);

/**
 * Reads a Date header that RFC 5322 allows and that Python reads to the very same instant; null for
 * all others. The weekday is not compared: neither Python nor HyperKitty does.
 */
export function parseStrictDate(text: string): LooseDate | null {
  const match = STRICT.exec(text);
  if (match === null) return null;
  const [, day, month, year, hour, minute, second = '0', sign, zoneHours, zoneMinutes, zone] =
    match;
  const offset =
    zone === undefined
      ? // Adding 0 makes 0 of the -0 that "-0000" comes to.
        (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes)) + 0
      : (ZONES[zone] ?? 0);
  const sound =
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(zoneMinutes ?? 0) < 60 &&
    Math.abs(offset) <= 14 * 60;
  if (!sound) return null;
  const local = Date.UTC(
    Number(year),
    MONTHS.indexOf(month ?? ''),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // Date.UTC turns 31 February into 2 March.
  if (new Date(local).getUTCDate() !== Number(day)) return null;
  return { epoch: local / 1000 - offset * 60, offset, shortYear: false };
}

/** Canonical RFC 5322: `Mon, 12 Jan 2004 10:00:00 -0500`. */
export function formatDate(date: LooseDate): string {
  const local = new Date((date.epoch + date.offset * 60) * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.abs(date.offset);
  const zone = `${date.offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  return (
    `${WEEKDAYS[local.getUTCDay()] ?? ''}, ${two(local.getUTCDate())} ` +
    `${MONTHS[local.getUTCMonth()] ?? ''} ${String(local.getUTCFullYear()).padStart(4, '0')} ` +
    `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} ${zone}`
  );
}

/**
 * The zone HyperKitty stores, in minutes: more than 13 hours from UTC counts as UTC
 * (hyperkitty/lib/utils.py, parsedate).
 */
export function storedOffset(offset: number): number {
  return Math.abs(offset) > 13 * 60 ? 0 : offset;
}
