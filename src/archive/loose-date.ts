// SPDX-License-Identifier: GPL-3.0-or-later

/** An instant, and the clock its writer lived by. */
export interface LooseDate {
  /** Seconds since 1970. */
  readonly epoch: number;
  /** Minutes east of UTC; 0 where the text names no zone that means anything. */
  readonly offset: number;
  /** A year of two or three digits had to be completed. */
  readonly shortYear: boolean;
}

/** Zones people's mail programs wrote, minutes east. Those with several meanings: the commonest. */
const ZONES: Readonly<Record<string, number>> = {
  // RFC 5322, 4.3
  UT: 0, UTC: 0, GMT: 0, Z: 0,
  EST: -300, EDT: -240, CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420,
  // Beyond it
  AST: -240, ADT: -180, NST: -210, NDT: -150, AKST: -540, AKDT: -480, HST: -600,
  BRT: -180, BRST: -120, ART: -180, CLT: -240,
  WET: 0, WEST: 60, BST: 60, IST: 330,
  CET: 60, CEST: 120, MET: 60, MEST: 120, MEZ: 60, MESZ: 120, MEWT: 60, SWT: 60, FWT: 60,
  EET: 120, EEST: 180, SAST: 120, MSK: 180, MSD: 240,
  PKT: 300, WIB: 420, ICT: 420, HKT: 480, SGT: 480, AWST: 480, KST: 540, JST: 540,
  ACST: 570, AEST: 600, AEDT: 660, NZST: 720, NZDT: 780,
}; // prettier-ignore

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Comments included; nothing longer is a date. */
const LONGEST = 200;

const CLOCK = /(?<!\d)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?(?!\d)[ \t]*([ap]m\b)?/i;
const ISO = /(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?=[T \t]|$)/;
const NAMED = /([a-z]{3})[a-z]*\.?/gi;
const NUMERIC_ZONE = /(?:\s|UTC|GMT|UT|[:\d][AP]M|\d)([+-])(\d{2}):?(\d{2})(?!\d)/;

/**
 * Reads a date as people's mail programs wrote it: RFC 822, asctime, ISO 8601, with years of two or
 * three digits (RFC 5322 4.3: 00 to 49 are 20xx, the rest and three digits count from 1900), named
 * zones, seconds of 60, words around it. An unknown or impossible zone counts as UTC. A date no
 * calendar has (31 February) is null, since any nearby day would be an invention.
 */
export function parseLooseDate(text: string): LooseDate | null {
  if (text.length > LONGEST) return null;
  const clock = CLOCK.exec(text);
  if (clock === null) return null;
  const day = ISO.exec(text) ? fromIso(text) : fromWords(text, clock);
  if (day === null) return null;
  const hour = hourOf(Number(clock[1]), clock[4]?.toLowerCase());
  const minute = Number(clock[2]);
  const second = Math.min(Number(clock[3] ?? 0), 60);
  if (hour > 23 || minute > 59 || Number(clock[3] ?? 0) > 61) return null;
  const offset = zoneOf(text, clock.index + clock[0].length);
  const local = Date.UTC(day.year, day.month, day.day, hour, minute, Math.min(second, 59));
  return { epoch: local / 1000 - offset * 60, offset, shortYear: day.shortYear };
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly shortYear: boolean;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined || hour > 12) return hour;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

function fromIso(text: string): Day | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  return existing({
    year: Number(match[1]),
    month: Number(match[2]) - 1,
    day: Number(match[3]),
    shortYear: false,
  });
}

/** Day and year are the two numbers left once the clock and the zone are taken away. */
function fromWords(text: string, clock: RegExpExecArray): Day | null {
  const before = text.slice(0, clock.index);
  const after = text.slice(clock.index + clock[0].length).replace(/[+-]\d{2}:?\d{2}(?!\d)/, ' ');
  const month = monthOf(before) ?? monthOf(after);
  if (month === null) return null;
  const numbers = `${before} | ${after}`.match(/\d+/g) ?? [];
  const [first, second] = numbers;
  if (first === undefined || second === undefined) return null;
  const yearFirst = first.length === 4;
  const year = Number(yearFirst ? first : second);
  const digits = yearFirst ? 4 : second.length;
  if (digits > 4) return null;
  return existing({
    year: digits === 4 ? year : digits === 3 || year > 49 ? 1900 + year : 2000 + year,
    month,
    day: Number(yearFirst ? second : first),
    shortYear: digits < 4,
  });
}

function monthOf(text: string): number | null {
  for (const [, word] of text.matchAll(NAMED)) {
    const index = MONTHS.indexOf((word ?? '').toLowerCase());
    if (index >= 0) return index;
  }
  return null;
}

function existing(day: Day): Day | null {
  if (day.day < 1 || day.month < 0 || day.month > 11) return null;
  const last = new Date(Date.UTC(day.year, day.month + 1, 0)).getUTCDate();
  return day.day > last || day.year < 1000 ? null : day;
}

function zoneOf(text: string, from: number): number {
  const rest = text.slice(Math.max(0, from - 1));
  const numeric = NUMERIC_ZONE.exec(rest);
  if (numeric !== null) {
    const hours = Number(numeric[2]);
    const minutes = Number(numeric[3]);
    if (hours > 14 || minutes > 59) return 0;
    return (numeric[1] === '-' ? -1 : 1) * (hours * 60 + minutes) + 0;
  }
  for (const [word] of rest.matchAll(/[A-Z]+/g)) {
    const offset = Object.hasOwn(ZONES, word) ? ZONES[word] : undefined;
    if (offset !== undefined) return offset;
  }
  return 0;
}
