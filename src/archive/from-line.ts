// SPDX-License-Identifier: GPL-3.0-or-later
import { parseLooseDate, type LooseDate } from './loose-date.js';

/** A separator line of an mbox, without its line end. */
export interface FromLine {
  /** Envelope sender as written; may be empty or hold spaces ("ann at example.org"). */
  readonly address: string;
  /** UTC unless the line names a zone; null for a date no calendar has. */
  readonly date: LooseDate | null;
}

/** Longer lines are text: addresses end at 320 bytes, dates at 40. */
export const FROM_LINE_LIMIT = 1024;

const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = '\\d?\\d:\\d\\d(?::\\d\\d)?';
const ZONE = '(?:[+-]\\d{4}|[A-Z][A-Za-z]{1,5}|"[A-Z]+")';

/**
 * The asctime form that mail servers, Mailman and Python write, and its two relatives with the day
 * first or the zone anywhere around the year. What follows the year may be a zone or nothing.
 */
const SEPARATOR = new RegExp(
  `^From[ \\t]+(?:(\\S.*?)[ \\t]+)??(` +
    `${WEEKDAY},?[ \\t]+(?:${MONTH}[ \\t]+\\d?\\d|\\d?\\d[ \\t]+${MONTH})[ \\t]+` +
    `(?:${CLOCK}(?:[ \\t]+${ZONE})?[ \\t]+\\d{4}|\\d{4}[ \\t]+${CLOCK})(?:[ \\t]+${ZONE})*` +
    `)(?:[ \\t]+remote[ \\t]+from[ \\t]+\\S+)?[ \\t]*\\r?$`,
);

/** `git format-patch` begins each patch with its commit's name and one fixed date. */
const PATCH = /^From [0-9a-f]{40}(?:[0-9a-f]{24})? /;

/** @param line latin1 text of one line without its "\n" */
export function parseFromLine(line: string): FromLine | null {
  if (!line.startsWith('From ') || line.length > FROM_LINE_LIMIT || PATCH.test(line)) return null;
  const match = SEPARATOR.exec(line);
  if (match === null) return null;
  return { address: match[1] ?? '', date: parseLooseDate(match[2] ?? '') };
}
