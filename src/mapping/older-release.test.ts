// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model/json.js';
import type { Mailman2List, Mailman2Member } from '../model/mailman2-list.js';
import { mailman2List, mailman2Member, mappingContext } from '../testing/builders.js';
import { mapList } from './map-list.js';
import { asLaterRelease } from './older-release.js';

const MODERATE = 128;
const member = (address: string, more: Partial<Mailman2Member> = {}): Mailman2Member =>
  mailman2Member({ address, ...more });

const ANN = 'ann@example.org';
const BOB = 'bob@example.org';
const EVE = 'eve@example.org';

function upgrade(attributes: JsonObject): Mailman2List {
  const members = [member(ANN), member(BOB, { options: MODERATE })];
  return asLaterRelease(mailman2List({ attributes: { data_version: 21, ...attributes }, members }));
}

const moderated = ({ members }: Mailman2List): readonly string[] =>
  members.filter(({ options }) => (options & MODERATE) !== 0).map(({ address }) => address);

describe('who may post to a list of Mailman 2.0', () => {
  it('a moderated one: the posters', () => {
    const list = upgrade({
      moderated: 1,
      member_posting_only: 1,
      posters: ['ANN@example.org', EVE],
    });
    expect(list.attributes).toMatchObject({
      default_member_moderation: 1,
      generic_nonmember_action: 1,
      accept_these_nonmembers: [EVE],
    });
    expect(moderated(list)).toEqual([BOB]);
  });

  it('one for members only: members and posters', () => {
    const list = upgrade({ moderated: 0, member_posting_only: 1, posters: [EVE] });
    expect(list.attributes).toMatchObject({
      default_member_moderation: 0,
      generic_nonmember_action: 1,
      accept_these_nonmembers: [EVE],
    });
    expect(moderated(list)).toEqual([]);
  });

  it('one that names no posters: everybody', () => {
    const list = upgrade({ moderated: 0, member_posting_only: 0, posters: [] });
    expect(list.attributes).toMatchObject({
      default_member_moderation: 0,
      generic_nonmember_action: 0,
      accept_these_nonmembers: [],
    });
    expect(moderated(list)).toEqual([]);
  });

  it('one that names posters: those only', () => {
    const list = upgrade({ moderated: 0, member_posting_only: 0, posters: [ANN] });
    expect(list.attributes).toMatchObject({
      default_member_moderation: 1,
      generic_nonmember_action: 1,
      accept_these_nonmembers: [],
    });
    expect(moderated(list)).toEqual([BOB]);
  });

  it('not those whom it forbids', () => {
    const list = upgrade({ moderated: 0, member_posting_only: 1, forbidden_posters: [ANN, EVE] });
    expect(list.attributes['hold_these_nonmembers']).toEqual([EVE]);
    expect(moderated(list)).toEqual([ANN]);
  });

  it('arrives so in Mailman 3: a moderated list stays moderated', () => {
    const list = mailman2List({
      attributes: { moderated: 1, member_posting_only: 0, posters: [ANN], data_version: 21 },
      members: [member(ANN), member(BOB)],
    });
    const desired = mapList(list, { rename: {}, domains: {}, merge: {} }, mappingContext);
    expect(desired.settings).toMatchObject({
      default_member_action: 'hold',
      default_nonmember_action: 'hold',
    });
    expect(desired.rosters.member.map(({ moderationAction }) => moderationAction)).toEqual([
      'defer',
      'hold',
    ]);
    expect(desired.verdicts.find(({ attribute }) => attribute === 'moderated')).toMatchObject({
      verdict: 'exact',
      source: 1,
    });
  });
});

describe('other names of older releases', () => {
  it.each<[JsonObject, JsonObject]>([
    [{ dont_respond_to_post_requests: 1 }, { respond_to_post_requests: false }],
    [{ dont_respond_to_post_requests: 0 }, { respond_to_post_requests: true }],
    [{ closed: 2 }, { private_roster: 2 }],
    [{ closed: 2, private_roster: 1 }, { private_roster: 1 }],
    [{ auto_subscribe: 1 }, { subscribe_policy: 1 }],
    [{ open_subscribe: 0 }, { subscribe_policy: 2 }],
    [{ open_subscribe: 0, subscribe_policy: 3 }, { subscribe_policy: 3 }],
    [{ author_is_list: 1 }, { from_is_list: 1 }],
    [{ reminders_to_admins: 1 }, { umbrella_list: 1 }],
    [{ bad_posters: [EVE] }, { hold_these_nonmembers: [EVE] }],
  ])('%j becomes %j', (attributes, expected) => {
    expect(upgrade(attributes).attributes).toMatchObject({ ...attributes, ...expected });
  });

  it('leave a list of a later release as it is', () => {
    const list = mailman2List({ attributes: { from_is_list: 1, advertised: 0 } });
    expect(asLaterRelease(list)).toEqual(list);
  });
});

describe('delivery that was disabled as an option', () => {
  const disabled = (attributes: JsonObject, deliveryStatus = 0): Mailman2Member | undefined =>
    asLaterRelease(
      mailman2List({ attributes, members: [member(ANN, { options: 1 | 16, deliveryStatus })] }),
    ).members[0];

  it('becomes a status, which nobody knows the reason of', () => {
    expect(disabled({ data_version: 21 })).toMatchObject({ options: 16, deliveryStatus: 1 });
    expect(disabled({ data_version: 21 }, 4)).toMatchObject({ options: 16, deliveryStatus: 4 });
  });

  it('means nothing any more in lists that were renewed', () => {
    expect(disabled({ data_version: 97, useropts_version: 1 })).toMatchObject({ options: 17 });
    expect(disabled({ data_version: 112 })).toMatchObject({ options: 17, deliveryStatus: 0 });
  });
});
