// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModerationAction } from '../model/mailman3-list.js';
import {
  desiredList,
  desiredMember,
  desiredOfficer,
  observedList,
  observedMember,
  rosters,
} from '../testing/builders.js';
import { type LastApplied, nothingApplied } from './operation.js';
import { planRosters } from './plan-rosters.js';

const EMAIL = 'Ann@x.org';

/** A member by moderation action; null where there is none. */
type Side = ModerationAction | null;

/** Plans one member, seen from three sides. */
function plan(
  desired: Side,
  observed: Side,
  base: Side,
  { created = false, overwrite = false }: { created?: boolean; overwrite?: boolean } = {},
) {
  const wanted = (side: Side) =>
    side === null ? [] : [desiredMember({ email: EMAIL, moderationAction: side })];
  const found =
    observed === null
      ? []
      : [observedMember({ email: 'ann@x.org', memberId: '7', moderationAction: observed })];
  const [before] = wanted(base);
  const last: LastApplied = {
    ...nothingApplied(),
    created,
    rosters: {
      ...nothingApplied().rosters,
      member: before === undefined ? {} : { 'ann@x.org': before },
    },
  };
  return planRosters(
    desiredList({ rosters: rosters({ member: wanted(desired) }) }),
    observedList({ rosters: rosters({ member: found }) }),
    last,
    { overwrite },
  );
}

const add = { operations: [{ id: 'add:member:ann@x.org', kind: 'add-member' }], findings: [] };
const change = {
  operations: [
    {
      id: 'change:member:ann@x.org',
      kind: 'change-member',
      memberId: '7',
      change: { moderationAction: 'defer' },
    },
  ],
  findings: [],
};
const remove = {
  operations: [{ id: 'remove:member:ann@x.org', kind: 'remove-member', memberId: '7' }],
  findings: [],
};
const keep = { operations: [], findings: [], counts: { keep: 1 } };
const conflict = (code: string) => ({
  operations: [],
  findings: [{ code, severity: 'warning', list: 'dev' }],
  counts: { keep: 1 },
});

describe('a member of Mailman 2', () => {
  it('who is not in Mailman 3 is added', () => {
    expect(plan('defer', null, null)).toMatchObject(add);
  });

  it('who is there as desired is kept, whatever was before', () => {
    expect(plan('defer', 'defer', null)).toMatchObject(keep);
    expect(plan('defer', 'defer', 'hold')).toMatchObject(keep);
  });

  it('who was changed in Mailman 2 only is changed', () => {
    expect(plan('defer', 'hold', 'hold')).toMatchObject(change);
  });

  it('who was changed in Mailman 3 is a conflict', () => {
    expect(plan('defer', 'hold', 'defer')).toMatchObject(conflict('plan.member-conflict'));
    expect(plan('defer', 'hold', 'reject')).toMatchObject(conflict('plan.member-conflict'));
  });

  it('who was in Mailman 3 before, otherwise, is a conflict', () => {
    expect(plan('defer', 'hold', null)).toMatchObject(conflict('plan.member-conflict'));
  });

  it('who came into a list of the tool by a run that was cut off is completed', () => {
    expect(plan('defer', 'hold', null, { created: true })).toMatchObject(change);
  });

  it('who was removed in Mailman 3 is not added again', () => {
    expect(plan('defer', null, 'defer')).toMatchObject({
      operations: [],
      findings: [{ code: 'plan.member-left' }],
    });
  });

  it.each<[Side, Side, object]>([
    [null, 'defer', add],
    ['hold', 'defer', change],
    ['hold', null, change],
  ])('is made as desired in any case where that is asked for', (observed, base, expected) => {
    expect(plan('defer', observed, base, { overwrite: true })).toMatchObject(expected);
  });
});

describe('somebody whom Mailman 2 does not have', () => {
  it('is removed where the last apply added the address: it left there', () => {
    expect(plan(null, 'defer', 'defer')).toMatchObject(remove);
  });

  it('is kept where the membership came from Mailman 3, or was changed there', () => {
    expect(plan(null, 'defer', null)).toMatchObject(keep);
    expect(plan(null, 'hold', 'defer')).toMatchObject(keep);
    expect(plan(null, 'defer', null, { created: true, overwrite: true })).toMatchObject(keep);
  });

  it('is nothing where nobody has it any more', () => {
    expect(plan(null, null, 'defer')).toEqual({
      operations: [],
      kept: [],
      findings: [],
      conflicts: [],
      counts: { add: 0, change: 0, keep: 0, remove: 0 },
    });
  });
});

describe('the rosters', () => {
  it('are planned one by one, owners first', () => {
    const all = rosters({
      member: [desiredMember({ email: 'a@x.org' })],
      nonmember: [desiredOfficer('a@x.org')],
      moderator: [desiredOfficer('a@x.org')],
      owner: [desiredOfficer('a@x.org')],
    });
    const { operations, counts } = planRosters(
      desiredList({ rosters: all }),
      null,
      nothingApplied(),
      { overwrite: false },
    );
    expect(operations.map(({ id }) => id)).toEqual([
      'add:owner:a@x.org',
      'add:moderator:a@x.org',
      'add:member:a@x.org',
      'add:nonmember:a@x.org',
    ]);
    expect(counts).toEqual({ add: 4, change: 0, keep: 0, remove: 0 });
  });

  it('account for everybody on either side, once', () => {
    const people = fc.uniqueArray(fc.constantFrom('a@x.org', 'b@x.org', 'c@x.org', 'd@x.org'));
    fc.assert(
      fc.property(people, people, people, fc.boolean(), (wanted, there, before, overwrite) => {
        const base = Object.fromEntries(before.map((email) => [email, desiredMember({ email })]));
        const { operations, counts, findings } = planRosters(
          desiredList({
            rosters: rosters({ member: wanted.map((email) => desiredMember({ email })) }),
          }),
          observedList({
            rosters: rosters({ member: there.map((email) => observedMember({ email })) }),
          }),
          { ...nothingApplied(), rosters: { ...nothingApplied().rosters, member: base } },
          { overwrite },
        );
        const { add: added, change: changed, keep: kept, remove: removed } = counts;
        expect(added + changed + kept + removed).toBe(new Set([...wanted, ...there]).size);
        expect(operations).toHaveLength(added + changed + removed);
        expect(findings.length).toBeLessThanOrEqual(kept);
      }),
    );
  });
});
