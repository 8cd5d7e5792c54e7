// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from 'vitest';
import { desiredList, observedList } from '../testing/builders.js';
import { templateChecks } from './template-checks.js';

const NAME = 'list:member:regular:footer';
const desired = desiredList({ templates: [{ name: NAME, language: 'en', text: 'a\n' }] });
const observed = (inPostorius: boolean) =>
  observedList({ templates: [{ name: NAME, uri: 'http://x/', inPostorius, text: 'a\n' }] });
const used = (text: string | null, trouble: string | null = null) => [
  { name: NAME, text, trouble },
];

it('is no check for a list without texts of its own', () => {
  expect(templateChecks(desiredList(), observed(true), [])).toEqual([]);
});

it.each(['a\n', 'a\r\n'])('is content with %j in use and in Postorius', (text) => {
  expect(templateChecks(desired, observed(true), used(text))).toEqual([
    {
      id: 'templates',
      ok: true,
      expected: 1,
      actual: 1,
      summary: '1 template in use, and shown in Postorius',
    },
  ]);
});

it.each([
  ['another text', true, used('b'), 'b', 'it is another text'],
  // Core answers a 404 of Postorius's with nothing at all.
  ['no text', true, used(''), '', 'it is another text'],
  ['no answer', true, used(null, 'ConnectionError: refused'), null, 'ConnectionError: refused'],
  ['no template', true, [], null, 'it is not there'],
  ['a text that nobody can edit', false, used('a\n'), 'a\n', 'it is not in Postorius'],
])('fails for %s', (_, inPostorius, inUse, actual, trouble) => {
  expect(templateChecks(desired, observed(inPostorius), inUse)).toEqual([
    {
      id: 'templates',
      ok: false,
      expected: { [NAME]: 'a\n' },
      actual: { [NAME]: actual },
      summary: `1 of 1 template is not as wanted: ${NAME} (${trouble})`,
    },
  ]);
});
