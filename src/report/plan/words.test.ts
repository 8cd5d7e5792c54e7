// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { OperationKind, PlannedOperation } from '../../model/plan-report.js';
import type { Role } from '../../model/mailman3-list.js';
import { plannedList, planReport } from '../../testing/plan-report.js';
import { size } from '../words.js';
import { archiveWords, shown, stages, stateOf } from './words.js';

const operation = (kind: OperationKind, summary: string, role: Role | null = null) =>
  ({ id: summary, kind, role, summary }) satisfies PlannedOperation;

describe('stages', () => {
  it('gather memberships into numbers and keep the order of everything', () => {
    const operations = [
      operation('create-list', 'create dev'),
      operation('quieten', 'close dev'),
      operation('change-settings', 'set 3 settings'),
      operation('add-member', 'add owner a', 'owner'),
      operation('add-member', 'add member b', 'member'),
      operation('add-member', 'add member c', 'member'),
      operation('remove-member', 'remove nonmember d', 'nonmember'),
      operation('set-bounce-states', 'bounces of 2 members'),
      operation('set-bans', 'add 1 ban'),
      operation('open', 'open it'),
    ];
    expect(stages(operations).map(({ title, steps }) => [title, ...steps])).toEqual([
      ['Create', 'create dev'],
      ['Silence', 'close dev'],
      ['Settings', 'set 3 settings'],
      ['Rosters', 'add 1 owner, 2 members', 'remove 1 nonmember', 'bounces of 2 members'],
      ['Moderation', 'add 1 ban'],
      ['At last', 'open it'],
    ]);
  });

  it('of nothing are none', () => {
    expect(stages([])).toEqual([]);
  });
});

describe('stateOf', () => {
  const open = operation('open', 'open it');
  it.each([
    ['blocked', { failed: true, operations: [open] }],
    ['new', { operations: [open] }],
    ['changed', { exists: true, operations: [open] }],
    ['disputed', { exists: true, conflicts: planReport.lists[1]?.conflicts ?? [] }],
    ['unchanged', { exists: true }],
  ])('is %s', (state, list) => {
    expect(stateOf(plannedList(list))).toBe(state);
  });
});

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [1_234_567, '1.2 MB'],
  [999_999, '1.0 MB'],
  [5_000_000_000, '5.0 GB'],
  [7e15, '7000.0 TB'],
])('%i bytes are %s', (bytes, words) => {
  expect(size(bytes)).toBe(words);
});

it('values are cut short, with blanks at their ends to be seen', () => {
  expect(shown('[dev] ', 20)).toBe('"[dev] "');
  expect(shown('x'.repeat(50), 10)).toBe('"xxxxxxxx…');
  expect(shown(null, 10)).toBe('–');
});

describe('archiveWords', () => {
  const archive = {
    policy: 'private',
    bytes: 2_000_000,
    pages: 436,
    prepared: null,
    held: null,
    missing: null,
  } as const;

  it('say what is not known yet', () => {
    expect(archiveWords(archive)).toBe(
      'mbox of 2.0 MB, 436 message pages, messages not counted yet (not prepared), private archive',
    );
  });

  it('say what is there and what is to come', () => {
    const prepared = { messages: 400, kept: 398, repaired: 7 };
    expect(archiveWords({ ...archive, prepared, held: 300, missing: 98 })).toBe(
      'mbox of 2.0 MB, 436 message pages, 400 messages (2 of them repeated), HyperKitty holds 300, 98 to import, private archive',
    );
  });
});
