// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectLists } from './select.js';

const ALL = ['*'];

/** Which of a few lists are selected; `broken` could not be read, so its address is unknown. */
function chosen(
  wanted: readonly string[],
  include: readonly string[] = ALL,
  exclude: readonly string[] = [],
): readonly string[] {
  const { includes } = selectLists(wanted, include, exclude);
  const site: readonly (readonly [string, string | null])[] = [
    ['dev', 'dev@lists.example.org'],
    ['dev-announce', 'dev-announce@lists.example.org'],
    ['c++', 'c++@other.example.net'],
    ['broken', null],
  ];
  return site.filter(([name, fqdn]) => includes(name, fqdn)).map(([name]) => name);
}

describe('a list named on the command line', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['dev'], ['dev']],
    [['DEV'], ['dev']],
    [['dev@lists.example.org'], ['dev']],
    [['Dev@Lists.Example.org'], ['dev']],
    [['dev@elsewhere.org'], []],
    [['c++'], ['c++']],
    [['c.+'], []],
    [['dev*'], ['dev', 'dev-announce']],
    [['d?v'], ['dev']],
    [['*@other.example.net'], ['c++', 'broken']],
    [['broken'], ['broken']],
    [['broken@lists.example.org'], ['broken']],
    [['Broken@lists.example.org'], ['broken']],
    [
      ['dev', 'c++'],
      ['dev', 'c++'],
    ],
    [['ev'], []],
  ])('%j means %j', (wanted, expected) => {
    expect(chosen(wanted)).toEqual(expected);
  });

  it('is meant even where the configuration excludes it or does not include it', () => {
    expect(chosen(['dev'], ['c++'], ['dev'])).toEqual(['dev']);
  });
});

describe('without names', () => {
  it('the configuration decides: what it includes less what it excludes', () => {
    expect(chosen([])).toEqual(['dev', 'dev-announce', 'c++', 'broken']);
    expect(chosen([], ['dev*'])).toEqual(['dev', 'dev-announce']);
    expect(chosen([], ALL, ['*announce', 'c++@*'])).toEqual(['dev', 'broken']);
  });

  it('a list that cannot be read is not passed over because its domain is unknown', () => {
    expect(chosen([], ['*@lists.example.org'])).toContain('broken');
    expect(chosen([], ['dev*@lists.example.org'])).not.toContain('broken');
  });
});

describe('the names that the old site is asked for', () => {
  it('are those given, as Mailman 2 spells them', () => {
    expect(selectLists(['Dev@x.org', 'c++'], ALL, []).names).toEqual(['dev', 'c++']);
  });

  it('are all of them where there is a pattern', () => {
    expect(selectLists(['dev', 'c*'], ALL, []).names).toEqual([]);
    expect(selectLists([], ALL, []).names).toEqual([]);
  });
});

describe('globs', () => {
  const word = fc.string({
    unit: fc.constantFrom(...'ab.+()[]\\^$|{}-'.split(/(?=.)/)),
    maxLength: 6,
  });

  it('take every character but * and ? for itself', () => {
    fc.assert(
      fc.property(word, word, (pattern, name) => {
        expect(selectLists([pattern], [], []).includes(name, `${name}@x`)).toBe(pattern === name);
      }),
    );
  });

  it('match whatever a * or ? stands for', () => {
    fc.assert(
      fc.property(word, word, fc.string(), (before, after, between) => {
        const { includes } = selectLists([`${before}*${after}`], [], []);
        expect(includes(`${before}${between}${after}`, null)).toBe(true);
        expect(selectLists([`${before}?`], [], []).includes(before, null)).toBe(false);
      }),
    );
  });
});
