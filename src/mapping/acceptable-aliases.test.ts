// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from 'vitest';
import { mailman2List, mappingContext } from '../testing/builders.js';
import { acceptableAliases } from './acceptable-aliases.js';

const convert = (value: string) => acceptableAliases(value, mailman2List(), mappingContext);

it.each([
  ['Old@Example.ORG', '^old@example.org'],
  ['^dev-\\S+@', '^dev-[^\\s]+@'],
  ['dev\\W?x@', '^dev[^\\w]?x@'],
  ['(?i)Old@', '^old@'],
  ['(?P<Name>a|B)@', '^(a|b)@'],
  ['dev$', '^dev(?=@|$)'],
  ['dev@x$', '^dev@x$'],
])('%j becomes %j', (given, expected) => {
  expect(convert(given)).toEqual({ kind: 'kept', value: [expected, '^dev@'] });
});

it.each(['[unclosed@', '*@x', '[\\S]@', '[A-z]@'])('leaves out %j, and says so', (given) => {
  expect(convert(`a@b\n${given}`)).toEqual({
    kind: 'kept',
    value: ['^a@b', '^dev@'],
    felt: true,
    note: `invalid, or not to be kept by Core: ${given}`,
  });
});
