// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { Fact } from './core-state.js';
import { differences } from './differences.js';

const fact = (area: string, key: string, field: string, value: Fact['value']): Fact => ({
  area,
  key,
  field,
  value,
});

describe('differences', () => {
  it('finds none where all values are equal, whatever their order', () => {
    const ours = [fact('setting', 'a', '', 1), fact('setting', 'b', '', ['x', 'y'])];
    expect(differences(ours, ours.toReversed())).toEqual([]);
  });

  it('names each field that differs', () => {
    const ours = [fact('member', 'a@x', 'name', 'A'), fact('member', 'a@x', 'mode', null)];
    const theirs = [fact('member', 'a@x', 'name', 'A'), fact('member', 'a@x', 'mode', 'regular')];
    expect(differences(ours, theirs)).toEqual([
      { area: 'member', key: 'a@x', field: 'mode', ours: null, theirs: 'regular' },
    ]);
  });

  it('tells a field that one side lacks from one that is null there', () => {
    const ours = [fact('member', 'a@x', 'name', 'A'), fact('member', 'a@x', 'mode', null)];
    const theirs = [fact('member', 'a@x', 'name', 'A')];
    expect(differences(ours, theirs)).toEqual([
      { area: 'member', key: 'a@x', field: 'mode', ours: null, theirs: undefined },
    ]);
  });

  it('reports once what one side lacks as a whole', () => {
    const ours = [fact('member', 'a@x', 'name', 'A'), fact('member', 'a@x', 'mode', 'regular')];
    expect(differences(ours, [])).toEqual([
      {
        area: 'member',
        key: 'a@x',
        field: '*',
        ours: { name: 'A', mode: 'regular' },
        theirs: undefined,
      },
    ]);
  });

  it('keeps roles of one address apart', () => {
    const ours = [fact('owner', 'a@x', 'name', 'A')];
    const theirs = [fact('member', 'a@x', 'name', 'A')];
    expect(differences(ours, theirs).map(({ area, field }) => `${area} ${field}`)).toEqual([
      'owner *',
      'member *',
    ]);
  });
});
