// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { type Column, textTable } from './table.js';

const columns: readonly Column<{ name: string; n: number; note: string }>[] = [
  { title: 'list', cell: ({ name }) => name },
  { title: 'n', right: true, cell: ({ n }) => String(n) },
  { title: 'note', cell: ({ note }) => note },
];

describe('textTable', () => {
  it('aligns columns, numbers at the right, and leaves no blanks at the end of a line', () => {
    const rows = [
      { name: 'dev', n: 5, note: '' },
      { name: 'announce', n: 1200, note: 'old' },
    ];
    expect(textTable(columns, rows)).toMatchInlineSnapshot(`
      "list         n  note
      dev          5
      announce  1200  old"
    `);
    expect(textTable(columns, rows)).not.toMatch(/ $/m);
  });

  it('shows the titles of an empty table', () => {
    expect(textTable(columns, [])).toBe('list  n  note');
  });
});
