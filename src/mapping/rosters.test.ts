// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../model/json.js';
import { MEMBER_OPTION, type Mailman2Member } from '../model/mailman2-list.js';
import type { DesiredMember } from '../model/mailman3-list.js';
import { mailman2List, mailman2Member, mappingContext } from '../testing/builders.js';
import { mapRosters, type MappedRosters } from './rosters.js';

const POSTING = 'dev@lists.example.org';

const map = (
  attributes: Record<string, Json>,
  members: readonly Mailman2Member[] = [],
): MappedRosters => mapRosters(mailman2List({ attributes, members }), POSTING, mappingContext);

function one(
  member: Partial<Mailman2Member>,
  attributes: Record<string, Json> = {},
): DesiredMember {
  const found = map(attributes, [mailman2Member({ address: 'ann@example.org', ...member })]);
  const [mapped] = found.rosters.member;
  if (mapped === undefined) throw new Error('no member');
  return mapped;
}

describe('a member', () => {
  it('without any option is a regular member who may post', () => {
    expect(one({ originalAddress: 'Ann@Example.org', name: 'Ann' })).toEqual({
      email: 'Ann@Example.org',
      displayName: 'Ann',
      moderationAction: 'defer',
      preferences: {
        acknowledge_posts: false,
        hide_address: false,
        delivery_mode: 'regular',
        delivery_status: 'enabled',
        preferred_language: 'en',
        receive_list_copy: true,
        receive_own_postings: true,
      },
      bounce: null,
    });
  });

  it('keeps each option, and only that one', () => {
    const plain = one({}).preferences;
    const changed = (option: keyof typeof MEMBER_OPTION) =>
      one({ options: MEMBER_OPTION[option] }).preferences;
    expect(changed('acknowledgePosts')).toEqual({ ...plain, acknowledge_posts: true });
    expect(changed('concealSubscription')).toEqual({ ...plain, hide_address: true });
    expect(changed('dontReceiveDuplicates')).toEqual({ ...plain, receive_list_copy: false });
    expect(changed('dontReceiveOwnPosts')).toEqual({ ...plain, receive_own_postings: false });
    expect(changed('disableMimeDigests')).toEqual(plain);
    expect(changed('suppressPasswordReminder')).toEqual(plain);
  });

  it('gets the kind of digest that was chosen', () => {
    const { disableMimeDigests } = MEMBER_OPTION;
    expect(one({ digest: true }).preferences?.delivery_mode).toBe('mime_digests');
    expect(one({ digest: true, options: disableMimeDigests }).preferences?.delivery_mode).toBe(
      'plaintext_digests',
    );
  });

  it.each([
    [0, 'enabled'],
    [1, 'unknown'],
    [2, 'by_user'],
    [3, 'by_moderator'],
    [4, 'by_bounces'],
  ])('with delivery status %i is %s', (deliveryStatus, word) => {
    expect(one({ deliveryStatus }).preferences?.delivery_status).toBe(word);
  });

  it('with a status that Mailman 2 does not have is enabled, and that is said', () => {
    const member = mailman2Member({ address: 'ann@example.org', deliveryStatus: 7 });
    const { rosters, findings } = map({}, [member]);
    expect(rosters.member[0]?.preferences?.delivery_status).toBe('enabled');
    expect(findings).toMatchObject([{ code: 'mapping.member-status', severity: 'info' }]);
  });

  it('uses the language of the list where its own is unknown, and that is said', () => {
    const member = mailman2Member({ address: 'ann@example.org', language: 'eo' });
    const { rosters, findings } = map({ preferred_language: 'fr' }, [member]);
    expect(rosters.member[0]?.preferences?.preferred_language).toBe('fr');
    expect(findings).toMatchObject([
      { code: 'mapping.member-language', summary: 'language eo (members: 1) becomes fr' },
    ]);
    expect(one({ language: 'de' }).preferences?.preferred_language).toBe('de');
    expect(one({ language: null }, { preferred_language: 'eo' }).preferences).toMatchObject({
      preferred_language: 'en',
    });
  });

  it('is told about topics only where the list had any', () => {
    const member = mailman2Member({
      address: 'ann@example.org',
      options: MEMBER_OPTION.receiveNonmatchingTopics,
    });
    expect(map({ topics: [] }, [member]).findings).toEqual([]);
    expect(map({ topics: [['a', 'b', 'c', 0]] }, [member]).findings).toMatchObject([
      { code: 'mapping.member-topics' },
    ]);
  });
});

describe('moderation of a member', () => {
  const { moderate } = MEMBER_OPTION;

  it.each([
    [0, 'hold'],
    [1, 'reject'],
    [2, 'discard'],
    [9, 'hold'],
  ])('with the flag and list action %i is %s', (action, word) => {
    const member = one({ options: moderate }, { member_moderation_action: action });
    expect(member.moderationAction).toBe(word);
  });

  it('is written out for approved posters of a moderated list', () => {
    const attributes = { default_member_moderation: 1, member_moderation_action: 1 };
    expect(one({ options: 0 }, attributes).moderationAction).toBe('defer');
  });
});

describe('bounces of a member', () => {
  const bounce = { score: 2.5, date: '2024-03-05', noticesLeft: 1 };
  const warnings = { bounce_you_are_disabled_warnings: 3 };

  it('are whole bounces and a time', () => {
    expect(one({ bounce }, warnings).bounce).toEqual({
      score: 3,
      lastReceived: '2024-03-05T00:00:00',
      warningsSent: 0,
      disabled: false,
    });
  });

  it('count the warnings that were sent, not those that are left', () => {
    expect(one({ bounce, deliveryStatus: 4 }, warnings).bounce).toMatchObject({
      warningsSent: 2,
      disabled: true,
    });
  });

  it('start with no warning sent where nothing is recorded', () => {
    expect(one({ deliveryStatus: 4 }, warnings).bounce).toEqual({
      score: 0,
      lastReceived: null,
      warningsSent: 0,
      disabled: true,
    });
  });

  it('never give a number that Core could not hold', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.double({ noNaN: true }), (all, left, score) => {
        const state = one(
          { deliveryStatus: 4, bounce: { score, date: null, noticesLeft: left } },
          { bounce_you_are_disabled_warnings: all },
        ).bounce;
        expect(state?.warningsSent).toBeGreaterThanOrEqual(0);
        expect(state?.warningsSent).toBeLessThanOrEqual(Math.max(0, all));
        expect(state?.score).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('owners, moderators and nonmembers', () => {
  it('have no preferences of their own', () => {
    const { rosters } = map({ owner: [' boss@example.org '], moderator: ['mod@example.org'] });
    const officer = { displayName: '', moderationAction: null, preferences: null, bounce: null };
    expect(rosters.owner).toEqual([{ email: 'boss@example.org', ...officer }]);
    expect(rosters.moderator).toEqual([{ email: 'mod@example.org', ...officer }]);
  });

  it('nonmembers get the action of the attribute that names them', () => {
    const { rosters } = map({
      accept_these_nonmembers: ['a@example.org', '^pattern@', ' '],
      hold_these_nonmembers: ['h@example.org'],
      reject_these_nonmembers: ['r@example.org'],
      discard_these_nonmembers: ['d@example.org'],
    });
    expect(rosters.nonmember.map((each) => [each.email, each.moderationAction])).toEqual([
      ['a@example.org', 'defer'],
      ['h@example.org', 'hold'],
      ['r@example.org', 'reject'],
      ['d@example.org', 'discard'],
    ]);
  });

  it('a nonmember named twice gets the action that Mailman 2 looked at first', () => {
    const { rosters, findings } = map({
      accept_these_nonmembers: ['a@example.org'],
      discard_these_nonmembers: ['A@example.org'],
    });
    expect(rosters.nonmember).toMatchObject([{ moderationAction: 'defer' }]);
    expect(findings).toMatchObject([{ code: 'mapping.address-repeated' }]);
  });

  it('a member is no nonmember, for Mailman 2 never looked there', () => {
    const member = mailman2Member({ address: 'ann@example.org' });
    const { rosters, findings } = map({ discard_these_nonmembers: ['Ann@Example.org'] }, [member]);
    expect(rosters.nonmember).toEqual([]);
    expect(findings).toEqual([]);
  });

  it('another list as a nonmember is named in a warning', () => {
    expect(map({ accept_these_nonmembers: ['@announce'] })).toMatchObject({
      rosters: { nonmember: [] },
      findings: [{ code: 'mapping.list-as-nonmember-unknown', severity: 'warning', list: 'dev' }],
    });
  });
});

describe('addresses that Core refuses', () => {
  it.each([
    ['quote"d@example.org', 'mapping.address-invalid', 'Mailman Core refuses this form of address'],
    ['nobody', 'mapping.address-invalid', 'it has no domain, which Mailman Core wants'],
    [
      'Dev@lists.example.org',
      'mapping.address-is-list',
      "it is the list's own posting address, which Core refuses",
    ],
  ])('%s is left out with a finding', (address, code, why) => {
    const { rosters, findings } = map({ owner: [address] }, [mailman2Member({ address })]);
    expect(rosters).toMatchObject({ owner: [], member: [] });
    expect(findings.map((finding) => [finding.code, finding.why, finding.severity])).toEqual([
      [code, why, 'warning'],
      [code, why, 'warning'],
    ]);
  });

  it("the list's own address may be a nonmember", () => {
    expect(map({ accept_these_nonmembers: [POSTING] }).rosters.nonmember).toHaveLength(1);
  });

  it('nobody disappears without a line: everybody is on the roster or named', () => {
    const address = fc.constantFrom(
      'a@x.org',
      'A@x.org',
      'b@x',
      'c',
      POSTING,
      'd"@x.org',
      'e@y.org',
    );
    fc.assert(
      fc.property(fc.array(address), (addresses) => {
        const { rosters, findings } = map({ owner: addresses });
        expect(rosters.owner.length + findings.length).toBe(addresses.length);
        const kept = rosters.owner.map(({ email }) => email.toLowerCase());
        expect(new Set(kept).size).toBe(kept.length);
      }),
    );
  });
});
