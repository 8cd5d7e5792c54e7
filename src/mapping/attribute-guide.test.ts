// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { attributeGuide } from './attribute-guide.js';
import { ATTRIBUTE_GROUPS, ATTRIBUTE_TABLE } from './attribute-table.js';
import { carried, exact, internal, kept, unsupported, unneeded } from './row.js';

const yes = () => kept(true);

describe('the guide', () => {
  it('is grouped: what is simply exact in one line, remarks one by one, bookkeeping last', () => {
    const rows = [
      exact('advertised', 'advertised', yes),
      exact('old_name', 'new_name', yes),
      exact('description', 'description', yes, { limit: 'one line', instead: 'use `info`' }),
      carried('owner', 'owners', 'each address becomes an owner'),
      unsupported('topics', 'there are none', 'split the list'),
      unneeded('drop_cc', 'no switch'),
      internal('a_counter', 'counts'),
      internal('b_counter', 'counts'),
    ];
    expect(attributeGuide([{ title: 'The list', rows }])).toBe(
      [
        '### The list',
        '',
        'Exact: `advertised`, `old_name` → `new_name`.',
        '',
        '- `description`: **exact**. Except: one line. Instead: use `info`.',
        '- `owner` → owners: **exact**. Each address becomes an owner.',
        '- `topics`: **unsupported**. There are none. Instead: split the list.',
        '- `drop_cc`: **unsupported**. No switch.',
        '',
        'Internal: `a_counter`, `b_counter` (counts).',
      ].join('\n'),
    );
  });

  it('says once what holds for several', () => {
    const rows = ['a', 'b'].map((name) => unsupported(name, 'gone', 'ask'));
    expect(attributeGuide([{ title: 'T', rows }])).toContain('- `a`, `b`: **unsupported**. Gone.');
  });

  it('names every attribute, in lines that fit, and tears no code apart', () => {
    const text = attributeGuide(ATTRIBUTE_GROUPS);
    for (const name of ATTRIBUTE_TABLE.keys()) expect(text).toContain(`\`${name}\``);
    for (const line of text.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect((line.match(/`/g) ?? []).length % 2).toBe(0);
    }
  });
});
