// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../diagnostics.js';
import type { DesiredList } from '../model/mailman3-list.js';
import {
  desiredList,
  desiredMember,
  desiredOfficer,
  observedMember,
  preferences,
  rosters,
} from '../testing/builders.js';
import { MemoryStore, MemoryTarget } from '../testing/memory-target.js';
import { applyPlan, type ApplyResult } from './apply.js';
import { planList, type PlanOptions } from './plan-list.js';

const plain: PlanOptions = { overwrite: false, reachesCore: true };
const bounce = { score: 1, lastReceived: null, warningsSent: 1, disabled: true };

const desired = desiredList({
  settings: {
    advertised: true,
    archive_policy: 'public',
    description: 'Developers',
    admin_notify_mchanges: true,
    emergency: false,
  },
  rosters: rosters({
    owner: [desiredOfficer('boss@x.org')],
    member: [
      desiredMember({ email: 'Ann@x.org', bounce }),
      desiredMember({ email: 'bob@x.org', preferences: preferences({ hide_address: true }) }),
    ],
    nonmember: [desiredMember({ email: 'friend@x.org', preferences: null })],
  }),
});

async function apply(
  target: MemoryTarget,
  store: MemoryStore,
  wanted: DesiredList = desired,
): Promise<ApplyResult> {
  const observed = await target.observe(wanted.listId);
  const { operations } = planList(wanted, observed, await store.load(), plain);
  return applyPlan(wanted, operations, target, store);
}

const fresh = (): readonly [MemoryTarget, MemoryStore] => [new MemoryTarget(), new MemoryStore()];

describe('applyPlan', () => {
  it('makes the list as desired', async () => {
    const [target, store] = fresh();
    const { applied, refused } = await apply(target, store);
    expect({ applied, refused }).toEqual({ applied: 10, refused: [] });
    const observed = await target.observe(desired.listId);
    expect(observed?.settings).toMatchObject(desired.settings);
    expect(observed?.rosters).toMatchObject({
      owner: [{ email: 'boss@x.org', moderationAction: 'accept' }],
      moderator: [],
      member: [
        { email: 'ann@x.org', preferences: preferences(), bounce: { lastWarned: 'now' } },
        { email: 'bob@x.org', preferences: preferences({ hide_address: true }) },
      ],
      nonmember: [{ email: 'friend@x.org', moderationAction: 'defer' }],
    });
  });

  it('does nothing the second time', async () => {
    const [target, store] = fresh();
    await apply(target, store);
    const written = target.log.length;
    expect(await apply(target, store)).toEqual({ applied: 0, refused: [], notes: [] });
    expect(target.log).toHaveLength(written);
  });

  it('lets no mail go out, and opens the list last', async () => {
    const [target, store] = fresh();
    await apply(target, store);
    expect(target.mail).toEqual([]);
    const adds = target.log.flatMap((line, at) => (line.startsWith('add ') ? [at] : []));
    expect(adds).toHaveLength(4);
    for (const quiet of ['set emergency true', 'set admin_notify_mchanges false'])
      expect(target.log.indexOf(quiet)).toSatisfy((at: number) => at >= 0 && at < (adds[0] ?? 0));
    for (const open of ['set emergency false', 'set admin_notify_mchanges true'])
      expect(target.log.indexOf(open)).toBeGreaterThan(adds.at(-1) ?? Infinity);
  });

  it('remembers what it made, for the next comparison', async () => {
    const [target, store] = fresh();
    await apply(target, store);
    expect(store.state).toMatchObject({
      created: true,
      settings: desired.settings,
      interim: {},
      rosters: { owner: { 'boss@x.org': {} }, member: { 'ann@x.org': { email: 'Ann@x.org' } } },
    });
    expect(Object.keys(store.state.rosters.member)).toEqual(['ann@x.org', 'bob@x.org']);
  });

  it('follows Mailman 2: who left there leaves here, and is forgotten', async () => {
    const [target, store] = fresh();
    await apply(target, store);
    const [, bob] = desired.rosters.member;
    const later = { ...desired, rosters: { ...desired.rosters, member: bob ? [bob] : [] } };
    await apply(target, store, later);
    const members = (await target.observe(desired.listId))?.rosters.member;
    expect(members?.map(({ email }) => email)).toEqual(['bob@x.org']);
    expect(Object.keys(store.state.rosters.member)).toEqual(['bob@x.org']);
    expect(target.mail).toEqual([]);
  });

  it('writes the memberships of a role together, as many as the target takes', async () => {
    const member = Array.from({ length: 30 }, (_, n) => desiredMember({ email: `${n}@x.org` }));
    const wanted = { ...desired, rosters: { ...desired.rosters, member } };
    const [target, store] = fresh();
    Object.assign(target, { rosterBatch: 12 });
    const calls: number[] = [];
    const add = target.addMembers.bind(target);
    target.addMembers = (listId, role, members) => {
      if (role === 'member') calls.push(members.length);
      return add(listId, role, members);
    };
    await apply(target, store, wanted);
    expect(calls).toEqual([12, 12, 6]);
    const at = (line: string): number => target.log.indexOf(line);
    const adds = member.map(({ email }) => at(`add member ${email}`));
    expect(Math.min(...adds)).toBeGreaterThan(at('add owner boss@x.org'));
    expect(Math.max(...adds)).toBeLessThan(at('add nonmember friend@x.org'));
    expect(Object.keys(store.state.rosters.member)).toHaveLength(30);
  });
});

describe('what Core refuses', () => {
  it('costs only itself among the settings', async () => {
    const [target, store] = fresh();
    target.refuse = (what) => what.startsWith('set description');
    const { refused } = await apply(target, store);
    expect(refused).toEqual([
      {
        code: 'apply.setting-refused',
        severity: 'warning',
        list: 'dev',
        summary: 'Core refuses description = "Developers"',
        why: 'the test says so',
        next: 'set description by hand in Postorius',
      },
    ]);
    const settings = (await target.observe(desired.listId))?.settings;
    expect(settings).toMatchObject({ advertised: true, archive_policy: 'public', description: '' });
    expect(store.state.settings).not.toHaveProperty('description');
    expect(store.state.settings).toMatchObject({ advertised: true });
  });

  it('costs only itself on the roster', async () => {
    const [target, store] = fresh();
    target.refuse = (what) => what === 'add member Ann@x.org';
    const { refused } = await apply(target, store);
    expect(refused).toMatchObject([{ code: 'target.refused', severity: 'warning', list: 'dev' }]);
    const members = (await target.observe(desired.listId))?.rosters.member;
    expect(members?.map(({ email }) => email)).toEqual(['bob@x.org']);
    expect(Object.keys(store.state.rosters.member)).toEqual(['bob@x.org']);
  });

  it('has no bounces to be written', async () => {
    const [target, store] = fresh();
    target.refuse = (what) => what === 'add member Ann@x.org';
    const { refused } = await apply(target, store);
    expect(refused).toHaveLength(1);
    expect(target.log).toContain('bounces ');
  });

  it('is tried again by the next run', async () => {
    const [target, store] = fresh();
    target.refuse = (what) => what === 'add member Ann@x.org' || what.startsWith('set desc');
    await apply(target, store);
    target.refuse = () => false;
    expect((await apply(target, store)).refused).toEqual([]);
    const observed = await target.observe(desired.listId);
    expect(observed?.settings['description']).toBe('Developers');
    expect(observed?.rosters.member.map(({ email }) => email)).toContain('ann@x.org');
  });
});

describe('names, of which Core keeps one for all lists of an address', () => {
  const named = (name: string): DesiredList => ({
    ...desired,
    rosters: rosters({ member: [desiredMember({ email: 'ann@x.org', displayName: name })] }),
  });
  const elsewhere = (target: MemoryTarget, displayName: string): void => {
    const { rosters: others } = target.put('other.x.org', {});
    others.member.push(observedMember({ email: 'ann@x.org', displayName }));
  };
  const nameOf = async (target: MemoryTarget): Promise<unknown> =>
    (await target.observe(desired.listId))?.rosters.member[0]?.displayName;

  it('are given where there is none', async () => {
    const [target, store] = fresh();
    elsewhere(target, '');
    expect((await apply(target, store, named('Ann'))).notes).toEqual([]);
    expect(await nameOf(target)).toBe('Ann');
    expect((await apply(target, store, named('Ann'))).applied).toBe(0);
  });

  it('are given later, too, when Mailman 2 learns them', async () => {
    const [target, store] = fresh();
    await apply(target, store, named(''));
    await apply(target, store, named('Ann'));
    expect(await nameOf(target)).toBe('Ann');
  });

  it('stay where there is another one, which is told once', async () => {
    const [target, store] = fresh();
    elsewhere(target, 'Anna');
    const { notes } = await apply(target, store, named('Ann'));
    expect(notes).toMatchObject([
      {
        code: 'roster.name-stays',
        severity: 'info',
        list: 'dev',
        summary: expect.stringContaining('Anna') as string,
      },
    ]);
    expect(await nameOf(target)).toBe('Anna');
    const observed = await target.observe(desired.listId);
    expect(planList(named('Ann'), observed, store.state, plain)).toMatchObject({
      operations: [],
      findings: [],
    });
  });
});

describe('any other failure', () => {
  it('ends the run and is thrown', async () => {
    const [target, store] = fresh();
    const down = new DiagnosticError({ code: 'target.failed', summary: 'down' });
    target.addMembers = () => Promise.reject(down);
    await expect(apply(target, store)).rejects.toBe(down);
    const observed = await target.observe(desired.listId);
    expect(observed?.settings).toMatchObject({ emergency: true, admin_notify_mchanges: false });
    expect(store.state.interim).toMatchObject({ emergency: true });
  });
});

describe('promises that were broken once', () => {
  it('a list that Core refused to make is not taken for one of the tool', async () => {
    const [target, store] = fresh();
    target.refuse = (what) => what.startsWith('create ');
    await apply(target, store).catch(() => null);
    expect(store.state.created).toBe(false);
  });
});
