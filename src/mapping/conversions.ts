// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import { isTruthy } from '../model/mailman2-list.js';
import { type Conversion, type Converted, kept, lost } from './row.js';

// Mailman 2 stores truth values as bool or int, numbers sometimes as text from its web forms.

function asNumber(value: Json): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value)) return Number(value);
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

/** A text that Core wants on one line (its no_newlines_validator). */
export const oneLine = (value: Json): Converted => {
  if (typeof value !== 'string') return text(value);
  const joined = value.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ');
  return /[\r\n]/.test(value.trim())
    ? kept(joined, 'Mailman 3 keeps it on one line: line breaks became blanks')
    : kept(value);
};

/** A whole number of at least 0. */
export const count = (value: Json): Converted => {
  const number = asNumber(value);
  if (number === null) return lost(`not a number but ${show(value)}`);
  if (number < 0) return lost(`${number} is below 0, which Mailman 3 refuses`);
  return kept(Math.trunc(number));
};

/** A number in days, as Core's REST writes a duration. */
export const days = (value: Json): Converted => {
  const number = asNumber(value);
  if (number === null || number < 0) return lost(`not a number of days but ${show(value)}`);
  return kept(`${Math.trunc(number)}d`);
};

/** A number of seconds, as Core's REST writes a duration (rest/helpers.py, ExtendedEncoder). */
export const seconds = (value: Json): Converted => {
  const number = asNumber(value);
  if (number === null || number < 0) return lost(`not a number of seconds but ${show(value)}`);
  const whole = Math.floor(number / 86_400);
  const rest = Math.trunc(number) - whole * 86_400;
  return kept(rest === 0 ? `${whole}d` : `${whole}d${rest}.0s`);
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

/** A list of texts; blank entries go. */
export const strings = (value: Json): Converted => {
  if (!Array.isArray(value)) return lost(`not a list but ${show(value)}`);
  const texts = value.filter(
    (item): item is string => typeof item === 'string' && item.trim() !== '',
  );
  return kept(texts.map((item) => item.trim()));
};

// Mailman 2 fills these into automatic responses (Handlers/Replybot.py); Core fills the names on
// the right (its handlers/replybot.py and utilities/string.py).
const PLACEHOLDERS: ReadonlyMap<string, string> = new Map([
  ['listname', 'display_name'],
  ['real_name', 'display_name'],
  ['requestemail', 'requestemail'],
  ['adminemail', 'owneremail'],
  ['owneremail', 'owneremail'],
]);

/** An automatic response: `%(name)s` becomes `${name}`, and a literal `$` stays one. */
export const responseText = (value: Json): Converted => {
  if (typeof value !== 'string') return text(value);
  const unknown = new Set<string>();
  const translated = value
    .replaceAll('$', '$$$$')
    .replaceAll(/%\((\w+)\)s|%%/g, (whole, name: string | undefined) => {
      if (name === undefined) return '%';
      const target = PLACEHOLDERS.get(name);
      if (target !== undefined) return `\${${target}}`;
      unknown.add(name);
      return whole;
    });
  if (unknown.size > 0) {
    return kept(translated, `no counterpart for the placeholders ${[...unknown].join(', ')}`);
  }
  return translated === value ? kept(value) : kept(translated, 'placeholders translated');
};
