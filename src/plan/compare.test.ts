// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../model/json.js';
import type { SettingValue } from '../model/mailman3-list.js';
import { desiredMember, desiredOfficer, observedMember, preferences } from '../testing/builders.js';
import { memberDifference, sameSetting } from './compare.js';

describe('sameSetting', () => {
  it.each<[SettingValue, Json | undefined]>([
    [true, true],
    [5, 5],
    ['x', 'x'],
    ['', ''],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['a', 'a'], ['a']],
    [[], []],
    ['7d', '7d'],
    ['7d', '7d0.0s'],
    ['1d3600.0s', '1d3600s'],
    ['0d5400.0s', '5400s'],
    ['a\r\nb', 'a\nb'],
  ])('%j and %j are the same', (desired, observed) => {
    expect(sameSetting(desired, observed)).toBe(true);
  });

  it.each<[SettingValue, Json | undefined]>([
    [true, 1],
    [false, null],
    [5, '5'],
    ['', undefined],
    ['x', 'x '],
    [['a'], ['a', 'b']],
    [['a'], 'a'],
    [[], null],
    ['7d', '8d'],
    ['1d', '1d1.0s'],
    ['7d', 'a week'],
    ['', '0d'],
  ])('%j and %j are not', (desired, observed) => {
    expect(sameSetting(desired, observed)).toBe(false);
  });

  it('a list is the same in any order, and no other after one more entry', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat(), (items, n) => {
        const at = n % items.length;
        const turned = [...items.slice(at), ...items.slice(0, at)];
        expect(sameSetting(items, turned)).toBe(true);
        expect(sameSetting(items, turned.slice(1))).toBe(false);
      }),
    );
  });
});

describe('memberDifference', () => {
  const ann = desiredMember({ email: 'ann@x.org' });

  it('is nothing where all is as desired', () => {
    expect(memberDifference(ann, observedMember({ email: 'ann@x.org' }))).toBeNull();
  });

  it('names just what differs', () => {
    const observed = observedMember({
      email: 'ann@x.org',
      moderationAction: 'hold',
      preferences: preferences({ hide_address: true }),
    });
    expect(memberDifference(ann, observed)).toEqual({
      moderationAction: 'defer',
      preferences: { hide_address: false },
    });
  });

  it('counts a preference that Core does not show as different', () => {
    const shown = Object.entries(preferences()).filter(([name]) => name !== 'delivery_mode');
    const observed = observedMember({
      email: 'ann@x.org',
      preferences: Object.fromEntries(shown),
    });
    expect(memberDifference(ann, observed)).toEqual({
      preferences: { delivery_mode: 'regular' },
    });
  });

  it('leaves alone what nothing was said of', () => {
    const owner = desiredOfficer('boss@x.org');
    const observed = observedMember({ email: 'boss@x.org', moderationAction: 'accept' });
    expect(memberDifference(owner, observed)).toBeNull();
  });

  it('describes a change after which there is no difference', () => {
    const flags = fc.record({
      hide_address: fc.boolean(),
      receive_list_copy: fc.boolean(),
      delivery_mode: fc.constantFrom('regular', 'mime_digests'),
    });
    const action = fc.constantFrom('hold', 'defer', 'accept');
    fc.assert(
      fc.property(flags, action, flags, action, (wanted, desiredAction, found, observedAction) => {
        const desired = desiredMember({
          email: 'a@x.org',
          moderationAction: desiredAction,
          preferences: preferences(wanted),
        });
        const observed = observedMember({
          email: 'a@x.org',
          moderationAction: observedAction,
          preferences: preferences(found),
        });
        const change = memberDifference(desired, observed);
        const after = {
          ...observed,
          moderationAction: change?.moderationAction ?? observed.moderationAction,
          preferences: { ...observed.preferences, ...change?.preferences },
        };
        expect(memberDifference(desired, after)).toBeNull();
      }),
    );
  });
});
