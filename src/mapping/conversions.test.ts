// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailman2List, mappingContext } from '../testing/builders.js';
import type { Json } from '../model/json.js';
import {
  choice,
  count,
  days,
  flag,
  oneLine,
  responseText,
  seconds,
  strings,
  text,
} from './conversions.js';
import type { Converted } from './row.js';

const given = (conversion: (value: Json) => Converted, value: Json): unknown => {
  const converted = conversion(value);
  return converted.kind === 'kept' ? converted.value : undefined;
};

describe('flag', () => {
  it.each<[Json, boolean]>([
    [1, true],
    [true, true],
    ['x', true],
    [0, false],
    [false, false],
    ['', false],
    [null, false],
    [[], false],
    [[0], true],
    [{}, false],
  ])('reads %j as Python does: %j', (value, expected) => {
    expect(given(flag, value)).toBe(expected);
  });
});

describe('text and oneLine', () => {
  it('keeps a text as it is, line breaks and blanks included', () => {
    expect(given(text, ' a\r\nb ')).toBe(' a\r\nb ');
  });

  it('reads None as no text', () => {
    expect(given(text, null)).toBe('');
    expect(given(oneLine, null)).toBe('');
  });

  it('refuses what is no text', () => {
    expect(text(7)).toEqual({ kind: 'lost', why: 'not a text but 7' });
    expect(oneLine([1]).kind).toBe('lost');
  });

  it('joins lines with one blank and says so', () => {
    expect(oneLine('  one \r\n\n two\n')).toEqual({
      kind: 'kept',
      value: 'one two',
      note: 'Mailman 3 keeps it on one line: line breaks became blanks',
    });
  });

  it('never leaves a line break that Core would refuse in the middle of a text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', ' ', '\r', '\n', '\t')), (pieces) => {
        const value = given(oneLine, pieces.join(''));
        expect(String(value).trim()).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

describe('count', () => {
  it.each<[Json, number]>([
    [40, 40],
    [0, 0],
    ['12', 12],
    [' 12 ', 12],
    [true, 1],
    [2.9, 2],
  ])('reads %j as %j', (value, expected) => {
    expect(given(count, value)).toBe(expected);
  });

  it.each<Json>([-1, 'many', null, [], '1e3', ''])('refuses %j and says what it was', (value) => {
    expect(count(value).kind).toBe('lost');
  });
});

describe('days and seconds', () => {
  it('write durations as Core does', () => {
    expect(given(days, 90)).toBe('90d');
    expect(given(seconds, 7 * 86_400)).toBe('7d');
    expect(given(seconds, 90_000)).toBe('1d3600.0s');
    expect(given(seconds, 5_400)).toBe('0d5400.0s');
    expect(given(seconds, 0)).toBe('0d');
  });

  it.each<Json>([-1, 'soon', null])('refuse %j', (value) => {
    expect(days(value).kind).toBe('lost');
    expect(seconds(value).kind).toBe('lost');
  });

  it('seconds loses no whole second', () => {
    fc.assert(
      fc.property(fc.nat(10 * 365 * 86_400), (length) => {
        const match = /^(\d+)d(?:(\d+)\.0s)?$/.exec(String(given(seconds, length)));
        expect(Number(match?.[1]) * 86_400 + Number(match?.[2] ?? 0)).toBe(length);
      }),
    );
  });
});

describe('choice', () => {
  const colours = choice('red', 'green');
  const convert = (value: Json): Converted => colours(value, mailman2List(), mappingContext);

  it('names the value at the index', () => {
    expect(given(convert, 1)).toBe('green');
    expect(given(convert, '0')).toBe('red');
    expect(given(convert, true)).toBe('green');
  });

  it.each<Json>([2, -1, 0.5, null, 'red'])('refuses %j and names what Mailman 2 has', (value) => {
    expect(convert(value)).toEqual({
      kind: 'lost',
      why: `${JSON.stringify(value)} is none of Mailman 2's values 0 to 1`,
    });
  });
});

describe('strings', () => {
  it('trims entries, drops blank ones and what is no text', () => {
    expect(given(strings, [' a ', '', '  ', 3, 'b'])).toEqual(['a', 'b']);
  });

  it('refuses what is no list', () => {
    expect(strings('a').kind).toBe('lost');
  });
});

describe('responseText', () => {
  it('translates placeholders and says so', () => {
    expect(responseText('Hello from %(listname)s, write to %(owneremail)s')).toEqual({
      kind: 'kept',
      value: 'Hello from ${display_name}, write to ${owneremail}',
      note: 'placeholders translated',
    });
  });

  it('names the placeholders that Core does not have, and leaves them to be seen', () => {
    expect(responseText('see %(listurl)s or %(listurl)s, %(constructor)s')).toEqual({
      kind: 'kept',
      value: 'see %(listurl)s or %(listurl)s, %(constructor)s',
      note: 'no counterpart for the placeholders listurl, constructor',
    });
  });

  it('keeps a text without placeholders without a note', () => {
    expect(responseText('Thank you.')).toEqual({ kind: 'kept', value: 'Thank you.' });
  });

  it('gives the same letter that Mailman 2 sent, whatever dollars and percents it holds', () => {
    const pieces = fc.constantFrom(
      ...['%(listname)s', '%(requestemail)s', '%(adminemail)s', '%%'],
      ...['$', '$$', '${display_name}', '$x', 'text', '{', '}', '\n'],
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const original = parts.join('');
        const translated = String(given(responseText, original));
        expect(filledByCore(translated)).toBe(filledByMailman2(original));
      }),
    );
  });
});

const VALUES: Readonly<Record<string, string>> = {
  listname: 'Dev',
  display_name: 'Dev',
  requestemail: 'dev-request@x.org',
  adminemail: 'dev-owner@x.org',
  owneremail: 'dev-owner@x.org',
};

/** Python's `text % values`. */
const filledByMailman2 = (source: string): string =>
  source.replaceAll(/%\((\w+)\)s|%%/g, (_whole, name: string | undefined) =>
    name === undefined ? '%' : (VALUES[name] ?? '?'),
  );

/** Python's string.Template(text).safe_substitute(values). */
const filledByCore = (source: string): string =>
  source.replaceAll(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (whole, dollar, bare, braced) => {
    if (dollar !== undefined) return '$';
    return VALUES[String(bare ?? braced)] ?? whole;
  });
