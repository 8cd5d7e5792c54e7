// SPDX-License-Identifier: GPL-3.0-or-later
import fc, { type Arbitrary } from 'fast-check';
import type {
  Mailman2HeldMessage,
  Mailman2MembershipRequest,
  Mailman2Requests,
} from '../../model/mailman2-list.js';
import { address } from './addresses.js';
import { text } from './values.js';

const words: Arbitrary<string> = fc
  .oneof({ weight: 3, arbitrary: text.sane }, { weight: 1, arbitrary: text.odd })
  .map((value) => (typeof value === 'string' ? value : ''));

const moment: Arbitrary<number | null> = fc.constantFrom(
  null,
  0,
  1_400_000_000,
  1_400_000_000.112228,
  4_000_000_000,
);

const FROM = 'From: Some One <one@example.net>\n';

/** Messages as they were held: sound ones, and what a spammer sends. */
const MESSAGES: readonly string[] = [
  `${FROM}Message-ID: <sound@example.net>\nSubject: sound\n\nText.\n`,
  `${FROM}Message-ID: <sound@example.net>\nSubject: another with its id\n\nText.\n`,
  `${FROM}Message-ID:\n <folded@example.net>\nSubject: folded\n\nText.\n`,
  `${FROM}Message-ID: <with blank@example.net>\n\nText.\n`,
  `${FROM}Message-ID: <>\n\nText.\n`,
  `${FROM}Subject: no id\n\nText.\n`,
  `${FROM}Message-ID: <${'long'.repeat(100)}@example.net>\n\nText.\n`,
  `${FROM}Message-ID: <crlf@example.net>\r\nSubject: crlf\r\n\r\nText.\r\n`,
  `${FROM}Message-ID: <bytes@example.net>\nSubject: \u00e9\u0000\u00ff\n\n\u0000\u0080\n`,
  `${FROM}Message-ID: <charset@example.net>\nContent-Type: text/plain; charset=x-none\n\n\u00e9\n`,
  `${FROM}Message-ID: <mime@example.net>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nno end`,
  'no header at all',
  '\n\nonly a body\n',
  '',
];

const held: Arbitrary<Omit<Mailman2HeldMessage, 'number'>> = fc.record({
  heldAt: moment,
  sender: address,
  subject: words,
  reason: words,
  fromUsenet: fc.boolean(),
  message: fc.option(
    fc.constantFrom(...MESSAGES).map((text) => Buffer.from(text, 'latin1').toString('base64')),
    { freq: 8 },
  ),
});

const membership: Arbitrary<Omit<Mailman2MembershipRequest, 'number'>> = fc.record({
  kind: fc.constantFrom('subscription', 'unsubscription'),
  address,
  name: words,
  digest: fc.boolean(),
  language: fc.constantFrom(null, 'en', 'fr', 'eo', ''),
  askedAt: moment,
});

/** What waits for the moderators of a list; most lists have nothing. */
export const requests: Arbitrary<Mailman2Requests> = fc
  .oneof(
    { weight: 3, arbitrary: fc.constant({ held: [], membership: [] }) },
    {
      weight: 2,
      arbitrary: fc.record({
        held: fc.array(held, { maxLength: 6 }),
        membership: fc.array(membership, { maxLength: 6 }),
      }),
    },
  )
  .map((drawn) => ({
    held: drawn.held.map((request, index) => ({ ...request, number: index + 1 })),
    membership: drawn.membership.map((request, index) => ({ ...request, number: index + 101 })),
  }));
