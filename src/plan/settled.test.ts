// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import {
  desiredList,
  desiredMember,
  observedList,
  observedMember,
  rosters,
} from '../testing/builders.js';
import { type LastApplied, nothingApplied } from './operation.js';
import { planList } from './plan-list.js';
import { settled } from './settled.js';

const LIST_ID = 'dev.lists.example.org';
const applied = (state: Partial<LastApplied>): LastApplied => ({
  ...nothingApplied(),
  listId: LIST_ID,
  created: true,
  complete: true,
  ...state,
});
const OPTIONS = { overwrite: false, reachesCore: true };
const text = (words: string) => ({
  name: 'list:member:regular:footer',
  language: 'en',
  text: words,
});
const standing = (words: string) => ({ ...text(words), uri: 'x', inPostorius: true });

describe('a state without anything in flight', () => {
  it('is handed back as it is', () => {
    const last = applied({ settings: { description: 'Dev' }, bans: ['a@x.org'] });
    const desired = desiredList({ settings: { description: 'Dev' }, bans: ['a@x.org'] });
    expect(settled(last, desired, observedList({ settings: { description: 'Dev' } }))).toBe(last);
    expect(settled(last, desired, null)).toBe(last);
  });
});

// Each time an apply was killed after its effect, before it wrote that down.
describe('after a kill', () => {
  it('a setting that was set is no conflict once Mailman 2 goes on', () => {
    const observed = observedList({ settings: { description: 'New' } });
    const desired = desiredList({ settings: { description: 'New' } });
    const last = settled(applied({ settings: { description: 'Old' } }), desired, observed);
    const next = desiredList({ settings: { description: 'Newer' } });
    expect(planList(next, observed, last, OPTIONS)).toMatchObject({
      operations: [{ kind: 'change-settings' }],
      findings: [],
    });
  });

  it('a template that was written is no conflict once Mailman 2 goes on', () => {
    const observed = observedList({ templates: [standing('New')] });
    const last = settled(
      applied({ templates: [text('Old')] }),
      desiredList({ templates: [text('New')] }),
      observed,
    );
    const next = desiredList({ templates: [text('Newer')] });
    expect(planList(next, observed, last, OPTIONS).findings).toEqual([]);
  });

  it('a template that was removed can come back', () => {
    const observed = observedList({});
    const last = settled(applied({ templates: [text('Old')] }), desiredList({}), observed);
    const next = desiredList({ templates: [text('Again')] });
    expect(planList(next, observed, last, OPTIONS)).toMatchObject({
      operations: [{ kind: 'quieten' }, { kind: 'set-templates' }, { kind: 'open' }],
      findings: [],
    });
  });

  it('a member who was removed, and joins again in Mailman 3, stays', () => {
    const ann = desiredMember({ email: 'ann@x.org' });
    const before = applied({
      rosters: { owner: {}, moderator: {}, member: { 'ann@x.org': ann }, nonmember: {} },
    });
    const desired = desiredList({});
    const last = settled(before, desired, observedList({}));
    const back = observedList({
      rosters: rosters({ member: [observedMember({ email: 'ann@x.org' })] }),
    });
    expect(planList(desired, back, before, OPTIONS).operations).not.toEqual([]);
    expect(planList(desired, back, last, OPTIONS).operations).toEqual([]);
  });

  it('a ban that somebody lifts in Mailman 3 later stays lifted', () => {
    const desired = desiredList({ bans: ['troll@x.org'] });
    const before = applied({ bansInFlight: ['troll@x.org'] });
    const last = settled(before, desired, observedList({ bans: ['troll@x.org'] }));
    expect(last).toMatchObject({ bans: ['troll@x.org'], bansInFlight: [] });
    expect(planList(desired, observedList({}), last, OPTIONS).findings).toMatchObject([
      { code: 'plan.ban-removed' },
    ]);
  });
});
