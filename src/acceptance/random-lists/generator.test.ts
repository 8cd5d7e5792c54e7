// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { ATTRIBUTE_TABLE } from '../../mapping/attribute-table.js';
import { MEMBERS } from '../../mapping/table/members.js';
import { OLDER_RELEASES } from '../../mapping/table/older-releases.js';
import { ATTRIBUTES } from './attributes.js';
import { randomLists } from './generator.js';

// Which each list has by its name or by its members, or which only one of an older release has.
const NOT_DRAWN = new Set([
  '_internal_name',
  'host_name',
  'web_page_url',
  ...[...MEMBERS, ...OLDER_RELEASES].map(({ attribute }) => attribute),
]);

describe('randomLists', () => {
  const lists = randomLists(7, 40);

  it('draws the same lists for the same seed, and others for another', () => {
    expect(randomLists(7, 40)).toEqual(lists);
    expect(randomLists(8, 40)).not.toEqual(lists);
  });

  it('draws a value for every attribute that the mapping knows', () => {
    const missing = [...ATTRIBUTE_TABLE.keys()].filter(
      (name) => !(name in ATTRIBUTES) && !NOT_DRAWN.has(name),
    );
    expect(missing).toEqual([]);
  });

  it('draws people who are on several lists, and lists with and without members', () => {
    const seen = new Map<string, number>();
    for (const { members } of lists) {
      for (const { address } of members) seen.set(address, (seen.get(address) ?? 0) + 1);
    }
    expect([...seen.values()].filter((times) => times > 2).length).toBeGreaterThan(20);
    const sizes = lists.map(({ members }) => members.length);
    expect(Math.min(...sizes)).toBe(0);
    expect(Math.max(...sizes)).toBeGreaterThan(25);
  });

  it('draws names that are unique without regard to case', () => {
    expect(new Set(lists.map(({ fqdn }) => fqdn.toLowerCase())).size).toBe(lists.length);
  });

  it('draws what databases refuse', () => {
    const everything = JSON.stringify(lists);
    expect(everything).toContain('\\u0000');
    expect(everything).toContain('\\ud800');
    expect(everything).toContain(String(2 ** 40));
  });
});
