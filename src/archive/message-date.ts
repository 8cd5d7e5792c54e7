// SPDX-License-Identifier: GPL-3.0-or-later
import type { DateSource, Defect } from '../model/archive.js';
import { valueOf, type HeaderBlock } from './header-block.js';
import { parseLooseDate, type LooseDate } from './loose-date.js';
import { parseStrictDate } from './strict-date.js';

const DAY = 24 * 60 * 60;

/**
 * Clocks of 1970 are those that were never set. Networked lists are older than that in no archive.
 */
const EARLIEST = Date.UTC(1971, 0, 1) / 1000;

/** Writers live up to 14 hours ahead of UTC; more than a day ahead of now is no date of a post. */
const AHEAD = DAY;

export interface ChosenDate {
  readonly date: LooseDate;
  readonly source: DateSource;
  readonly defects: readonly Defect[];
}

/** What a date is judged by, and what is left when the header has none. */
export interface DateContext {
  /** Seconds since 1970. */
  readonly now: number;
  readonly fromLine: LooseDate | null;
  /** Date of the message before this one. */
  readonly previous: number | null;
}

/** The date HyperKitty is to store: the header's where it can be believed, else the next best. */
export function chooseDate(header: HeaderBlock, context: DateContext): ChosenDate {
  const defects: Defect[] = [];
  const field = header.get('date');
  if (field === undefined) {
    defects.push('date.missing');
  } else {
    const value = valueOf(field);
    const strict = parseStrictDate(value);
    const date = strict ?? parseLooseDate(value);
    const trouble = date === null ? 'date.unparsable' : troubleOf(date, context.now);
    if (date !== null && trouble === null) {
      if (strict !== null) return { date, source: 'date', defects };
      defects.push(date.shortYear ? 'date.two-digit-year' : 'date.not-rfc5322');
      return { date, source: 'date-lenient', defects };
    }
    defects.push(trouble ?? 'date.unparsable');
  }
  for (const received of header.all('received')) {
    const text = valueOf(received);
    const semicolon = text.lastIndexOf(';');
    const date = semicolon < 0 ? null : parseLooseDate(text.slice(semicolon + 1));
    if (date !== null && troubleOf(date, context.now) === null) {
      return { date, source: 'received', defects };
    }
  }
  if (context.fromLine !== null && troubleOf(context.fromLine, context.now) === null) {
    return { date: context.fromLine, source: 'from-line', defects };
  }
  const epoch = context.previous ?? EARLIEST;
  return { date: { epoch, offset: 0, shortYear: false }, source: 'neighbour', defects };
}

function troubleOf(date: LooseDate, now: number): Defect | null {
  if (date.epoch < EARLIEST) return 'date.too-early';
  return date.epoch > now + AHEAD ? 'date.future' : null;
}
