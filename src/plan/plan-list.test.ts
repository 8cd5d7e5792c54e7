// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { ObservedList, Settings } from '../model/mailman3-list.js';
import {
  desiredList,
  desiredMember,
  observedList,
  observedMember,
  rosters,
} from '../testing/builders.js';
import { type LastApplied, nothingApplied, type Operation } from './operation.js';
import { planList, type PlanOptions } from './plan-list.js';

const plain: PlanOptions = { overwrite: false, reachesCore: true };
const last = (state: Partial<LastApplied>): LastApplied => ({ ...nothingApplied(), ...state });
const ann = desiredMember({ email: 'ann@x.org' });

const kinds = (operations: readonly Operation[]): readonly string[] =>
  operations.map(({ kind }) => kind);
const settingsOf = (operations: readonly Operation[], kind: Operation['kind']): Settings => {
  const found = operations.find((operation) => operation.kind === kind);
  return found !== undefined && 'settings' in found ? found.settings : {};
};

describe('a list that is not there yet', () => {
  const desired = desiredList({
    settings: { advertised: true, admin_notify_mchanges: true, emergency: false },
    rosters: rosters({ member: [ann] }),
  });
  const { operations, roster, findings } = planList(desired, null, nothingApplied(), plain);

  it('is made, closed and silenced, filled, and opened at last', () => {
    expect(kinds(operations)).toEqual([
      'create-domain',
      'create-list',
      'quieten',
      'change-settings',
      'add-member',
      'open',
    ]);
    expect(roster).toEqual({ add: 1, change: 0, keep: 0, remove: 0 });
    expect(findings).toEqual([]);
  });

  it('begins with a private archive', () => {
    expect(operations[1]).toMatchObject({ style: 'private-default' });
  });

  it('takes no mail and sends none until it is complete', () => {
    expect(settingsOf(operations, 'quieten')).toEqual({
      admin_immed_notify: false,
      admin_notify_mchanges: false,
      send_welcome_message: false,
      send_goodbye_message: false,
      process_bounces: false,
      emergency: true,
    });
    expect(settingsOf(operations, 'change-settings')).toEqual({ advertised: true });
  });

  it("opens with what Mailman 2 had, or else with Core's own", () => {
    expect(settingsOf(operations, 'open')).toEqual({
      admin_immed_notify: true,
      admin_notify_mchanges: true,
      send_welcome_message: true,
      send_goodbye_message: true,
      process_bounces: true,
      emergency: false,
    });
  });

  it('has stable, distinct ids', () => {
    const again = planList(desired, null, nothingApplied(), plain).operations;
    expect(again.map(({ id }) => id)).toEqual(operations.map(({ id }) => id));
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  });
});

describe('a list that is as desired', () => {
  it('needs nothing', () => {
    const desired = desiredList({ settings: { info: 'x' }, rosters: rosters({ member: [ann] }) });
    const observed = observedList({
      settings: { info: 'x', emergency: true },
      rosters: rosters({ member: [observedMember({ email: 'Ann@x.org' })] }),
    });
    expect(planList(desired, observed, nothingApplied(), plain)).toEqual({
      operations: [],
      kept: [],
      roster: { add: 0, change: 0, keep: 1, remove: 0 },
      conflicts: [],
      findings: [],
    });
  });
});

describe('a setting, three ways', () => {
  const desired = desiredList({ settings: { info: 'mm2' } });
  const plan = (current: string, state: Partial<LastApplied>, options = plain) => {
    const observed: ObservedList = observedList({ settings: { info: current } });
    const { operations, findings } = planList(desired, observed, last(state), options);
    return { set: settingsOf(operations, 'change-settings'), findings };
  };

  it('that nobody touched since the last apply follows Mailman 2', () => {
    expect(plan('old', { settings: { info: 'old' } })).toEqual({
      set: { info: 'mm2' },
      findings: [],
    });
  });

  it('that was changed in Mailman 3 since is a conflict and stays', () => {
    expect(plan('by hand', { settings: { info: 'old' } })).toMatchObject({
      set: {},
      findings: [
        {
          code: 'plan.setting-conflict',
          severity: 'warning',
          list: 'dev',
          summary: 'info is left at "by hand"',
          why: 'it was changed in Mailman 3 since the last apply; Mailman 2 has "mm2"',
        },
      ],
    });
  });

  it('of a list that was in Mailman 3 before is a conflict and stays', () => {
    expect(plan('theirs', {})).toMatchObject({
      set: {},
      findings: [{ code: 'plan.setting-conflict' }],
    });
    expect(plan('theirs', {}).findings[0]?.why).toContain('was in Mailman 3 before');
  });

  it('of a list that the tool made, never set before, is set', () => {
    expect(plan('default', { created: true })).toEqual({ set: { info: 'mm2' }, findings: [] });
  });

  it('that both sides changed to the same value is no conflict', () => {
    expect(plan('mm2', { settings: { info: 'old' } })).toEqual({ set: {}, findings: [] });
  });

  it.each<Partial<LastApplied>>([{}, { settings: { info: 'old' } }])(
    'is set in any case where that is asked for',
    (state) => {
      expect(plan('by hand', state, { ...plain, overwrite: true })).toEqual({
        set: { info: 'mm2' },
        findings: [],
      });
    },
  );
});

describe('a value that a killed run left behind', () => {
  it('is taken back, and is no conflict', () => {
    const desired = desiredList({ settings: { emergency: false, process_bounces: true } });
    const observed = observedList({ settings: { emergency: true, process_bounces: false } });
    const interim = { emergency: true, process_bounces: false };
    const { operations, findings } = planList(desired, observed, last({ interim }), plain);
    expect(settingsOf(operations, 'open')).toEqual({ emergency: false, process_bounces: true });
    expect(findings).toEqual([]);
  });
});

describe('a roster that changes', () => {
  const desired = desiredList({
    settings: { admin_notify_mchanges: true },
    rosters: rosters({ member: [ann] }),
  });

  it('is filled in silence, with the list open for mail', () => {
    const observed = observedList({ settings: { admin_notify_mchanges: true, emergency: false } });
    const { operations } = planList(desired, observed, nothingApplied(), plain);
    expect(kinds(operations)).toEqual(['quieten', 'add-member', 'open']);
    expect(settingsOf(operations, 'quieten')).not.toHaveProperty('emergency');
    expect(settingsOf(operations, 'open')).toMatchObject({ admin_notify_mchanges: true });
    expect(settingsOf(operations, 'open')).not.toHaveProperty('emergency');
  });

  it('leaves notifications as they were where Mailman 2 says nothing of them', () => {
    const observed = observedList({ settings: { admin_immed_notify: false } });
    const { operations } = planList(desired, observed, nothingApplied(), plain);
    expect(settingsOf(operations, 'open')).toMatchObject({ admin_immed_notify: false });
  });
});

describe('bounces', () => {
  const bounce = {
    score: 1,
    lastReceived: '2024-01-01T00:00:00',
    warningsSent: 0,
    disabled: false,
  };
  const desired = desiredList({ rosters: rosters({ member: [{ ...ann, bounce }] }) });
  const observed = (lastReceived: string | null): ObservedList =>
    observedList({
      rosters: rosters({
        member: [
          observedMember({
            email: 'ann@x.org',
            bounce: { score: 0, lastReceived, lastWarned: null },
          }),
        ],
      }),
    });

  it('of a new member are written after it was added', () => {
    const { operations } = planList(desired, null, nothingApplied(), plain);
    expect(kinds(operations).slice(-3)).toEqual(['add-member', 'set-bounce-states', 'open']);
  });

  it('are written where Core knows of none, and left alone where it counts itself', () => {
    const plan = (list: ObservedList) =>
      planList(desired, list, nothingApplied(), plain).operations;
    expect(kinds(plan(observed(null)))).toContain('set-bounce-states');
    expect(plan(observed('2025-01-01T00:00:00'))).toEqual([]);
  });

  it("are left out where Core's host cannot be reached", () => {
    const options = { ...plain, reachesCore: false };
    const { operations } = planList(desired, observed(null), nothingApplied(), options);
    expect(operations).toEqual([]);
  });
});

describe('promises that were broken once', () => {
  it('a notification that was changed in Mailman 3 stays, also where the roster changes', () => {
    const desired = desiredList({
      settings: { admin_notify_mchanges: false },
      rosters: rosters({ member: [ann] }),
    });
    const observed = observedList({ settings: { admin_notify_mchanges: true } });
    const state = last({ settings: { admin_notify_mchanges: false } });
    const { operations, findings } = planList(desired, observed, state, plain);
    expect(findings).toMatchObject([{ code: 'plan.setting-conflict' }]);
    expect(settingsOf(operations, 'open')).toMatchObject({ admin_notify_mchanges: true });
  });

  it('a list of the tool stays closed while the run after a killed one fills it', () => {
    const desired = desiredList({
      settings: { emergency: false },
      rosters: rosters({ member: [ann] }),
    });
    const observed = observedList({ settings: { emergency: false } });
    const { operations } = planList(desired, observed, last({ created: true }), plain);
    expect(settingsOf(operations, 'quieten')).toMatchObject({ emergency: true });
  });
});
