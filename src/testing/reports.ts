// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { ListReport, SurveyedList } from '../model/report.js';

// One small example of every kind of report, for the texts and the JSON made of them.

export const warning: Diagnostic = {
  code: 'mapping.unsupported',
  severity: 'warning',
  list: 'dev',
  summary: 'topics is not carried over',
  why: 'Mailman 3 does not offer topics',
  next: 'members filter by subject',
};

const note: Diagnostic = {
  code: 'mapping.approximate',
  severity: 'info',
  list: 'dev',
  summary: 'subject_prefix is approximated',
};

const unreadable: Diagnostic = {
  code: 'source.truncated',
  severity: 'error',
  list: 'broken',
  path: 'lists/broken/config.pck',
  line: 3,
  summary: 'config.pck ends early',
};

export const surveyed: readonly SurveyedList[] = [
  {
    name: 'dev',
    fqdn: 'dev@lists.example.org',
    members: 119,
    owners: 2,
    moderators: 0,
    archive: { messages: 400, bytes: 1_234_567 },
    problems: [],
  },
  {
    name: 'broken',
    fqdn: null,
    members: null,
    owners: null,
    moderators: null,
    archive: null,
    problems: [unreadable],
  },
];

const check = (id: string, ok: boolean) => ({
  id,
  ok,
  expected: 3,
  actual: ok ? 3 : 2,
  summary: ok ? 'as wanted' : 'one is missing',
});

export const migrated: readonly ListReport[] = [
  {
    name: 'dev',
    fqdn: 'dev@lists.example.org',
    outcome: 'findings',
    phases: [
      { phase: 'export', outcome: 'done', seconds: 0.12, findings: [] },
      { phase: 'apply', outcome: 'done', seconds: 61.5, findings: [note, warning] },
      {
        phase: 'verify',
        outcome: 'done',
        seconds: 1,
        findings: [],
        checks: [check('list', true), check('roster.member', false)],
      },
    ],
    findings: [note, warning],
  },
  {
    name: 'broken',
    fqdn: 'broken',
    outcome: 'failed',
    phases: [{ phase: 'export', outcome: 'failed', seconds: 0, findings: [unreadable] }],
    findings: [unreadable],
  },
];
