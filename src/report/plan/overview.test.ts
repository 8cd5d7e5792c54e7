// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../diagnostics.js';
import type { PlannedListReport, PlanReport } from '../../model/plan-report.js';
import { plannedList, planReport } from '../../testing/plan-report.js';
import { overviewOf } from './overview.js';

const report = (
  lists: readonly PlannedListReport[],
  more: Partial<PlanReport> = {},
): PlanReport => ({
  ...planReport,
  asked: [],
  findings: [],
  lists,
  ...more,
});

const finding = (list: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: 'mapping.unsupported',
  severity: 'warning',
  list,
  summary: 'topics is not carried over',
  ...more,
});

const withFindings = (name: string, ...findings: readonly Diagnostic[]) =>
  plannedList({ name, findings });

describe('matters', () => {
  it('are told once for all lists, those of the most lists first', () => {
    const { matters } = overviewOf(
      report([
        withFindings('a', finding('a', { attribute: 'nntp_host', summary: 'news' })),
        withFindings('b', finding('b', { attribute: 'topics' })),
        withFindings('c', finding('c', { attribute: 'topics' })),
      ]),
    );
    expect(matters.lost.map(({ summary, lists }) => [summary, ...lists])).toEqual([
      ['topics is not carried over', 'b', 'c'],
      ['news', 'a'],
    ]);
  });

  it('of one kind that say different things are told as such', () => {
    const left = (address: string): Diagnostic =>
      finding('a', { code: 'mapping.address-invalid', summary: `${address} is left out` });
    const { matters } = overviewOf(report([withFindings('a', left('x'), left('y'))]));
    expect(matters.lost).toMatchObject([
      { summary: 'x is left out', count: 2, uniform: false, lists: ['a'] },
    ]);
  });

  it('that concern the site stand first', () => {
    const site = { code: 'source.x', severity: 'warning', summary: 'no mm_cfg.py' } as const;
    const { matters } = overviewOf(report([withFindings('a', finding('a'))], { findings: [site] }));
    expect(matters.lost.map(({ summary }) => summary)).toEqual([
      'no mm_cfg.py',
      'topics is not carried over',
    ]);
  });

  it.each([
    ['blocked', { severity: 'error' }],
    ['decide', { code: 'plan.setting-conflict' }],
    ['decide', { code: 'plan.template-conflict' }],
    ['decide', { code: 'plan.list-moved' }],
    ['blocked', { code: 'plan.list-deleted', severity: 'error' }],
    ['lost', {}],
    ['note', { severity: 'info' }],
  ] as const)('of concern %s', (concern, more) => {
    const { matters } = overviewOf(report([withFindings('a', finding('a', more))]));
    expect(matters[concern]).toHaveLength(1);
  });
});

describe('what to do next', () => {
  const open = { id: 'open', kind: 'open', role: null, summary: 'open it' } as const;
  const fresh = plannedList({ name: 'new', operations: [open] });
  const done = plannedList({ name: 'done', exists: true });
  const blocked = plannedList({ name: 'bad', failed: true });
  const disputed = plannedList({
    name: 'disputed',
    exists: true,
    conflicts: [
      {
        kind: 'setting',
        what: 'info',
        role: null,
        lastApplied: 'a',
        observed: 'b',
        desired: 'c',
        overruled: false,
      },
    ],
  });

  it.each([
    ['of new lists', [fresh], ['mm2to3 migrate']],
    ['of lists as wanted', [done], ['mm2to3 migrate']],
    ['of lists that cannot go', [blocked], ['mm2to3 plan']],
    ['of all sorts', [blocked, fresh], ['mm2to3 plan', 'mm2to3 migrate']],
    ['of conflicts', [disputed], ['mm2to3 plan --overwrite', 'mm2to3 migrate']],
    ['of no list', [], ['mm2to3 survey']],
  ])('%s', (_what, lists, commands) => {
    expect(overviewOf(report(lists)).next.map(({ command }) => command)).toEqual(commands);
  });

  it('names the lists as the reader did, safe for a shell', () => {
    const asked = ['dev', 'c++-users', 'a*', "it's; rm"];
    const { next } = overviewOf(report([fresh], { asked, overwrite: true }));
    expect(next.map(({ command }) => command)).toEqual([
      String.raw`mm2to3 migrate dev c++-users 'a*' 'it'\''s; rm' --overwrite`,
    ]);
  });
});
