// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { DesiredList } from '../../model/mailman3-list.js';
import { keyOfId } from '../../model/moderation-request.js';
import {
  desiredList,
  desiredMember,
  heldMessage,
  membershipRequest,
  observedList,
  observedMember,
  rosters,
} from '../../testing/builders.js';
import { MemoryStore, MemoryTarget } from '../../testing/memory-target.js';
import { applyPlan } from '../apply.js';
import { type LastApplied, nothingApplied } from '../operation.js';
import { planList } from '../plan-list.js';
import { planRequests } from './plan-requests.js';

const options = { overwrite: false, reachesCore: true };
const last = (state: Partial<LastApplied>): LastApplied => ({ ...nothingApplied(), ...state });

const post = heldMessage(1);
const join = membershipRequest(2, { email: 'New@x.org' });
const leave = membershipRequest(3, { email: 'ann@x.org', kind: 'unsubscription' });
const desired = desiredList({
  settings: { admin_immed_notify: true },
  rosters: rosters({ member: [desiredMember({ email: 'ann@x.org' })] }),
  requests: { held: [post], membership: [join, leave] },
});

interface World {
  readonly target: MemoryTarget;
  readonly store: MemoryStore;
}
const nowhere = (): World => ({ target: new MemoryTarget(), store: new MemoryStore() });

async function run({ target, store }: World, wanted: DesiredList = desired, overwrite = false) {
  const observed = await target.observe(wanted.listId);
  const plan = planList(wanted, observed, await store.load(), { ...options, overwrite });
  const { refused } = await applyPlan(wanted, plan.operations, target, store, plan.kept);
  const waiting = (await target.observe(wanted.listId))?.requests;
  return {
    kinds: plan.operations.map(({ kind }) => kind),
    findings: plan.findings,
    refused,
    waiting,
  };
}

const ALL = {
  held: ['<1@x.org>'],
  membership: ['subscription new@x.org', 'unsubscription ann@x.org'],
};

describe('requests', () => {
  it('are put before the moderators after the roster, while nobody is notified', async () => {
    const world = nowhere();
    const { kinds, findings, refused, waiting } = await run(world);
    expect(kinds.slice(-3)).toEqual(['add-member', 'add-requests', 'open']);
    expect({ findings, refused, waiting }).toEqual({ findings: [], refused: [], waiting: ALL });
    const { log } = world.target;
    expect(log.indexOf('set admin_immed_notify false')).toBeLessThan(
      log.findIndex((line) => line.startsWith('requests')),
    );
    expect(log.lastIndexOf('set admin_immed_notify true')).toBeGreaterThan(
      log.findIndex((line) => line.startsWith('requests')),
    );
  });

  it('are counted by kind in the words of the plan', () => {
    const { operations } = planRequests(desired, null, nothingApplied(), options);
    expect(operations.map(({ summary }) => summary)).toEqual([
      'put 1 held message, 1 subscription request, 1 unsubscription request before the moderators',
    ]);
  });

  it('are not put there again', async () => {
    const world = nowhere();
    await run(world);
    expect(await run(world)).toMatchObject({ kinds: [], findings: [] });
  });

  it('that were settled in Mailman 3 stay settled, even when told to overwrite', async () => {
    const world = nowhere();
    await run(world);
    const list = world.target.lists.get(desired.listId);
    if (list !== undefined) list.requests = { held: [], membership: [] };
    for (const overwrite of [false, true]) {
      expect(await run(world, desired, overwrite)).toMatchObject({
        kinds: [],
        findings: [],
        waiting: { held: [], membership: [] },
      });
    }
  });

  it('that are new since the last apply follow', async () => {
    const world = nowhere();
    await run(world);
    const more = { held: [post, heldMessage(9)], membership: desired.requests.membership };
    const { kinds, waiting } = await run(world, { ...desired, requests: more });
    expect(kinds).toContain('add-requests');
    expect(waiting?.held).toEqual(['<1@x.org>', '<9@x.org>']);
  });

  it('come to a list that was deleted and is made anew', () => {
    const state = last({ requests: [post.id, join.id, leave.id] });
    expect(planRequests(desired, null, state, options).operations).toHaveLength(1);
  });

  it('that wait there without being written down are written down, and nothing is added', async () => {
    const world = nowhere();
    await run(world);
    world.store.state = { ...world.store.state, requests: [] };
    expect(await run(world)).toMatchObject({ waiting: ALL });
    expect((await world.store.load()).requests).toEqual([post.id, join.id, leave.id]);
    expect(await run(world)).toMatchObject({ kinds: [] });
  });

  it('need a way to Core', () => {
    const planned = planRequests(desired, null, nothingApplied(), {
      ...options,
      reachesCore: false,
    });
    expect(planned).toEqual({ operations: [], findings: [] });
  });
});

describe('a request that was settled in Mailman 2', () => {
  const state = last({ requests: [post.id, join.id, leave.id] });
  const gone = { ...desired, requests: { held: [], membership: [leave] } };

  it('and still waits in Mailman 3 is left there, and named', () => {
    const { operations, findings } = planRequests(
      gone,
      observedList({ requests: ALL }),
      state,
      options,
    );
    expect(operations).toEqual([]);
    expect(findings).toMatchObject([{ code: 'plan.request-settled-in-mailman2' }]);
    expect(findings[0]?.why).toMatch(/: <1@x\.org>, subscription new@x\.org$/);
  });

  it('and in Mailman 3 is no matter', () => {
    const waiting = observedList({ requests: { ...ALL, held: [], membership: [] } });
    expect(planRequests(gone, waiting, state, options)).toEqual({ operations: [], findings: [] });
  });

  it('by taking the person in needs no decision: subscribing withdraws the wish', () => {
    const taken = {
      ...gone,
      rosters: rosters({
        member: ['ann@x.org', 'New@x.org'].map((email) => desiredMember({ email })),
      }),
    };
    const waiting = observedList({ requests: { held: [], membership: ALL.membership } });
    expect(planRequests(taken, waiting, state, options).findings).toEqual([]);
    // Somebody made the same person a member in Mailman 3 without looking at the wish.
    const [member] = taken.rosters.member.slice(1).map(({ email }) => observedMember({ email }));
    const there = {
      ...waiting,
      rosters: rosters({ member: member === undefined ? [] : [member] }),
    };
    expect(planRequests(taken, there, state, options).findings).toMatchObject([
      { why: expect.stringContaining('subscription new@x.org') as unknown },
    ]);
  });

  it('is none where it waits for somebody of Mailman 3 only', () => {
    const waiting = observedList({ requests: { held: ['<new@x>'], membership: [] } });
    expect(planRequests(gone, waiting, state, options).findings).toEqual([]);
  });
});

describe('a request that Core will not take', () => {
  const world = nowhere();
  world.target.put(desired.listId, {}).bans = ['new@x.org'];
  // Bans of an administrator in Mailman 3: the old list knows nothing of them.
  const wanted = { ...desired, bans: ['new@x.org'] };

  it('costs only itself, and is named with the reason', async () => {
    const { refused, waiting } = await run(world, wanted);
    expect(waiting?.membership).toEqual(['unsubscription ann@x.org']);
    expect(refused).toMatchObject([
      {
        code: 'apply.request-refused',
        severity: 'warning',
        summary: 'subscription new@x.org does not wait in Mailman 3',
        why: 'the address is banned',
      },
    ]);
  });

  it('is named again by the next plan, which has nothing to do', async () => {
    const { kinds, findings } = await run(world, wanted);
    expect(kinds).toEqual([]);
    expect(findings).toMatchObject([
      { code: 'apply.request-refused', why: 'the address is banned' },
    ]);
  });

  it('is tried again when told to overwrite', async () => {
    const list = world.target.lists.get(desired.listId);
    if (list !== undefined) list.bans = [];
    const { waiting } = await run(world, { ...wanted, bans: [] }, true);
    expect(waiting?.membership).toContain('subscription new@x.org');
    const { kinds, findings } = await run(world, { ...wanted, bans: [] });
    expect({ kinds, findings }).toEqual({ kinds: [], findings: [] });
  });
});

it.each([post, join, leave])('the id $id tells what Core calls it', ({ id }) => {
  expect([...ALL.held, ...ALL.membership]).toContain(keyOfId(id));
});
