// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { DesiredList, DesiredMember, ModerationAction } from '../model/mailman3-list.js';
import {
  desiredList,
  desiredMember,
  desiredOfficer,
  mailman2List,
  mappingContext,
  membershipRequest,
  preferences,
  rosters,
} from '../testing/builders.js';
import { mergeLists } from './merge.js';
import { NOTHING_ASKED } from './moderation/facts.js';

const DEV = mailman2List({ name: 'dev' });
const NEWS = mailman2List({ name: 'news', fqdn: 'news@old.example.org' });

const into = (changed: Partial<DesiredList> = {}): DesiredList => desiredList(changed);
const from = (changed: Partial<DesiredList> = {}): DesiredList =>
  desiredList({ sourceName: 'news', ...changed });

const merge = (
  target: DesiredList,
  other: DesiredList,
  [list, otherList]: readonly [Mailman2List, Mailman2List] = [DEV, NEWS],
  context = mappingContext,
): DesiredList =>
  mergeLists({ list, desired: target }, [{ list: otherList, desired: other }], context);

/** `code of the list: summary`, without the note that the merge was done. */
const told = ({ findings }: DesiredList): readonly string[] =>
  findings
    .filter(({ code }) => code !== 'merge.done' && code !== 'merge.members')
    .map(({ code, list, severity }) => `${severity} ${code} ${list ?? '?'}`);

const members = (...list: readonly DesiredMember[]) => rosters({ member: list });
const moderated = (email: string, moderationAction: ModerationAction) =>
  desiredMember({ email, moderationAction });
const actions = ({ rosters: { member } }: DesiredList): Record<string, unknown> =>
  Object.fromEntries(member.map(({ email, moderationAction }) => [email, moderationAction]));

describe('people of two lists', () => {
  it('are all there once, and who is on both keeps the options of the target', () => {
    const merged = merge(
      into({
        rosters: members(
          desiredMember({ email: 'Ann@x.org', displayName: 'Ann' }),
          desiredMember({ email: 'bob@x.org' }),
        ),
      }),
      from({
        rosters: members(
          desiredMember({
            email: 'ann@X.org',
            displayName: 'Other',
            preferences: preferences({ hide_address: true }),
          }),
          desiredMember({ email: 'BOB@x.org', displayName: 'Bob' }),
          desiredMember({ email: 'cy@x.org', preferences: preferences({ hide_address: true }) }),
        ),
      }),
    );
    expect(merged.rosters.member).toEqual([
      desiredMember({ email: 'Ann@x.org', displayName: 'Ann' }),
      desiredMember({ email: 'bob@x.org', displayName: 'Bob' }),
      desiredMember({ email: 'cy@x.org', preferences: preferences({ hide_address: true }) }),
    ]);
    expect(merged.findings.find(({ code }) => code === 'merge.members')).toMatchObject({
      list: 'news',
      summary: '1 member of news joins dev, 2 are on it already',
      why: 'who is on both keeps the options of dev: Ann@x.org, bob@x.org',
    });
  });

  it('who lose their mail because the target has it off are named', () => {
    const off = preferences({ delivery_status: 'by_user' });
    const merged = merge(
      into({ rosters: members(desiredMember({ email: 'ann@x.org', preferences: off })) }),
      from({ rosters: members(desiredMember({ email: 'ann@x.org' })) }),
    );
    expect(told(merged)).toEqual(['warning merge.delivery-off news']);
    expect(merged.findings.at(-1)?.why).toContain('ann@x.org');
  });

  it('who run the other list run the target too, which is told', () => {
    const merged = merge(
      into({ rosters: rosters({ owner: [desiredOfficer('boss@x.org')] }) }),
      from({
        rosters: rosters({
          owner: [desiredOfficer('Boss@x.org'), desiredOfficer('new@x.org')],
          moderator: [desiredOfficer('mod@x.org')],
        }),
      }),
    );
    expect(merged.rosters.owner.map(({ email }) => email)).toEqual(['boss@x.org', 'new@x.org']);
    expect(merged.rosters.moderator.map(({ email }) => email)).toEqual(['mod@x.org']);
    expect(told(merged)).toEqual(['warning merge.office news', 'warning merge.office news']);
  });

  it('that are one of the lists themselves are left out: mail would go in circles', () => {
    const merged = merge(
      into({ rosters: members(desiredMember({ email: 'News@old.example.org' })) }),
      from({ rosters: members(desiredMember({ email: 'dev@lists.example.org' })) }),
    );
    expect(merged.rosters.member).toEqual([]);
    expect(told(merged)).toEqual([
      'info merge.list-as-member news',
      'info merge.list-as-member news',
    ]);
  });
});

describe('moderation of people', () => {
  const strict = { default_member_action: 'hold' };

  it('gives a newcomer no more than a new subscriber of the target has', () => {
    const merged = merge(
      into({ settings: strict }),
      from({
        settings: { default_member_action: 'defer' },
        rosters: members(moderated('a@x.org', 'defer')),
      }),
    );
    expect(actions(merged)).toEqual({ 'a@x.org': 'hold' });
  });

  it('does not carry over a habit of the other list', () => {
    const merged = merge(
      into({ settings: {} }),
      from({ settings: strict, rosters: members(moderated('a@x.org', 'hold')) }),
    );
    expect(actions(merged)).toEqual({ 'a@x.org': 'defer' });
    expect(told(merged)).toEqual([]);
  });

  it('carries over what sets a person apart, for one who is on both as well', () => {
    const merged = merge(
      into({
        rosters: members(moderated('both@x.org', 'defer'), moderated('worse@x.org', 'discard')),
      }),
      from({
        settings: strict,
        rosters: members(
          moderated('both@x.org', 'reject'),
          moderated('worse@x.org', 'reject'),
          moderated('new@x.org', 'discard'),
        ),
      }),
    );
    expect(actions(merged)).toEqual({
      'both@x.org': 'reject',
      'worse@x.org': 'discard',
      'new@x.org': 'discard',
    });
    expect(told(merged)).toEqual(['warning merge.moderation-stricter news']);
    expect(merged.findings.at(-1)?.why).toMatch(/both@x\.org \(reject\)$/);
  });

  it('leaves people of the target as free as they were', () => {
    const merged = merge(
      into({ settings: strict, rosters: members(moderated('poster@x.org', 'defer')) }),
      from({ settings: strict, rosters: members(moderated('poster@x.org', 'hold')) }),
    );
    expect(actions(merged)).toEqual({ 'poster@x.org': 'defer' });
  });
});

describe('nonmembers', () => {
  const nonmembers = (...list: readonly DesiredMember[]) => rosters({ nonmember: list });
  const roster = ({ rosters: { nonmember } }: DesiredList) =>
    nonmember.map(({ email, moderationAction }) => `${email} ${moderationAction ?? ''}`);

  it('of both are kept, the stricter action for one of both', () => {
    const merged = merge(
      into({ rosters: nonmembers(moderated('a@x.org', 'defer'), moderated('b@x.org', 'discard')) }),
      from({
        rosters: nonmembers(
          moderated('A@x.org', 'reject'),
          moderated('b@x.org', 'hold'),
          moderated('c@x.org', 'defer'),
        ),
      }),
    );
    expect(roster(merged)).toEqual(['a@x.org reject', 'b@x.org discard', 'c@x.org defer']);
  });

  it('get no leave to post where members themselves are moderated', () => {
    const merged = merge(
      into({ settings: { default_member_action: 'hold' } }),
      from({ rosters: nonmembers(moderated('c@x.org', 'defer'), moderated('d@x.org', 'discard')) }),
    );
    expect(roster(merged)).toEqual(['d@x.org discard']);
    expect(told(merged)).toEqual(['warning merge.nonmember-denied news']);
  });

  it('who are members by the merge are nonmembers no more, and stay restricted', () => {
    const merged = merge(
      into({
        rosters: {
          ...members(desiredMember({ email: 'ours@x.org' })),
          nonmember: [moderated('b@x.org', 'discard')],
        },
      }),
      from({
        rosters: {
          ...members(desiredMember({ email: 'b@x.org' })),
          nonmember: [moderated('ours@x.org', 'hold')],
        },
      }),
    );
    expect(roster(merged)).toEqual([]);
    expect(actions(merged)).toEqual({ 'ours@x.org': 'hold', 'b@x.org': 'discard' });
    expect(told(merged)).toEqual(['warning merge.moderation-stricter news']);
  });
});

describe('settings', () => {
  it('are the target’s; each one that is dropped is named', () => {
    const verdict = (attribute: string, target: string, desired: string | boolean) =>
      ({ attribute, verdict: 'exact', source: desired, target, desired, reason: '' }) as const;
    const merged = merge(
      into({ settings: { description: 'Dev', info: 'same', advertised: true } }),
      from({
        settings: { description: 'News', info: 'same', advertised: false },
        verdicts: [
          verdict('description', 'description', 'News'),
          verdict('info', 'info', 'same'),
          verdict('advertised', 'advertised', false),
        ],
      }),
    );
    expect(merged.settings).toEqual({ description: 'Dev', info: 'same', advertised: true });
    const dropped = merged.findings.filter(({ code }) => code.startsWith('merge.setting'));
    expect(dropped).toMatchObject([
      {
        code: 'merge.setting-dropped',
        severity: 'info',
        list: 'news',
        summary: 'description of news is dropped: "News"',
        why: 'the settings of dev hold: "Dev"',
      },
      { code: 'merge.setting-opened', severity: 'warning', list: 'news' },
    ]);
  });

  it('let mail to the old address of the merged list through', () => {
    const aliases = (...acceptable_aliases: readonly string[]) => ({
      settings: { acceptable_aliases },
    });
    const merged = merge(into(aliases('^dev@')), from(aliases('^news@', '^dev@')));
    expect(merged.settings['acceptable_aliases']).toEqual(['^dev@', '^news@']);
    expect(told(merged)).toEqual([]);
  });

  it('texts, and what Core keeps besides, are named', () => {
    const merged = merge(
      into(),
      from({
        templates: [{ name: 'list:member:regular:footer', language: '', text: 'x' }],
        coreAttributes: { post_id: 7 },
      }),
    );
    expect(merged.templates).toEqual([]);
    expect(merged.findings.slice(-2).map(({ summary }) => summary)).toEqual([
      'texts of its own of news are dropped: list:member:regular:footer',
      'numbers and dates of its own of news are dropped: post_id',
    ]);
  });

  it('keep bounce processing off where it would make Core write to the newcomers', () => {
    const disabled = { score: 5, lastReceived: null, warningsSent: 0, disabled: true };
    const target = into({ settings: { process_bounces: true } });
    const other = from({ rosters: members(desiredMember({ email: 'a@x.org', bounce: disabled })) });
    const unreachable = { ...mappingContext, reachesCore: false };
    expect(merge(target, other).settings['process_bounces']).toBe(true);
    const merged = merge(target, other, [DEV, NEWS], unreachable);
    expect(merged.settings['process_bounces']).toBe(false);
    expect(told(merged)).toEqual(['warning mapping.bounce-processing-off dev']);
  });
});

describe('archives', () => {
  const mbox = { mbox: { path: '/x.mbox', bytes: 9 }, pipermail: null };
  const open = mailman2List({ ...NEWS, archive: mbox, attributes: { archive_private: 0 } });
  const closed = mailman2List({ ...NEWS, archive: mbox, attributes: { archive_private: 1 } });
  const dev = mailman2List({ ...DEV, archive: mbox });

  it.each<[string, Mailman2List, DesiredList['archivePolicy'], readonly string[]]>([
    [
      'a private one into a public one is refused, for both lists',
      closed,
      'public',
      ['error merge.private-into-public dev', 'error merge.private-into-public news'],
    ],
    ['a private one into a private one', closed, 'private', []],
    ['a public one into a public one', open, 'public', []],
    [
      'a public one into a private one',
      open,
      'private',
      ['warning merge.public-into-private news'],
    ],
    [
      'none into a public one',
      { ...closed, archive: { mbox: null, pipermail: null } },
      'public',
      [],
    ],
    ['one into a list that archives nothing', open, 'never', ['warning merge.archiving-ends news']],
  ])('%s', (_what, other, archivePolicy, expected) => {
    expect(told(merge(into({ archivePolicy }), from(), [dev, other]))).toEqual(expected);
  });

  it('that are private and get new readers are told', () => {
    const merged = merge(
      into({ archivePolicy: 'private' }),
      from({ rosters: members(desiredMember({ email: 'a@x.org' })) }),
      [dev, closed],
    );
    expect(told(merged)).toEqual(['warning merge.private-archive-opened news']);
  });
});

describe('filters and requests', () => {
  it('are those of both, but for filters that let posts through', () => {
    const match = (pattern: string, action: ModerationAction) =>
      ({ header: 'subject', pattern, action }) as const;
    const merged = merge(
      into({ bans: ['a@x.org'], headerMatches: [match('spam', 'hold')] }),
      from({
        bans: ['b@x.org', 'a@x.org'],
        headerMatches: [match('spam', 'discard'), match('ok', 'accept'), match('evil', 'discard')],
      }),
    );
    expect(merged.bans).toEqual(['a@x.org', 'b@x.org']);
    expect(merged.headerMatches).toEqual([match('spam', 'hold'), match('evil', 'discard')]);
    expect(told(merged)).toEqual(['warning merge.filter-left-out news']);
  });

  it('leave out who wants to join where a ban of either list keeps the address out', () => {
    const wish = (number: number, email: string, kind?: 'unsubscription') =>
      membershipRequest(number, { email, ...(kind === undefined ? {} : { kind }) });
    const matches = new Set(['spam@x.org']);
    const facts = {
      ...NOTHING_ASKED,
      verdicts: new Map([['^spam', { kind: 'valid', matches } as const]]),
    };
    const target = into({
      bans: ['banned@x.org'],
      requests: { held: [], membership: [wish(1, 'Spam@x.org'), wish(2, 'new@x.org')] },
    });
    const other = from({
      rosters: members(desiredMember({ email: 'leaver@x.org' })),
      bans: ['^spam', 'leaver@x.org'],
      requests: {
        held: [],
        membership: [wish(1, 'Banned@x.org'), wish(2, 'leaver@x.org', 'unsubscription')],
      },
    });
    const merged = mergeLists(
      { list: DEV, desired: target },
      [{ list: NEWS, desired: other, moderation: facts }],
      mappingContext,
    );
    expect(merged.requests.membership.map(({ email }) => email)).toEqual([
      'new@x.org',
      'leaver@x.org',
    ]);
    expect(told(merged)).toEqual([
      'warning merge.request-left-out dev',
      'warning merge.request-left-out news',
    ]);
  });
});

it('findings of reading the other list and of its people are kept, those of its settings are not', () => {
  const finding = (code: string) =>
    ({ code, severity: 'info', list: 'news', summary: code }) as const;
  const merged = merge(
    into(),
    from({
      findings: [
        finding('source.decoded-by-guess'),
        finding('mapping.address-invalid'),
        finding('mapping.approximate'),
        finding('mapping.unsupported'),
      ],
    }),
  );
  expect(told(merged)).toEqual([
    'info source.decoded-by-guess news',
    'info mapping.address-invalid news',
    'info mapping.unsupported news',
  ]);
});

describe('whoever is on whichever list', () => {
  const ORDER: readonly ModerationAction[] = ['accept', 'defer', 'hold', 'reject', 'discard'];
  const rank = (action: ModerationAction | null | undefined, otherwise: ModerationAction): number =>
    ORDER.indexOf(action ?? otherwise);
  const action = fc.constantFrom<ModerationAction>('defer', 'hold', 'reject', 'discard');
  const person = fc.record({
    email: fc.constantFrom(
      'a@x.org',
      'B@x.org',
      'b@x.org',
      'c@x.org',
      'd@x.org',
      'dev@lists.example.org',
    ),
    moderationAction: action,
  });
  const roster = fc
    .uniqueArray(person, { selector: ({ email }) => email.toLowerCase(), maxLength: 5 })
    .map((people) => people.map((each) => desiredMember(each)));
  const list = fc.record({ member: roster, nonmember: roster, usual: action });
  const build = (
    name: string,
    { member, nonmember, usual }: typeof list extends fc.Arbitrary<infer T> ? T : never,
  ) => {
    const addresses = new Set(member.map(({ email }) => email.toLowerCase()));
    return desiredList({
      sourceName: name,
      settings: { default_member_action: usual },
      rosters: rosters({
        member,
        nonmember: nonmember.filter(({ email }) => !addresses.has(email.toLowerCase())),
      }),
    });
  };
  const find = (people: readonly DesiredMember[], email: string) =>
    people.find((each) => each.email.toLowerCase() === email.toLowerCase());

  it('is on the merged one once, and nobody is freer than before or than a new subscriber', () => {
    fc.assert(
      fc.property(list, list, (first, second) => {
        const target = build('dev', first);
        const other = build('news', second);
        const merged = merge(target, other);
        const keys = merged.rosters.member.map(({ email }) => email.toLowerCase());
        const wanted = [...target.rosters.member, ...other.rosters.member]
          .map(({ email }) => email.toLowerCase())
          .filter((email) => email !== 'dev@lists.example.org');
        expect(keys).toHaveLength(new Set(keys).size);
        expect(new Set(keys)).toEqual(new Set(wanted));
        for (const member of merged.rosters.member) {
          const before = find(target.rosters.member, member.email);
          const least = before === undefined ? first.usual : before.moderationAction;
          expect(rank(member.moderationAction, first.usual)).toBeGreaterThanOrEqual(
            rank(least, first.usual),
          );
          for (const side of [target, other]) {
            const barred = find(side.rosters.nonmember, member.email)?.moderationAction;
            if (barred !== undefined)
              expect(rank(member.moderationAction, first.usual)).toBeGreaterThanOrEqual(
                rank(barred, 'accept'),
              );
          }
        }
        const outside = merged.rosters.nonmember.map(({ email }) => email.toLowerCase());
        expect(outside).toHaveLength(new Set(outside).size);
        expect(outside.filter((email) => keys.includes(email))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
