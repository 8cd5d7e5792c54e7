// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../../model/json.js';

/** What Core fills up to 70 columns (mailman/utilities/string.py, wrap) before it sends it. */
const WRAPPED: ReadonlySet<string> = new Set([
  'list:user:notice:welcome',
  'list:user:notice:goodbye',
  'list:user:notice:hold',
  'list:user:notice:refuse',
  'list:user:notice:probe',
  'list:user:notice:warning',
  'list:admin:notice:pending',
  'list:admin:action:subscribe',
  'list:admin:action:unsubscribe',
  'list:member:digest:masthead',
]);
const COLUMNS = 70;

/**
 * Sees to it that long words, as a rule addresses of web pages, stay whole: Core's wrap cuts a word
 * that is longer than a line, but leaves a line alone that begins with a blank.
 */
export function keepLongWords(text: string, template: string): string {
  if (!WRAPPED.has(template)) return text;
  return text
    .split('\n')
    .map((line) =>
      /^\S/.test(line) && line.split(/\s/).some(({ length }) => length > COLUMNS)
        ? ` ${line}`
        : line,
    )
    .join('\n');
}

// A digest with text that is not in its list's character set is never sent (mailman/runners/
// digest.py): of Core's languages that is so for English, which has ASCII alone.
const DIGEST = 'list:member:digest:';

/** Whether a template of Core's can hold ASCII only. */
export const isAsciiOnly = (template: string, language: string): boolean =>
  language === 'en' && template.startsWith(DIGEST);

const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  œ: 'oe',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '…': '...',
  '€': 'EUR',
  '©': '(c)',
  '•': '*',
  '\u00a0': ' ',
};

/** A text in ASCII: letters without their accents, a question mark for what is no letter there. */
export function asciiText(text: string): string {
  return text
    .replaceAll(/[^\0-\x7f]/gu, (char) => PLAIN[char] ?? char)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\0-\x7f]/gu, '?');
}

const BEYOND_ASCII = /[^\0-\x7f]/;

/** Whether a value holds characters that such a template would choke on. */
export const isBeyondAscii = (value: Json | undefined): value is string =>
  typeof value === 'string' && BEYOND_ASCII.test(value);
