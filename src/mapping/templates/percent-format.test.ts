// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentForm } from './dollar-strings.js';
import { parsePercentFormat, type ValueKind } from './percent-format.js';

const kindOf = (name: string): ValueKind | null =>
  name === 'count' ? 'number' : name === 'name' ? 'text' : null;

describe('a text with percent signs', () => {
  it.each([
    ['', []],
    ['plain', [{ literal: 'plain' }]],
    ['100%% sure', [{ literal: '100% sure' }]],
    ['%(name)s', [{ name: 'name', plain: true }]],
    ['a %(name)s b', [{ literal: 'a ' }, { name: 'name', plain: true }, { literal: ' b' }]],
    ['%(name)-20s', [{ name: 'name', plain: false }]],
    ['%(name)r', [{ name: 'name', plain: false }]],
    ['%(count)d', [{ name: 'count', plain: true }]],
    ['%(count)s', [{ name: 'count', plain: true }]],
    // An unknown name stays to be seen, as Mailman 2 leaves it.
    ['%(web)s', [{ literal: '%(web)s' }]],
    ['%(a(b)c)s', [{ literal: '%(a(b)c)s' }]],
    ['%()s', [{ literal: '%()s' }]],
    ['%%(name)s', [{ literal: '%(name)s' }]],
  ])('%j is taken apart', (text, pieces) => {
    expect(parsePercentFormat(text, kindOf)).toEqual({ ok: true, pieces });
  });

  it.each([
    ['50%', 'a % stands at the end'],
    ['50% off', '"% o" has no name'],
    ['%(name', 'a parenthesis is not closed'],
    ['%(name)', 'a % stands at the end'],
    ['%(name) is', '"%(name) i" asks for a number'],
    ['%(name)d', '"%(name)d" asks for a number'],
    ['%(web)d', '"%(web)d" asks for a number'],
    ['%(name)\n', '"%(name)\\n" is no placeholder'],
    ['%s', '"%s" has no name'],
    ['%(name)*s', '"%(name)*s" asks for a width'],
    ['%y', '"%y" is no placeholder'],
  ])('%j was beyond Python, too', (text, why) => {
    expect(parsePercentFormat(text, kindOf)).toEqual({ ok: false, why });
  });

  it('never throws, nor hangs on a hostile one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parsePercentFormat(text, kindOf);
      }),
    );
    for (const text of [
      '%('.repeat(200_000),
      '%(' + '()'.repeat(200_000),
      '%' + '0'.repeat(500_000),
    ])
      expect(parsePercentFormat(text, kindOf).ok).toBe(false);
  });
});

describe('a text with dollar signs', () => {
  it.each([
    ['$real_name and ${host_name}', '%(real_name)s and %(host_name)s'],
    ['50% for $5', '50%% for $5'],
    ['$$5', '$5'],
    // Mailman 2 undoubles first and looks for names then.
    ['$$real_name', '%(real_name)s'],
    ['$$$$', '$'],
    ['${open', '${open'],
  ])('%j is %j', (dollars, percents) => {
    expect(percentForm(dollars)).toBe(percents);
  });
});
