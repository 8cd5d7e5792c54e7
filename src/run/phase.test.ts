// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { Severity } from '../diagnostics.js';
import type { PhaseName, PhaseOutcome, PhaseReport } from '../model/report.js';
import { listOutcome } from './phase.js';

const phase = (name: PhaseName, outcome: PhaseOutcome, severity?: Severity): PhaseReport => ({
  phase: name,
  outcome,
  seconds: 0,
  findings: severity === undefined ? [] : [{ code: 'x.y', severity, summary: 'x' }],
});

describe('listOutcome', () => {
  it.each<[string, readonly PhaseReport[], string]>([
    ['work was done', [phase('export', 'done'), phase('apply', 'done')], 'migrated'],
    ['only notes were made', [phase('apply', 'done', 'info')], 'migrated'],
    ['something is to be read', [phase('apply', 'done', 'warning')], 'findings'],
    [
      'reading had something to say',
      [phase('export', 'done', 'warning'), phase('apply', 'done')],
      'findings',
    ],
    ['a phase failed', [phase('apply', 'done'), phase('archive', 'failed', 'error')], 'failed'],
    [
      'there was nothing to do',
      [phase('export', 'done'), phase('apply', 'unchanged')],
      'unchanged',
    ],
    [
      'there was nothing to do and old findings stand',
      [phase('export', 'done', 'warning'), phase('apply', 'unchanged'), phase('verify', 'done')],
      'unchanged',
    ],
    [
      'there was nothing to do but verification found something',
      [phase('apply', 'unchanged'), phase('verify', 'done', 'error')],
      'findings',
    ],
    [
      'one phase worked and another did not apply',
      [phase('apply', 'done'), phase('archive', 'skipped')],
      'migrated',
    ],
    ['only reading was asked for', [phase('export', 'done')], 'migrated'],
  ])('where %s', (_what, phases, expected) => {
    expect(listOutcome(phases)).toBe(expected);
  });
});
