// SPDX-License-Identifier: GPL-3.0-or-later

/** Hours in which work may be done, each day, by the clock on the wall. */
export interface Window {
  /** As it was written: `22:00-06:00`. */
  readonly text: string;
  readonly from: ClockTime;
  /** Of the next day where it is not after `from`. */
  readonly to: ClockTime;
}

interface ClockTime {
  readonly hour: number;
  readonly minute: number;
}

/** One night: milliseconds since 1970. */
export interface Opening {
  readonly opens: number;
  readonly closes: number;
}

/** null where the text is no window. */
export function parseWindow(text: string): Window | null {
  const [from, to, ...others] = text.split('-').map((word) => clockTime(word.trim()));
  if (from === undefined || to === undefined || from === null || to === null) return null;
  return others.length > 0 ? null : { text, from, to };
}

function clockTime(text: string): ClockTime | null {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text);
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2])];
  return found !== null && hour < 24 && minute < 60 ? { hour, minute } : null;
}

/**
 * The opening that is under way, or else the next one. Local time: on the night in which clocks
 * change a window is an hour shorter or longer, as for everybody else who works at night.
 */
export function openingAt({ from, to }: Window, now: number): Opening {
  const overnight = to.hour * 60 + to.minute <= from.hour * 60 + from.minute ? 1 : 0;
  for (let day = -1; ; day += 1) {
    const opens = localTime(now, day, from);
    const closes = localTime(now, day + overnight, to);
    if (closes > now) return { opens, closes };
  }
}

/** The moment at which the wall's clock shows a time, so many days after that of `now`. */
function localTime(now: number, days: number, { hour, minute }: ClockTime): number {
  const today = new Date(now);
  return new Date(
    today.getFullYear(),
    today.getMonth(),
    today.getDate() + days,
    hour,
    minute,
  ).getTime();
}

/** `06:00`, the next one, or `2026-03-01 06:00`, local time; null where the text is neither. */
export function parseUntil(text: string, now: number): number | null {
  const time = clockTime(text.trim());
  if (time !== null) {
    const today = localTime(now, 0, time);
    return today > now ? today : localTime(now, 1, time);
  }
  const found = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{1,2}):(\d{2})$/.exec(text.trim());
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map(Number);
  const date = new Date(year, month - 1, day, hour, minute);
  // The 31st of February is the 3rd of March to a Date.
  return date.getMonth() === month - 1 && date.getDate() === day && minute < 60
    ? date.getTime()
    : null;
}
