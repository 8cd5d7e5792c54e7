// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import { isTruthy } from '../model/mailman2-list.js';
import { changed, type Conversion, type Converted, kept, lost } from './row.js';

/**
 * A number, or null for what is none. Mailman 2 stores truth values as bool or int, and numbers
 * sometimes as text from its web forms.
 */
export function asNumber(value: Json): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' && /^\s*-?\d{1,15}(\.\d{1,15})?\s*$/.test(value)) {
    return Number(value);
  }
  return null;
}

const show = (value: Json): string => JSON.stringify(value).slice(0, 60);

export const flag = (value: Json): Converted => kept(isTruthy(value));

export const text = (value: Json): Converted =>
  typeof value === 'string'
    ? kept(value)
    : value === null
      ? kept('')
      : lost(`not a text but ${show(value)}`);

// Where Python ends a line (str.splitlines): a header of such a text would be cut or refused.
const LINE_BREAKS = /\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+\s*/g;

/** A text of one line: Core refuses others (no_newlines_validator), or cuts headers at the break. */
export const oneLine = (value: Json): Converted => {
  if (typeof value !== 'string') return text(value);
  const joined = value.trim().replaceAll(LINE_BREAKS, ' ');
  if (joined !== value.trim()) {
    return kept(joined, 'Mailman 3 keeps it on one line: line breaks became blanks');
  }
  return kept(value.replaceAll(LINE_BREAKS, ''));
};

// What an integer column of PostgreSQL holds; SQLite's hold more.
const MOST = 2 ** 31 - 1;

/** A number that Core's columns hold; what is below 0 counts as 0, as it does in Mailman 2. */
const held = (number: number): Converted =>
  number > MOST
    ? kept(MOST, `Core's database holds no number above ${MOST}`)
    : kept(Math.max(0, number));

/** How often or how many: part of one does not count. */
export const count = (value: Json): Converted => {
  const number = asNumber(value);
  return number === null ? lost(`not a number but ${show(value)}`) : held(Math.trunc(number));
};

/** A bound of sizes, recipients or scores; where 0 means none, a fraction must not become 0. */
export const bound = (value: Json): Converted => {
  const number = asNumber(value);
  if (number === null) return lost(`not a number but ${show(value)}`);
  const whole = Math.ceil(number);
  return whole > 0 && whole !== number && whole <= MOST
    ? kept(whole, 'Core wants a whole number: rounded up')
    : held(whole);
};

const DAY = 86_400;
// SQLite holds a duration as a date that far from 1970 (SQLAlchemy's Interval); this is far enough.
const LONGEST_DAYS = 36_525;

/** A duration as Core's REST writes it (rest/helpers.py, ExtendedEncoder). */
function duration(length: number): Converted {
  const days = Math.floor(length / DAY);
  if (days >= LONGEST_DAYS) {
    return kept(`${LONGEST_DAYS}d`, 'more than a hundred years became a hundred');
  }
  const rest = Math.trunc(length) - days * DAY;
  return kept(rest <= 0 ? `${Math.max(0, days)}d` : `${days}d${rest}.0s`);
}

/** A number of days; Mailman 2 reads what is below 0 like 0. */
export const days = (value: Json): Converted => {
  const number = asNumber(value);
  if (number === null) return lost(`not a number of days but ${show(value)}`);
  return duration(Math.max(0, number) * DAY);
};

/** A number of seconds; Mailman 2 reads what is below 0 like 0. */
export const seconds = (value: Json): Converted => {
  const number = asNumber(value);
  if (number === null) return lost(`not a number of seconds but ${show(value)}`);
  return duration(Math.max(0, number));
};

/** A position in an enumeration: Mailman 2 stores the index, Core's REST wants the name. */
export function choice(...names: readonly string[]): Conversion {
  return (value) => {
    const index = asNumber(value);
    const name = index === null ? undefined : names[index];
    return name === undefined
      ? lost(`${show(value)} is none of Mailman 2's values 0 to ${names.length - 1}`)
      : kept(name);
  };
}

/**
 * A position in an enumeration that guards the list. Where it is out of range nothing of
 * Mailman 3's own may stand in for it, for that could open the list: it becomes `careful`.
 */
export function guard(careful: string, ...names: readonly string[]): Conversion {
  const convert = choice(...names);
  return (value, list, context) => {
    const converted = convert(value, list, context);
    return converted.kind === 'kept'
      ? converted
      : changed(careful, `${converted.why}: ${careful}, to be on the safe side`);
  };
}

/** A list of texts, each once and trimmed; blank entries go. */
export const strings = (value: Json): Converted => {
  if (!Array.isArray(value)) return lost(`not a list but ${show(value)}`);
  const given = value as readonly Json[];
  const texts = given.filter((item): item is string => typeof item === 'string');
  const entries = new Set(texts.map((item) => item.trim()).filter((item) => item !== ''));
  return texts.length === given.length
    ? kept([...entries])
    : kept([...entries], `${given.length - texts.length} entries are no texts and are left out`);
};

/**
 * Strings of which at least one must be met. In Mailman 2 a single blank entry is one that nothing
 * meets, so it stays: without it, anything would pass.
 */
export const required = (value: Json): Converted => {
  const converted = strings(value);
  const blank = Array.isArray(value) && value.length > 0;
  return converted.kind === 'kept' && blank && (converted.value as readonly string[]).length === 0
    ? kept([''])
    : converted;
};
