// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, describe, expect, it } from 'vitest';
import type { MembershipChange, Target } from '../plan/target-port.js';
import { embeddedQueue } from '../run/queue.js';
import { desiredMember, desiredOfficer, preferences } from '../testing/builders.js';
import { type Asked, localServer, type LocalServer, type Reply } from '../testing/http-server.js';
import { coreTarget } from './core.js';
import { restClient } from './rest-client.js';

let server: LocalServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** Core's REST API as far as the test's table goes; 404 beyond it. */
async function core(
  answers: Readonly<Record<string, Reply | ((asked: Asked) => Reply)>>,
): Promise<{ readonly target: Target; readonly asked: () => readonly string[] }> {
  const local = await localServer((asked) => {
    const answer = answers[`${asked.method} ${asked.path.slice('/3.1/'.length)}`];
    return (typeof answer === 'function' ? answer(asked) : answer) ?? { status: 404 };
  });
  server = local;
  const rest = restClient({ url: `${local.url}/3.1`, user: 'rest', password: 'x' });
  return {
    target: coreTarget(rest, embeddedQueue(4), null, null),
    asked: () =>
      local.asked.map(
        ({ method, path, body }) =>
          `${method} ${path.slice('/3.1/'.length)}${body === null ? '' : ` ${JSON.stringify(body)}`}`,
      ),
  };
}

const LIST = 'dev.lists.example.org';
const CREATED: Reply = { status: 201, headers: { location: 'http://core/3.1/members/77' } };

describe('languages', () => {
  it('are those that Core has a section for', async () => {
    const sections = ['mailman', 'language.master', 'language.en', 'language.fr', 'mta'];
    const { target } = await core({
      'GET system/configuration': { json: { sections } },
      'GET system/configuration/mailman': { json: { default_language: 'fr' } },
    });
    expect(await target.languages()).toEqual({ known: new Set(['en', 'fr']), site: 'fr' });
  });
});

describe('the news server', () => {
  it.each([
    [{ host: ' news.example.org ' }, 'news.example.org'],
    [{ host: '' }, ''],
    [{}, ''],
  ])('of %j is "%s"', async (json, expected) => {
    const { target } = await core({ 'GET system/configuration/nntp': { json } });
    expect(await target.newsServer()).toBe(expected);
  });
});

describe('observing a list', () => {
  const roster = (role: string, page = 1): string =>
    `GET lists/${LIST}/roster/${role}?count=500&page=${page}`;

  it('is null where Core has none', async () => {
    const { target } = await core({});
    expect(await target.observe(LIST)).toBeNull();
  });

  it('reads settings, every roster and the options of members', async () => {
    const settings = { fqdn_listname: 'dev@lists.example.org', advertised: true };
    const { target } = await core({
      [`GET lists/${LIST}/config`]: { json: settings },
      [roster('owner')]: { json: { entries: [{ member_id: '1', email: 'boss@x.org' }] } },
      [roster('moderator')]: { json: { start: 0, total_size: 0 } },
      [roster('member')]: {
        json: {
          entries: [
            {
              member_id: '2',
              email: 'Ann@x.org',
              display_name: 'Ann',
              moderation_action: 'hold',
              last_bounce_received: '2024-03-05T00:00:00',
              last_warning_sent: '0001-01-01T00:00:00',
            },
          ],
        },
      },
      [roster('nonmember')]: { json: { entries: [] } },
      'GET members/2/preferences': { json: { hide_address: true } },
    });
    const officer = { displayName: '', moderationAction: null, preferences: {} };
    const never = { score: 0, lastReceived: null, lastWarned: null };
    expect(await target.observe(LIST)).toMatchObject({
      fqdnListname: 'dev@lists.example.org',
      listId: LIST,
      settings,
      rosters: {
        owner: [{ memberId: '1', email: 'boss@x.org', ...officer, bounce: never }],
        moderator: [],
        member: [
          {
            memberId: '2',
            email: 'Ann@x.org',
            displayName: 'Ann',
            moderationAction: 'hold',
            preferences: { hide_address: true },
            bounce: { score: 0, lastReceived: '2024-03-05T00:00:00', lastWarned: null },
          },
        ],
        nonmember: [],
      },
    });
  });

  it('reads a roster page by page, to the last', async () => {
    const entries = (from: number, size: number) => ({
      json: {
        entries: Array.from({ length: size }, (_, n) => ({
          member_id: String(from + n),
          email: `${from + n}@x.org`,
        })),
      },
    });
    const { target } = await core({
      [`GET lists/${LIST}/config`]: { json: {} },
      [roster('nonmember', 1)]: entries(0, 500),
      [roster('nonmember', 2)]: entries(500, 500),
      [roster('nonmember', 3)]: entries(1000, 0),
    });
    const found = await target.observe(LIST);
    expect(found?.rosters.nonmember.map(({ email }) => email)).toEqual(
      Array.from({ length: 1000 }, (_, n) => `${n}@x.org`),
    );
  });
});

describe('making a domain and a list', () => {
  it('makes what is missing', async () => {
    const { target, asked } = await core({
      'POST domains': { status: 201 },
      'POST lists': { status: 201 },
    });
    await target.createDomain('lists.example.org');
    await target.createList('dev@lists.example.org', 'private-default');
    expect(asked()).toEqual([
      'GET domains/lists.example.org',
      'POST domains {"mail_host":"lists.example.org"}',
      `GET lists/${LIST}`,
      'POST lists {"fqdn_listname":"dev@lists.example.org","style_name":"private-default"}',
    ]);
  });

  it('leaves alone what is there', async () => {
    const { target, asked } = await core({
      'GET domains/lists.example.org': { json: {} },
      [`GET lists/${LIST}`]: { json: {} },
    });
    await target.createDomain('lists.example.org');
    await target.createList('dev@lists.example.org', 'private-default');
    expect(asked().filter((line) => !line.startsWith('GET'))).toEqual([]);
  });
});

describe('adding a member', () => {
  const ann = desiredMember({ email: 'ann+x/y@x.org', displayName: 'Ann' });
  const known = 'GET addresses/ann%2Bx%2Fy%40x.org';
  const options = [
    'PATCH members/77 {"moderation_action":"defer"}',
    `PATCH members/77/preferences ${JSON.stringify(preferences())}`,
  ];
  const patched = {
    'PATCH members/77': { status: 204 },
    'PATCH members/77/preferences': { status: 204 },
  };
  const done = { email: ann.email, refused: null, nameKept: null };

  it('asks and tells nobody, then sets the options', async () => {
    const { target, asked } = await core({ 'POST members': CREATED, ...patched });
    expect(await target.addMembers(LIST, 'member', [ann])).toEqual([done]);
    const [first, post, ...rest] = asked();
    expect(first).toBe(known);
    expect(JSON.parse(post?.slice('POST members '.length) ?? '')).toEqual({
      list_id: LIST,
      subscriber: 'ann+x/y@x.org',
      role: 'member',
      display_name: 'Ann',
      pre_verified: true,
      pre_confirmed: true,
      pre_approved: true,
      send_welcome_message: false,
    });
    expect(rest).toEqual(options);
  });

  it('goes on where an earlier run was cut off after subscribing', async () => {
    const found = `GET lists/${LIST}/member/${encodeURIComponent('ann+x/y@x.org')}`;
    const { target, asked } = await core({
      'POST members': { status: 409, text: 'Member already subscribed' },
      [found]: { json: { member_id: '77' } },
      ...patched,
    });
    expect(await target.addMembers(LIST, 'member', [ann])).toEqual([done]);
    expect(asked().slice(2)).toEqual([found, found, ...options]);
  });

  it('names a request that waits for a moderator: that is another conflict', async () => {
    const { target } = await core({
      'POST members': { status: 409, text: 'Subscription request already pending' },
    });
    expect(await target.addMembers(LIST, 'member', [ann])).toMatchObject([
      { refused: { code: 'target.refused', why: 'Subscription request already pending' } },
    ]);
  });

  it('is a look and one request for an owner', async () => {
    const { target, asked } = await core({ 'POST members': CREATED });
    await target.addMembers(LIST, 'owner', [desiredOfficer('boss@x.org')]);
    expect(asked()).toEqual([
      'GET addresses/boss%40x.org',
      `POST members {"list_id":"${LIST}","subscriber":"boss@x.org","role":"owner"}`,
    ]);
  });

  it('names who was refused, and why; the others are subscribed', async () => {
    const { target } = await core({
      'POST members': ({ body }) =>
        JSON.stringify(body).includes('ann')
          ? { status: 400, json: { description: 'Invalid email address' } }
          : CREATED,
      ...patched,
    });
    const bob = desiredMember({ email: 'bob@x.org' });
    expect(await target.addMembers(LIST, 'member', [ann, bob])).toMatchObject([
      {
        email: ann.email,
        refused: {
          code: 'target.refused',
          summary: 'Core refuses member ann+x/y@x.org',
          why: 'Invalid email address',
        },
      },
      { email: 'bob@x.org', refused: null },
    ]);
  });

  it('does not take trouble of Core for a refusal', async () => {
    const { target } = await core({ 'POST members': { status: 500 } });
    await expect(target.addMembers(LIST, 'member', [ann])).rejects.toMatchObject({
      diagnostic: { code: 'target.failed' },
    });
  });

  it('never asks for one address twice at the same time', async () => {
    let open = 0;
    let most = 0;
    const server = await localServer(({ method }) => {
      if (method === 'POST') most = Math.max(most, (open += 1));
      if (method === 'PATCH') open = 0;
      return method === 'GET' ? { status: 404 } : method === 'POST' ? CREATED : { status: 204 };
    });
    const rest = restClient({ url: `${server.url}/3.1`, user: 'rest', password: 'x' });
    const target = coreTarget(rest, embeddedQueue(8), null, null);
    const spelled = ['ann@x.org', 'Ann@X.org', 'ANN@x.org'];
    await Promise.all(
      spelled.map((email, at) =>
        target.addMembers(`${at}.x.org`, 'member', [desiredMember({ email })]),
      ),
    );
    expect(most).toBe(1);
    expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(3);
    await server.close();
  });
});

describe('the name of an address that Core knows', () => {
  const ann = desiredOfficer('ann@x.org');
  const named = { ...ann, displayName: 'Ann' };
  const address = 'addresses/ann%40x.org';
  const noted = (name: string | null) => [{ email: 'ann@x.org', refused: null, nameKept: name }];

  it.each([
    ['of its own', { display_name: 'Anna', user: 'http://core/3.1/users/5' }, {}],
    ['of its user', { user: 'http://core/3.1/users/5' }, { display_name: 'Anna' }],
  ])('stays: %s', async (_whose, json, user) => {
    const { target, asked } = await core({
      'POST members': CREATED,
      [`GET ${address}`]: { json },
      'GET users/5': { json: user },
    });
    expect(await target.addMembers(LIST, 'nonmember', [named])).toEqual(noted('Anna'));
    expect(asked().filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });

  it('is filled where there is none, for the address and its user', async () => {
    const { target, asked } = await core({
      'POST members': CREATED,
      [`GET ${address}`]: { json: { user: 'http://core/3.1/users/5' } },
      'GET users/5': { json: {} },
      [`PATCH ${address}`]: { status: 204 },
      'PATCH users/5': { status: 204 },
    });
    expect(await target.addMembers(LIST, 'nonmember', [named])).toEqual(noted(null));
    expect(asked().filter((line) => line.startsWith('PATCH'))).toEqual([
      `PATCH ${address} {"display_name":"Ann"}`,
      'PATCH users/5 {"display_name":"Ann"}',
    ]);
  });

  it('does not cost its user the language that they chose', async () => {
    const { target, asked } = await core({
      'POST members': CREATED,
      [`GET ${address}`]: { json: { user: 'http://core/3.1/users/5' } },
      'GET users/5/preferences': { json: { preferred_language: 'fr' } },
      'PATCH users/5/preferences': { status: 204 },
    });
    await target.addMembers(LIST, 'owner', [ann]);
    expect(asked().at(-1)).toBe('PATCH users/5/preferences {"preferred_language":"fr"}');
  });
});

describe('changing and removing a member', () => {
  it('sends only what changes, and the default of the list as an empty text', async () => {
    const { target, asked } = await core({
      'PATCH members/7': { status: 204 },
      'PATCH members/7/preferences': { status: 204 },
    });
    const email = 'ann@x.org';
    const change = (what: MembershipChange['change']) =>
      target.changeMembers(LIST, 'member', [{ memberId: '7', email, change: what }]);
    await change({ moderationAction: null });
    await change({ preferences: { hide_address: true } });
    expect(await change({})).toEqual([{ email, refused: null, nameKept: null }]);
    expect(asked()).toEqual([
      'PATCH members/7 {"moderation_action":""}',
      'PATCH members/7/preferences {"hide_address":true}',
    ]);
  });

  it('removes without asking for consent', async () => {
    const { target, asked } = await core({ 'DELETE members/7': { status: 204 } });
    await target.removeMember('7');
    expect(asked()).toEqual(['DELETE members/7 {"pre_approved":true,"pre_confirmed":true}']);
  });
});

describe('settings', () => {
  it('go in one request', async () => {
    const { target, asked } = await core({ [`PATCH lists/${LIST}/config`]: { status: 204 } });
    await target.changeSettings(LIST, { advertised: false, info: 'x' });
    expect(asked()).toEqual([`PATCH lists/${LIST}/config {"advertised":false,"info":"x"}`]);
  });
});

it('bounce states need a way to Core, and that is told before', async () => {
  const { target } = await core({});
  expect(target.reachesCore).toBe(false);
});
