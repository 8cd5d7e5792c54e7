// SPDX-License-Identifier: GPL-3.0-or-later
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localHost } from '../host.js';
import { type DesiredMember, type ObservedList, type Role, ROLES } from '../model/mailman3-list.js';
import type { MemberOutcome, Target } from '../plan/target-port.js';
import { embeddedQueue } from '../run/queue.js';
import { coreTarget } from '../target/core.js';
import { restClient } from '../target/rest-client.js';
import { desiredMember, desiredOfficer, preferences } from '../testing/builders.js';
import { type CoreDump, corePython, dumpCore } from './core-dump.js';
import { type Sandbox, startSandbox } from './sandbox.js';

// Two lists, and two sets of people who differ in their domain only: what either way of writing
// makes of them must be the same.
const WAYS = ['rest', 'bulk'] as const;
type Way = (typeof WAYS)[number];
const listId = (way: Way): string => `${way}.lists.example.org`;
const of = (way: Way, name: string): string => `${name}@${way}.example.net`;

/** Who is known to Core before, in every way that makes a difference. */
const SETTING = `
import json, sys
from mailman.core.initialize import initialize
initialize()
from mailman.app.lifecycle import create_list
from mailman.database.transaction import transaction
from mailman.interfaces.bans import IBanManager
from mailman.interfaces.domain import IDomainManager
from mailman.interfaces.listmanager import IListManager
from mailman.interfaces.mailinglist import SubscriptionPolicy
from mailman.interfaces.member import MemberRole
from mailman.interfaces.subscriptions import ISubscriptionManager
from mailman.interfaces.usermanager import IUserManager
from mailman.utilities.datetime import now
from zope.component import getUtility
users = getUtility(IUserManager)
with transaction():
    getUtility(IDomainManager).add('lists.example.org')
    for way in ('rest', 'bulk'):
        one = lambda name: '%s@%s.example.net' % (name, way)
        mlist = create_list('%s@lists.example.org' % way)
        mlist.admin_immed_notify = mlist.send_welcome_message = False
        users.create_address(one('Address-Only'), '')
        users.create_address(one('named-address'), 'Another Name')
        users.create_user(one('nameless-user'), '')
        users.create_user(one('named-user'), 'Other Name').addresses[0].display_name = ''
        same = users.create_user(one('same-name'), 'Same Name')
        french = users.create_user(one('french'), 'Fran\\u00e7oise')
        french.preferences.preferred_language = 'fr'
        by_user = users.create_user(one('by-preferred'), '')
        by_user.addresses[0].verified_on = now()
        by_user.preferred_address = by_user.addresses[0]
        mlist.subscribe(by_user, MemberRole.member, send_welcome_message=False)
        mlist.subscribe(users.create_user(one('nonmember'), '').addresses[0], MemberRole.nonmember)
        there = users.create_user(one('already'), '').addresses[0]
        mlist.subscribe(there, MemberRole.member, send_welcome_message=False)
        mlist.subscribe(there, MemberRole.owner)
        mlist.subscription_policy = SubscriptionPolicy.moderate
        ISubscriptionManager(mlist).register(users.create_address(one('waiting'), ''),
                                             pre_verified=True, pre_confirmed=True)
        mlist.subscription_policy = SubscriptionPolicy.confirm
        IBanManager(mlist).ban(one('banned'))
        IBanManager(mlist).ban('^spam.*@')
`;

const everything = preferences({
  acknowledge_posts: true,
  hide_address: true,
  delivery_mode: 'mime_digests',
  delivery_status: 'by_bounces',
  preferred_language: 'de',
  receive_list_copy: false,
  receive_own_postings: false,
});

function members(way: Way): readonly DesiredMember[] {
  const person = (name: string, more: Partial<DesiredMember> = {}): DesiredMember =>
    desiredMember({ email: of(way, name), displayName: 'Same Name', ...more });
  return [
    person('New.Person', { displayName: 'Nëw "Person"', moderationAction: 'hold' }),
    person('everything', { preferences: everything, moderationAction: null }),
    person('nameless', { displayName: '' }),
    ...['Address-Only', 'named-address', 'nameless-user', 'named-user', 'same-name'].map((name) =>
      person(name),
    ),
    person('FRENCH', { displayName: '' }),
    person('by-preferred', { preferences: everything }),
    person('nonmember', { moderationAction: 'reject' }),
    person('already', { preferences: everything, moderationAction: 'discard' }),
    person('waiting'),
    person('banned'),
    person('Spammer'),
    person('in^valid'),
    desiredMember({ email: `${way}@lists.example.org` }),
    ...Array.from({ length: 40 }, (_, n) => person(`many-${n}`, { displayName: `Many ${n}` })),
  ];
}

function officers(way: Way): readonly DesiredMember[] {
  return [
    ...['Boss', 'french', 'already', 'everything', 'named-address', 'banned'].map((name) =>
      desiredOfficer(of(way, name)),
    ),
    desiredOfficer(`${way}@lists.example.org`),
  ];
}

const nonmembers = (way: Way): readonly DesiredMember[] =>
  [...officers(way), desiredOfficer(of(way, 'Stranger'))].map((member) => ({
    ...member,
    moderationAction: 'discard',
  }));

describe('rosters over REST and by the bulk loader', () => {
  let sandbox: Sandbox;
  let targets: Readonly<Record<Way, Target>>;
  const outcomes: Record<Way, MemberOutcome[]> = { rest: [], bulk: [] };

  /** What there is of the people of one way, but for those whom Core refused. */
  function peopleOf(dump: CoreDump, way: Way): Readonly<Record<string, unknown>> {
    // A refusal over REST leaves rows of a person without any membership.
    const left = new Set([of(way, 'banned'), of(way, 'spammer')]);
    const all = Object.entries(dump.people).filter(
      ([email]) => email.endsWith(`@${way}.example.net`) && !left.has(email),
    );
    return Object.fromEntries(all);
  }

  /** The same text for both, whoever wrote it. */
  const alike = (value: unknown, way: Way): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(way, 'WAY'));

  beforeAll(async () => {
    sandbox = await startSandbox();
    const { restUrl, restUser, restPassword, corePython: command } = sandbox.facts;
    const rest = restClient({ url: restUrl, user: restUser, password: restPassword });
    const core = { host: localHost(), command };
    targets = {
      rest: coreTarget(rest, embeddedQueue(4), null, null),
      bulk: coreTarget(rest, embeddedQueue(4), core, null),
    };
    await corePython(sandbox, SETTING);
    for (const way of WAYS) {
      const write = async (role: Role, all: readonly DesiredMember[]): Promise<void> => {
        outcomes[way].push(...(await targets[way].addMembers(listId(way), role, all)));
      };
      await write('owner', officers(way));
      await write('moderator', officers(way));
      await write('member', members(way));
      await write('nonmember', nonmembers(way));
    }
  });

  afterAll(async () => {
    await sandbox.down();
  });

  it('refuse the same people, and keep the same names', () => {
    const said = (way: Way) =>
      outcomes[way].map(({ email, refused, nameKept }) => [email, refused !== null, nameKept]);
    expect(alike(said('bulk'), 'bulk')).toEqual(alike(said('rest'), 'rest'));
    const refused = outcomes.bulk.filter((each) => each.refused !== null);
    expect(new Set(refused.map(({ email }) => email))).toEqual(
      new Set([
        ...['banned', 'Spammer', 'in^valid'].map((name) => of('bulk', name)),
        'bulk@lists.example.org',
      ]),
    );
    expect(outcomes.bulk.flatMap(({ nameKept }) => nameKept ?? [])).toEqual([
      'Another Name',
      'Other Name',
    ]);
  });

  it('leave the same rows in the database', async () => {
    const dump = await dumpCore(sandbox);
    const bulk = peopleOf(dump, 'bulk');
    expect(alike(bulk, 'bulk')).toEqual(alike(peopleOf(dump, 'rest'), 'rest'));
    expect(Object.keys(bulk).length).toBeGreaterThan(50);
    expect(dump.counts).toMatchObject({
      uids: dump.counts.usersAndMembers,
      preferences: dump.counts.theirOwners,
      pended: 0,
    });
    expect(bulk).toMatchObject({
      'new.person@bulk.example.net': {
        original: 'New.Person@bulk.example.net',
        verified: 'recent',
      },
      'address-only@bulk.example.net': { name: 'Same Name', user: { name: 'Same Name' } },
      'french@bulk.example.net': {
        user: { preferences: expect.stringContaining('"preferred_language": "fr"') as string },
      },
    });
  });

  it('are read alike', async () => {
    const sorted = (list: ObservedList | null) =>
      ROLES.map((role) => list?.rosters[role].toSorted((a, b) => (a.email < b.email ? -1 : 1)));
    for (const way of WAYS) {
      const [one, other] = await Promise.all(
        WAYS.map((reader) => targets[reader].observe(listId(way))),
      );
      expect(sorted(one ?? null)).toEqual(sorted(other ?? null));
    }
  });

  it('change the same', async () => {
    for (const way of WAYS) {
      const found = (await targets[way].observe(listId(way)))?.rosters.member ?? [];
      const changes = found.map(({ memberId, email }, at) => ({
        memberId,
        email,
        change: {
          ...(at % 2 === 0 ? { moderationAction: at % 4 === 0 ? null : ('reject' as const) } : {}),
          ...(at % 3 === 0 ? { preferences: everything } : {}),
          ...(at % 5 === 0 ? { displayName: 'Late Name' } : {}),
        },
      }));
      const gone = {
        memberId: '0'.repeat(32),
        email: of(way, 'gone'),
        change: { preferences: {} },
      };
      const done = await targets[way].changeMembers(listId(way), 'member', [...changes, gone]);
      expect(done.filter(({ refused }) => refused !== null)).toMatchObject([{ email: gone.email }]);
    }
    const dump = await dumpCore(sandbox);
    expect(alike(peopleOf(dump, 'bulk'), 'bulk')).toEqual(alike(peopleOf(dump, 'rest'), 'rest'));
  });

  it('written again, change nothing', async () => {
    const before = await dumpCore(sandbox);
    const again = await targets.bulk.addMembers(listId('bulk'), 'owner', officers('bulk'));
    expect(again.filter(({ refused }) => refused !== null)).toHaveLength(2);
    expect(await dumpCore(sandbox)).toEqual(before);
  });

  it('attributes that REST cannot set are set, and are never lowered', async () => {
    const attributes = {
      created_at: '2004-02-29T23:59:59.000001',
      last_post_at: '2024-02-29T23:59:59.999999',
      digest_last_sent_at: '2024-01-01T00:00:00',
      post_id: 4711,
      volume: 12,
      next_digest_number: 7,
      topics: [['release', 'release|(?i:rel)\nnews', 'Rëleases', 0]],
      topics_enabled: true,
      topics_bodylines_limit: -1,
      bounce_matching_headers: 'to: friend@public.com\nsubject: .*',
    };
    const id = listId('bulk');
    const read = async () => (await targets.bulk.observe(id))?.coreAttributes;
    expect((await read())?.['post_id']).toBe(1);
    expect(await targets.bulk.setCoreAttributes(id, attributes)).toEqual([]);
    expect(await read()).toMatchObject(attributes);
    expect(await sandbox.rest(`/lists/${id}/config`)).toMatchObject({
      created_at: attributes.created_at,
      post_id: 4711,
      volume: 12,
    });

    // Core sent a digest of a new volume, and a post, meanwhile.
    await corePython(
      sandbox,
      `
from mailman.core.initialize import initialize
initialize()
from mailman.database.transaction import transaction
from mailman.interfaces.listmanager import IListManager
from zope.component import getUtility
with transaction():
    mlist = getUtility(IListManager).get_by_list_id('${id}')
    mlist.post_id, mlist.volume, mlist.next_digest_number = 4712, 13, 1
`,
    );
    expect(await targets.bulk.setCoreAttributes(id, attributes)).toEqual([]);
    expect(await read()).toMatchObject({ post_id: 4712, volume: 13, next_digest_number: 1 });

    const bad = { topics: [['x', '(unclosed', '', 0]], topics_enabled: true, post_id: 5000 };
    const mark = { usenet_watermark: { article: 7, server: 'news.example.org' } };
    const refused = await targets.bulk.setCoreAttributes(id, { ...bad, ...mark });
    expect(refused.map(({ item }) => item).toSorted()).toEqual([
      ...['topics', 'topics_enabled', 'usenet_watermark'],
    ]);
    expect(await read()).toMatchObject({ post_id: 5000, topics: attributes.topics });
  });

  it('cost nobody a mail', async () => {
    expect(await sandbox.mails()).toEqual([]);
  });
});
