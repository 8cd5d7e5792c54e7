// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { HeaderMatch } from '../../model/header-match.js';
import type { DesiredList } from '../../model/mailman3-list.js';
import { desiredList, desiredMember, rosters } from '../../testing/builders.js';
import { MemoryStore, MemoryTarget } from '../../testing/memory-target.js';
import { applyPlan } from '../apply.js';
import { planList } from '../plan-list.js';

const SPAM = '^.*@spam\\.example$';
const discard: HeaderMatch = { header: 'x-spam', pattern: 'yes', action: 'discard' };
const hold: HeaderMatch = { header: 'subject', pattern: 'money', action: 'hold' };

/** One Mailman 3 and what the tool remembers of it; each `migrate` is a run of the tool. */
function world() {
  const target = new MemoryTarget();
  const store = new MemoryStore();
  const list = () => {
    const found = target.lists.get('dev.lists.example.org');
    if (found === undefined) throw new Error('no such list');
    return found;
  };
  const migrate = async (wanted: Partial<DesiredList>, overwrite = false) => {
    const desired = desiredList(wanted);
    target.log.length = 0;
    const observed = await target.observe(desired.listId);
    const options = { overwrite, reachesCore: true };
    const plan = planList(desired, observed, await store.load(), options);
    const { refused } = await applyPlan(desired, plan.operations, target, store);
    return {
      codes: [...plan.findings, ...refused].map(({ code }) => code),
      operations: plan.operations.map(({ summary }) => summary),
      log: target.log.filter((line) => /^(un)?ban|^add|header match/.test(line)),
    };
  };
  return { target, list, migrate };
}

describe('bans', () => {
  it('come after the rosters, and once', async () => {
    const { migrate } = world();
    const wanted = {
      bans: ['troll@x.org', SPAM],
      rosters: rosters({ member: [desiredMember({ email: 'ann@x.org' })] }),
    };
    const first = await migrate(wanted);
    expect(first.log).toEqual(['add member ann@x.org', 'ban troll@x.org', `ban ${SPAM}`]);
    expect(first.operations).toContain('add 2 bans');
    expect(await migrate(wanted)).toEqual({ codes: [], operations: [], log: [] });
  });

  it('of Mailman 3 itself stay; those that Mailman 2 has no more go', async () => {
    const { list, migrate } = world();
    await migrate({ bans: ['troll@x.org', SPAM] });
    list().bans = [...list().bans, 'new@x.org'];
    const { codes, operations } = await migrate({ bans: [SPAM] });
    expect(codes).toEqual([]);
    expect(operations).toContain('lift 1 ban that Mailman 2 has no more');
    expect(list().bans).toEqual([SPAM, 'new@x.org']);
  });

  it('that were lifted in Mailman 3 are a conflict', async () => {
    const { list, migrate } = world();
    await migrate({ bans: ['troll@x.org', SPAM] });
    list().bans = [SPAM];
    expect(await migrate({ bans: ['troll@x.org', SPAM] })).toEqual({
      codes: ['plan.ban-removed'],
      operations: [],
      log: [],
    });
    const overwritten = await migrate({ bans: ['troll@x.org', SPAM] }, true);
    expect(overwritten.log).toEqual(['ban troll@x.org']);
  });

  it('go before somebody comes whom they match, and come back where they are kept', async () => {
    const { list, migrate } = world();
    const ann = desiredMember({ email: 'ann@x.org' });
    const bob = desiredMember({ email: 'bob@spam.example' });
    await migrate({ bans: [SPAM], rosters: rosters({ member: [ann] }) });
    const kept = {
      bans: [SPAM],
      contestedBans: [SPAM],
      rosters: rosters({ member: [ann, bob] }),
    };
    const second = await migrate(kept);
    expect(second.log).toEqual([`unban ${SPAM}`, 'add member bob@spam.example', `ban ${SPAM}`]);
    expect(second.codes).toEqual([]);
    expect(await migrate(kept)).toEqual({ codes: [], operations: [], log: [] });
    // Left out instead: it goes for good.
    await migrate({ ...kept, bans: [], contestedBans: [] });
    expect(list().bans).toEqual([]);
  });

  it('that Core refuses are findings, tried again the next time', async () => {
    const { target, list, migrate } = world();
    target.changeBans = (_listId, { add }) =>
      Promise.resolve(
        add
          .filter((ban) => ban === SPAM)
          .map((item) => ({
            item,
            finding: { code: 'apply.ban-refused', severity: 'warning', summary: 'no' } as const,
          })),
      );
    expect((await migrate({ bans: ['troll@x.org', SPAM] })).codes).toEqual(['apply.ban-refused']);
    list().bans = ['troll@x.org'];
    expect((await migrate({ bans: ['troll@x.org', SPAM] })).codes).toEqual(['apply.ban-refused']);
  });
});

describe('header filters', () => {
  it('are set in their order, and once', async () => {
    const { list, migrate } = world();
    const first = await migrate({ headerMatches: [discard, hold] });
    expect(first.operations).toContain('set 2 header filters');
    expect(list().headerMatches).toEqual([discard, hold]);
    expect(await migrate({ headerMatches: [discard, hold] })).toEqual({
      codes: [],
      operations: [],
      log: [],
    });
  });

  it('follow Mailman 2 as long as nobody touches them', async () => {
    const { list, migrate } = world();
    await migrate({ headerMatches: [discard, hold] });
    await migrate({ headerMatches: [hold] });
    expect(list().headerMatches).toEqual([hold]);
    await migrate({ headerMatches: [] });
    expect(list().headerMatches).toEqual([]);
  });

  it.each([
    ['one more', [discard, hold, { ...hold, pattern: 'other' }]],
    ['another order', [hold, discard]],
    ['another action', [{ ...discard, action: 'hold' as const }, hold]],
    ['none', []],
  ])('that were changed in Mailman 3 (%s) are a conflict', async (_what, found) => {
    const { list, migrate } = world();
    await migrate({ headerMatches: [discard, hold] });
    list().headerMatches = found;
    expect(await migrate({ headerMatches: [discard, hold] })).toEqual({
      codes: ['plan.header-matches-conflict'],
      operations: [],
      log: [],
    });
    expect(list().headerMatches).toEqual(found);
    await migrate({ headerMatches: [discard, hold] }, true);
    expect(list().headerMatches).toEqual([discard, hold]);
  });

  it('of a list that was in Mailman 3 before are left, where Mailman 2 has none too', async () => {
    const { target, list, migrate } = world();
    target.put('dev.lists.example.org', {});
    list().headerMatches = [hold];
    expect((await migrate({ headerMatches: [] })).codes).toEqual([]);
    expect((await migrate({ headerMatches: [discard] })).codes).toEqual([
      'plan.header-matches-conflict',
    ]);
    expect(list().headerMatches).toEqual([hold]);
  });
});
