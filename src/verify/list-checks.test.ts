// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import {
  desiredList,
  desiredMember,
  observedList,
  observedMember,
  rosters,
} from '../testing/builders.js';
import type { Judge } from './judge.js';
import { listChecks } from './list-checks.js';

const judge: Judge = {
  sameSetting: (desired, observed) => desired === observed,
  sameMember: (desired, observed) => desired.moderationAction === observed.moderationAction,
};

const ann = desiredMember({ email: 'Ann@example.org' });
const bob = desiredMember({ email: 'bob@example.org' });

describe('listChecks', () => {
  it('fail, once and by name, where there is no such list', () => {
    expect(listChecks(desiredList(), null, judge)).toEqual([
      {
        id: 'list',
        ok: false,
        expected: 'dev@lists.example.org',
        actual: null,
        summary: 'Mailman 3 has no such list',
      },
    ]);
  });

  it("fail, and look no further, where the list-id is another list's", () => {
    const observed = observedList({
      fqdnListname: 'dev.lists@example.org',
      listId: 'dev.lists.example.org',
    });
    const desired = desiredList({ settings: { advertised: true } });
    expect(desired.listId).toBe(observed.listId);
    expect(listChecks(desired, observed, judge)).toEqual([
      {
        id: 'list',
        ok: false,
        expected: 'dev@lists.example.org',
        actual: 'dev.lists@example.org',
        summary:
          'Mailman 3 has another list with the list-id dev.lists.example.org: dev.lists@example.org',
      },
    ]);
  });

  it('pass where settings and rosters are as wanted, whatever else is there', () => {
    const desired = desiredList({
      settings: { advertised: true },
      rosters: rosters({ member: [ann] }),
    });
    const observed = observedList({
      settings: { advertised: true, other: 1 },
      rosters: rosters({
        member: [
          observedMember({ email: 'ann@example.org' }),
          observedMember({ email: 'new@example.org' }),
        ],
      }),
    });
    const checks = listChecks(desired, observed, judge);
    expect(checks.map(({ id, ok }) => [id, ok])).toEqual([
      ['list', true],
      ['settings', true],
      ['roster.owner', true],
      ['roster.moderator', true],
      ['roster.member', true],
      ['roster.nonmember', true],
    ]);
  });

  it("look at Core's own attributes where there are any: it may have counted on", () => {
    const check = (found: number) =>
      listChecks(
        desiredList({ coreAttributes: { post_id: 100 } }),
        observedList({ coreAttributes: { post_id: found } }),
        judge,
      ).find(({ id }) => id === 'core-attributes');
    expect(check(103)).toMatchObject({ ok: true, expected: 1, actual: 1 });
    expect(check(7)).toMatchObject({
      ok: false,
      expected: { post_id: 100 },
      actual: { post_id: 7 },
    });
  });

  it('name each setting that differs, with both values', () => {
    const desired = desiredList({ settings: { advertised: true, info: 'x', emergency: false } });
    const observed = observedList({ settings: { advertised: false, emergency: false } });
    const settings = listChecks(desired, observed, judge).find(({ id }) => id === 'settings');
    expect(settings).toEqual({
      id: 'settings',
      ok: false,
      expected: { advertised: true, info: 'x' },
      actual: { advertised: false, info: null },
      summary: '2 of 3 settings differ: advertised, info',
    });
  });

  it('name who is missing and who has other options', () => {
    const desired = desiredList({ rosters: rosters({ member: [ann, bob] }) });
    const changed = observedMember({ email: 'bob@example.org', moderationAction: 'hold' });
    const observed = observedList({ rosters: rosters({ member: [changed] }) });
    const check = listChecks(desired, observed, judge).find(({ id }) => id === 'roster.member');
    expect(check).toEqual({
      id: 'roster.member',
      ok: false,
      expected: 2,
      actual: {
        present: 1,
        missing: ['Ann@example.org'],
        different: ['bob@example.org'],
        all: 1,
      },
      summary: '1 of 2 members there, 1 with other options: Ann@example.org, bob@example.org',
    });
  });

  it('name bans and header filters that are not there, in their order', () => {
    const spam = { header: 'x-spam', pattern: 'yes', action: 'discard' } as const;
    const held = { header: 'subject', pattern: 'money', action: 'hold' } as const;
    const desired = desiredList({ bans: ['a@x.org', '^b'], headerMatches: [spam, held] });
    const check = (found: Partial<ReturnType<typeof observedList>>) =>
      listChecks(desired, observedList(found), judge)
        .filter(({ id }) => id === 'bans' || id === 'header-matches')
        .map(({ ok, summary }) => (ok ? 'ok' : summary));
    const own = { header: 'from', pattern: 'x', action: null };
    expect(check({ bans: ['^b', '^c', 'a@x.org'], headerMatches: [spam, own, held] })).toEqual([
      'ok',
      'ok',
    ]);
    expect(check({ bans: ['^b'], headerMatches: [held, spam] })).toEqual([
      '1 of 2 bans is missing',
      'the 2 header filters are not all there in their order',
    ]);
    const weaker = { ...spam, action: 'hold' } as const;
    expect(check({ bans: ['^b', 'a@x.org'], headerMatches: [weaker, held] })[1]).not.toBe('ok');
  });

  it('do not take an owner for a member', () => {
    const desired = desiredList({ rosters: rosters({ member: [ann] }) });
    const owner = observedMember({ email: 'ann@example.org' });
    const observed = observedList({ rosters: rosters({ owner: [owner] }) });
    const wrong = listChecks(desired, observed, judge).filter(({ ok }) => !ok);
    expect(wrong.map(({ id }) => id)).toEqual(['roster.member']);
  });
});
