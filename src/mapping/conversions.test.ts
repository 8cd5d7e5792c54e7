// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailman2List, mappingContext } from '../testing/builders.js';
import type { Json } from '../model/json.js';
import {
  bound,
  choice,
  count,
  days,
  flag,
  guard,
  oneLine,
  required,
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

  it('drops a line break at the end without a word', () => {
    expect(oneLine('one\n')).toEqual({ kind: 'kept', value: 'one' });
    expect(oneLine('[x] ')).toEqual({ kind: 'kept', value: '[x] ' });
  });

  it('never leaves a line break, at which Core would refuse the text or cut it', () => {
    const pieces = fc.constantFrom(
      'a',
      ' ',
      '\t',
      ...Array.from('\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029'),
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const value = String(given(oneLine, parts.join('')));
        expect(value).not.toMatch(/[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]/);
        expect(value.match(/a/g)).toEqual(parts.join('').match(/a/g));
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
    [-1, 0],
    [-0.5, 0],
  ])('reads %j as %j', (value, expected) => {
    expect(given(count, value)).toBe(expected);
  });

  it('says so where a number is larger than Core can keep', () => {
    expect(count(3_000_000_000)).toEqual({
      kind: 'kept',
      value: 2_147_483_647,
      note: "Core's database holds no number above 2147483647",
    });
    expect(given(count, 2_147_483_647)).toBe(2_147_483_647);
  });

  it.each<Json>(['many', null, [], '1e3', '', Infinity, Number.NaN])(
    'refuses %j and says what it was',
    (value) => {
      expect(count(value).kind).toBe('lost');
    },
  );
});

describe('bound', () => {
  it('never turns a small bound into none', () => {
    expect(bound(0.5)).toEqual({
      kind: 'kept',
      value: 1,
      note: 'Core wants a whole number: rounded up',
    });
    expect(given(bound, 0)).toBe(0);
    expect(given(bound, -0.5)).toBe(0);
    expect(given(bound, 2 ** 40)).toBe(2 ** 31 - 1);
    expect(bound('no').kind).toBe('lost');
  });
});

describe('days and seconds', () => {
  it('write durations as Core does', () => {
    expect(given(days, 90)).toBe('90d');
    expect(given(seconds, 7 * 86_400)).toBe('7d');
    expect(given(seconds, 90_000)).toBe('1d3600.0s');
    expect(given(seconds, 5_400)).toBe('0d5400.0s');
    expect(given(seconds, 0)).toBe('0d');
    expect(given(days, 1.5)).toBe('1d43200.0s');
  });

  it('read what is below 0 as Mailman 2 does, like 0', () => {
    expect(given(days, -1)).toBe('0d');
    expect(given(seconds, -0.5)).toBe('0d');
  });

  it('stay within what a database keeps, and say so', () => {
    expect(days(1e12)).toEqual({
      kind: 'kept',
      value: '36525d',
      note: 'more than a hundred years became a hundred',
    });
    expect(given(seconds, Number.MAX_VALUE)).toBe('36525d');
  });

  it.each<Json>(['soon', null])('refuse %j', (value) => {
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

describe('guard', () => {
  const policy = guard('closed', 'open', 'closed');
  const convert = (value: Json): Converted => policy(value, mailman2List(), mappingContext);

  it('names the value at the index', () => {
    expect(convert(0)).toEqual({ kind: 'kept', value: 'open' });
  });

  it.each<Json>([2, -1, 0.5, null, 'open', {}])('is careful with %j, and says so', (value) => {
    expect(convert(value)).toEqual({
      kind: 'kept',
      value: 'closed',
      felt: true,
      note: `${JSON.stringify(value)} is none of Mailman 2's values 0 to 1: closed, to be on the safe side`,
    });
  });
});

describe('strings and required', () => {
  it('trim entries, and drop blank ones and repetitions', () => {
    expect(strings([' a ', '', '  ', 'b', 'a'])).toEqual({ kind: 'kept', value: ['a', 'b'] });
  });

  it('say how much of a list is no text', () => {
    expect(strings(['a', 3, null])).toEqual({
      kind: 'kept',
      value: ['a'],
      note: '2 entries are no texts and are left out',
    });
  });

  it('keep a lone blank entry where nothing meets it and without it everything would pass', () => {
    expect(given(required, ['', ' '])).toEqual(['']);
    expect(given(required, ['', 'pdf'])).toEqual(['pdf']);
    expect(given(required, [])).toEqual([]);
  });

  it('refuse what is no list', () => {
    expect(required('a').kind).toBe('lost');
    expect(strings('a').kind).toBe('lost');
  });
});
