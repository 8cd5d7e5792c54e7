// SPDX-License-Identifier: GPL-3.0-or-later
import fc, { type Arbitrary } from 'fast-check';

// Few people on many lists: most of them meet several lists, with and without a name.
const PEOPLE = 90;
const HOSTS = ['example.org', 'mail.example.net', 'example.com'];

const person: Arbitrary<string> = fc
  .tuple(fc.integer({ min: 1, max: PEOPLE }), fc.constantFrom('', '', '', 'upper', 'title'))
  .map(([number, spelling]) => {
    const address = `person${number}@${HOSTS[number % HOSTS.length] ?? ''}`;
    if (spelling === 'upper') return address.toUpperCase();
    return spelling === 'title' ? address.replace('person', 'Person') : address;
  });

/** Forms that RFC 5322 allows, or does not, and that old rosters hold. */
const ODD = [
  'quote"d@example.net',
  '"quoted local"@example.net',
  "o'brien@example.ie",
  'plus+tag@example.org',
  'slash/x=y@example.org',
  'question?mark@example.org',
  'hash#tag@example.org',
  '%percent%40@example.org',
  'amp&and@example.org',
  'pipe|x@example.org',
  'caret^x@example.org',
  '^caret@example.org',
  '{brace}@example.org',
  'semi;colon@example.org',
  'comma,x@example.org',
  'back\\slash@example.org',
  '<angle@example.org>',
  'Some One <someone@example.org>',
  'with space@example.org',
  ' leading@example.org',
  'trailing@example.org ',
  'tab\tinside@example.org',
  'line\nbreak@example.org',
  'nul\u0000inside@example.org',
  'surrogate\ud800@example.org',
  'jörg@example.org',
  'joerg@exämple.org',
  'joerg@xn--exmple-cua.org',
  'İstanbul@example.org',
  '\u212aelvin@example.org',
  'no-domain',
  '',
  '@example.org',
  'no-host@',
  'one-label@localhost',
  'two@ats@example.org',
  'dot.at.end@example.org.',
  'double..dot@example.org',
  '.dot@example.org',
  '-dash@example.org',
  'under_score@exa_mple.org',
  'dash@-example.org',
  'ip@[192.0.2.1]',
  'uucp!path!user@example.org',
  `${'long'.repeat(40)}@example.org`,
  `host@${'sub.'.repeat(50)}example.org`,
  `huge@${'sub.'.repeat(60)}${'label'.repeat(8)}.org`,
];

export const address: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: person },
  { weight: 1, arbitrary: fc.constantFrom(...ODD) },
);

/** Patterns as Mailman 2's lists of addresses hold them: right ones, wrong ones, slow ones. */
export const pattern: Arbitrary<string> = fc.constantFrom(
  '^.*@spam\\.example$',
  '^person1.*@example\\.org',
  '^[^@]+\\.bot@',
  '^.*@.*',
  '^PERSON2@',
  '^(?i)viagra',
  '^[unclosed',
  '^*nothing to repeat',
  '^(a+)+$',
  '^\\d{3,}@',
  '^é.*@',
  '^a/b@example\\.org',
  '^(?P<name>x)(?P=name)@',
  '^\\Astart\\Z',
  '^',
  '^x{1,99999}@',
);
