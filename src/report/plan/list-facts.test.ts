// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from 'vitest';
import type { Diagnostic } from '../../diagnostics.js';
import { plannedList, plannedSetting, planReport } from '../../testing/plan-report.js';
import { otherFindings } from './list-facts.js';

const finding = (code: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code,
  severity: 'warning',
  summary: code,
  ...more,
});

it('of the findings, only what a table shows in full already is left out of the list of findings', () => {
  const conflicts = planReport.lists[1]?.conflicts ?? [];
  const findings = [
    finding('mapping.unsupported', { attribute: 'msg_footer' }),
    finding('mapping.template-not-carried', { attribute: 'msg_footer' }),
    finding('mapping.unsupported', { attribute: 'not_in_the_table' }),
    finding('plan.setting-conflict'),
    finding('plan.list-moved'),
    finding('mapping.note', { severity: 'info' }),
  ];
  const settings = [plannedSetting({ attribute: 'msg_footer', verdict: 'unsupported' })];
  const codes = (list: Parameters<typeof plannedList>[0], notes = false) =>
    otherFindings(plannedList({ settings, findings, ...list }), notes).map(({ code }) => code);
  expect(codes({ conflicts })).toEqual([
    'mapping.template-not-carried',
    'mapping.unsupported',
    'plan.list-moved',
  ]);
  expect(codes({ conflicts: [] })).toContain('plan.setting-conflict');
  expect(codes({ conflicts }, true)).toContain('mapping.note');
});
