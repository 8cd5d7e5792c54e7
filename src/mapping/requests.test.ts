// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type {
  Mailman2HeldMessage,
  Mailman2List,
  Mailman2MembershipRequest,
} from '../model/mailman2-list.js';
import { desiredMember, mailman2List, mappingContext } from '../testing/builders.js';
import { mapRequests, type MappedRequests } from './requests.js';

const LIST = 'dev@lists.example.org';

const held = (number: number, text: string, more: Partial<Mailman2HeldMessage> = {}) => ({
  number,
  heldAt: 1_700_000_000.25,
  sender: 'ann@x.org',
  subject: 'Hello',
  reason: 'Post by non-member',
  fromUsenet: false,
  message: Buffer.from(text, 'latin1').toString('base64'),
  ...more,
});

const wish = (
  number: number,
  address: string,
  more: Partial<Mailman2MembershipRequest> = {},
): Mailman2MembershipRequest => ({
  number,
  kind: 'subscription',
  address,
  name: '',
  digest: false,
  language: 'en',
  askedAt: 1_700_000_000,
  ...more,
});

function map(
  requests: Partial<Mailman2List['requests']>,
  list: Partial<Mailman2List> = {},
  reachesCore = true,
  banOn = (_email: string): string | null => null,
): MappedRequests {
  const whole = mailman2List({ ...list, requests: { held: [], membership: [], ...requests } });
  const members = [desiredMember({ email: 'Member@x.org' })];
  return mapRequests(whole, LIST, members, banOn, { ...mappingContext, reachesCore });
}

const idsOf = (mapped: MappedRequests): readonly string[] =>
  mapped.requests.held.map(({ messageId }) => messageId);
const codesOf = (mapped: MappedRequests): readonly string[] =>
  mapped.findings.map(({ code }) => code);

describe('held messages', () => {
  it('come with sender, subject, reason, date and all of their bytes', () => {
    const text = 'Message-ID: <a@x.org>\nSubject: =?utf-8?q?=C3=A9?=\n\n\xe9\r\n';
    const mapped = map({
      held: [held(7, text, { subject: '=?utf-8?q?=C3=A9?=\n again', fromUsenet: true })],
    });
    expect(mapped).toEqual({
      requests: {
        held: [
          {
            id: 'held:7:<a@x.org>',
            messageId: '<a@x.org>',
            sender: 'ann@x.org',
            subject: '=?utf-8?q?=C3=A9?= again',
            reason: 'Post by non-member',
            heldAt: 1_700_000_000.25,
            fromUsenet: true,
            message: Buffer.from(text, 'latin1').toString('base64'),
          },
        ],
        membership: [],
      },
      findings: [],
    });
  });

  it.each([
    ['as it stands', 'Message-Id: <A+b%c@x.org>\n\n', '<A+b%c@x.org>'],
    ['in any case, after others', 'X: 1\r\nmessage-ID:<a@x>\r\n\r\n', '<a@x>'],
    ['from a folded header', 'Message-ID:\n\t<folded@x.org>\nX: 1\n\n', '<folded@x.org>'],
    ['without brackets', 'Message-ID: bare@x.org\n\n', 'bare@x.org'],
    ['the first of two', 'Message-ID: <1@x>\nMessage-ID: <2@x>\n\n', '<1@x>'],
  ])('keep their Message-ID: %s', (_, text, id) => {
    const mapped = map({ held: [held(1, text)] });
    expect(idsOf(mapped)).toEqual([id]);
    expect(mapped.findings).toEqual([]);
  });

  it.each([
    ['have none', 'Subject: x\n\nMessage-ID: <body@x>\n'],
    ['have an empty one', 'Message-ID:\n\nx\n'],
    ['have one with a blank', 'Message-ID: <a b@x>\n\nx\n'],
    ['have one that is not ASCII', 'Message-ID: <\xe9@x>\n\nx\n'],
    ['have one with a NUL', 'Message-ID: <a\0@x>\n\nx\n'],
    ['have one without an end', `Message-ID: <${'a'.repeat(300)}@x>\n\nx\n`],
  ])('get the same one every time where they %s', (_, text) => {
    const mapped = map({ held: [held(3, text)] });
    expect(idsOf(mapped)[0]).toMatch(/^<[0-9a-f]{40}@mm2to3\.invalid>$/);
    // A function of the message alone: of no number, list or run.
    expect(idsOf(map({ held: [held(99, text)] }))).toEqual(idsOf(mapped));
    expect(idsOf(map({ held: [held(3, `${text}more`)] }))).not.toEqual(idsOf(mapped));
    expect(mapped.findings).toMatchObject([
      { code: 'mapping.held-without-id', why: expect.stringContaining('requests 3') as unknown },
    ]);
  });

  it('of one Message-ID are told apart, and a mere copy is not held again', () => {
    const [one, other] = ['Message-ID: <a@x>\n\none\n', 'Message-ID: <a@x>\n\nother\n'];
    const mapped = map({
      held: [held(1, one), held(2, other), held(3, one), held(4, other)],
    });
    expect(idsOf(mapped)).toEqual(['<a@x>', expect.stringContaining('mm2to3.invalid')]);
    expect(mapped.findings.map(({ code, why }) => [code, why?.split('; ')[1]])).toEqual([
      ['mapping.held-id-repeated', 'requests 2, 4'],
      ['mapping.held-twice', 'requests 3, 4'],
    ]);
  });

  it('without their message are none: the reading of the list told of them', () => {
    expect(map({ held: [held(1, '', { message: null })] }).requests.held).toEqual([]);
  });

  it('of a hostile size are looked into quickly', () => {
    const began = performance.now();
    const blanks = `Message-ID: ${' '.repeat(200_000)}x\n\n`;
    map({
      held: [held(1, blanks, { subject: ' '.repeat(200_000) }), held(2, 'a'.repeat(1 << 22))],
    });
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('requests to join and to leave', () => {
  it('come with name, language, kind of digest and date', () => {
    const mapped = map({
      membership: [
        wish(4, 'New@x.org', { name: 'Né\nNew', language: 'fr' }),
        wish(5, 'digest@x.org', { digest: true }),
        wish(6, 'member@X.org', { kind: 'unsubscription', language: null, askedAt: null }),
      ],
    });
    expect(mapped.findings).toEqual([]);
    expect(mapped.requests.membership).toEqual([
      {
        id: 'subscription:4:new@x.org',
        kind: 'subscription',
        email: 'New@x.org',
        displayName: 'Né New',
        language: 'fr',
        deliveryMode: 'regular',
        askedAt: 1_700_000_000,
      },
      expect.objectContaining({ email: 'digest@x.org', deliveryMode: 'plaintext_digests' }),
      expect.objectContaining({
        id: 'unsubscription:6:member@x.org',
        kind: 'unsubscription',
        askedAt: null,
      }),
    ]);
  });

  it('want the kind of digest that the list gives', () => {
    const attributes = { mime_is_default_digest: true };
    const mapped = map({ membership: [wish(1, 'a@x.org', { digest: true })] }, { attributes });
    expect(mapped.requests.membership).toMatchObject([{ deliveryMode: 'mime_digests' }]);
  });

  it("fall back to the list's language, and say so", () => {
    const attributes = { preferred_language: 'de' };
    const mapped = map({ membership: [wish(1, 'a@x.org', { language: 'eo' })] }, { attributes });
    expect(mapped.requests.membership).toMatchObject([{ language: 'de' }]);
    expect(mapped.findings).toMatchObject([
      {
        code: 'mapping.request-language',
        summary: expect.stringContaining('eo becomes de') as unknown,
      },
    ]);
  });

  it.each([
    ['a member already', wish(1, 'MEMBER@x.org'), 'info', 'a member already'],
    ['gone', wish(1, 'gone@x.org', { kind: 'unsubscription' }), 'info', 'no member'],
    ['the list itself', wish(1, 'Dev@lists.example.org'), 'warning', 'posting address'],
    ['no address', wish(1, 'nobody'), 'warning', 'refuses this form'],
    ['endless', wish(1, `${'a'.repeat(260)}@x.org`), 'warning', 'refuses this form'],
  ])('are left out, by name and with the reason, of who is %s', (_, request, severity, why) => {
    const mapped = map({ membership: [request] });
    expect(mapped.requests.membership).toEqual([]);
    expect(mapped.findings).toMatchObject([{ code: 'mapping.request-left-out', severity }]);
    expect(mapped.findings[0]?.summary).toContain(request.address);
    expect(mapped.findings[0]?.why).toContain(why);
  });

  it('of one address are carried over once', () => {
    const mapped = map({ membership: [wish(1, 'a@x.org'), wish(2, 'A@X.org')] });
    expect(mapped.requests.membership.map(({ id }) => id)).toEqual(['subscription:1:a@x.org']);
    expect(codesOf(mapped)).toEqual(['mapping.request-left-out']);
  });

  it('are left out where a ban keeps the address out, and only these', () => {
    const membership = [
      wish(1, 'Troll@x.org'),
      wish(2, 'new@x.org'),
      wish(3, 'member@x.org', { kind: 'unsubscription' }),
    ];
    const banned = map({ membership }, {}, true, (email) =>
      email === 'new@x.org' ? null : '^troll',
    );
    expect(banned.requests.membership.map(({ id }) => id)).toEqual([
      'subscription:2:new@x.org',
      'unsubscription:3:member@x.org',
    ]);
    expect(banned.findings).toMatchObject([
      {
        code: 'mapping.request-left-out',
        severity: 'warning',
        summary: 'the subscription request of "Troll@x.org" is left out',
        why: expect.stringContaining('the ban ^troll keeps the address out') as unknown,
      },
    ]);
  });
});

it("nothing is wanted of Core where its host is out of reach: that is 'left behind'", () => {
  const requests = { held: [held(1, 'Message-ID: <a@x>\n\n')], membership: [wish(2, 'a@x.org')] };
  expect(map(requests, {}, false)).toEqual({
    requests: { held: [], membership: [] },
    findings: [],
  });
});
