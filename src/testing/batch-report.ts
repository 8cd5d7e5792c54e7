// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { BatchList, BatchReport } from '../model/batch.js';
import type { Check } from '../model/check.js';
import type { PhaseName, PhaseReport } from '../model/report.js';
import { HOSTILE } from './plan-report.js';

// One batch with all that a report of one can hold: a list that went well, one with findings, one
// that failed, one that verification is not content with, one without anything new, one for which
// the window was too short, and texts meant to do harm.

const MINUTE = 60_000;
const BEGAN = Date.UTC(2026, 4, 1, 20, 0);

export function batchPhase(phase: PhaseName, more: Partial<PhaseReport> = {}): PhaseReport {
  return { phase, outcome: 'done', seconds: 1, findings: [], ...more };
}

export function batchList(list: Partial<BatchList> = {}): BatchList {
  const name = list.name ?? 'dev';
  const phases = list.phases ?? [];
  return {
    name,
    fqdn: `${name}@lists.example.org`,
    outcome: 'migrated',
    findings: phases.flatMap(({ findings }) => findings),
    members: 0,
    archiveBytes: 0,
    order: 0,
    began: BEGAN,
    ended: BEGAN + MINUTE,
    estimate: 50,
    retries: [],
    notBegun: null,
    command: null,
    months: null,
    redirects: null,
    ...list,
    phases,
  };
}

export function batchReport(report: Partial<BatchReport> = {}): BatchReport {
  return {
    began: BEGAN,
    ended: BEGAN + 95 * MINUTE,
    window: null,
    closes: null,
    order: 'small',
    concurrency: 2,
    lists: [],
    rates: [],
    stopped: null,
    findings: [],
    command: null,
    typed: 'mm2to3 batch',
    program: 'mm2to3',
    leaveOut: null,
    ...report,
  };
}

const finding = (list: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: 'mapping.unsupported',
  severity: 'warning',
  list,
  attribute: 'topics',
  summary: 'topics has no counterpart',
  why: 'Mailman 3 has no topics',
  next: 'tell the members who chose topics',
  ...more,
});

const check = (id: string, ok: boolean, summary: string): Check => ({
  id,
  ok,
  expected: 1,
  actual: ok ? 1 : 0,
  summary,
});

const allPhases = (seconds: readonly number[], verify: Partial<PhaseReport>): PhaseReport[] => [
  batchPhase('export', { seconds: seconds[0] ?? 0 }),
  batchPhase('apply', { seconds: seconds[1] ?? 0 }),
  batchPhase('archive', { seconds: seconds[2] ?? 0 }),
  batchPhase('index', { seconds: seconds[3] ?? 0 }),
  batchPhase('redirects', { seconds: seconds[4] ?? 0 }),
  batchPhase('verify', { seconds: seconds[5] ?? 0, ...verify }),
];

/** `old` messages in each of so many months from January of a year; `lost` in the third of them. */
const months = (year: number, counts: readonly number[], lost = 0) =>
  counts.map((old, at) => ({
    month: `${year + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`,
    old,
    new: at === 2 ? old - lost : old,
  }));

const wave = (length: number): readonly number[] =>
  Array.from({ length }, (_, at) => Math.round(40 + 35 * Math.sin(at / 5) + (at % 7)));

const failed: Diagnostic = {
  code: 'core.refused',
  severity: 'error',
  list: 'broken',
  summary: 'Core answers 500 to POST /lists',
  why: 'OperationalError: the disk of reader@private.example is full',
  next: "make room on Core's disk",
};

export const sampleBatch = batchReport({
  window: '22:00-06:00',
  closes: BEGAN + 480 * MINUTE,
  stopped: 'window',
  command: 'mm2to3 batch',
  lists: [
    batchList({
      name: 'announce',
      members: 2500,
      archiveBytes: 4_100_000,
      phases: allPhases([0.4, 2.1, 1.2, 3.4, 0.3, 2.2], {
        checks: [
          check('settings', true, '61 of 61 settings as wanted'),
          check('archive.message-ids', true, '1,104 of 1,104 messages in HyperKitty'),
        ],
      }),
      months: months(2004, wave(30)),
      redirects: [
        { kind: 'article', addresses: 1104, exact: 1100 },
        { kind: 'volume', addresses: 150, exact: 150 },
      ],
    }),
    batchList({
      name: 'dev',
      outcome: 'findings',
      order: 1,
      members: 120,
      archiveBytes: 880_000,
      phases: [
        batchPhase('export', {
          seconds: 0.2,
          findings: [finding('dev'), finding('dev', { severity: 'info', summary: HOSTILE })],
        }),
        batchPhase('apply', { seconds: 4 }),
      ],
      retries: [
        {
          phase: 'apply',
          attempt: 1,
          code: 'rest.timeout',
          summary: 'Core did not answer within 30 s',
          waited: 5,
        },
      ],
      months: months(2019, [3, 0, 5]),
      redirects: [],
    }),
    batchList({
      name: 'broken',
      outcome: 'failed',
      order: 2,
      phases: [
        batchPhase('export'),
        batchPhase('apply', { outcome: 'failed', seconds: 12.4, findings: [failed] }),
      ],
      command: 'mm2to3 batch broken',
    }),
    batchList({
      name: 'lossy',
      outcome: 'findings',
      order: 3,
      members: 44,
      archiveBytes: 220_000,
      phases: allPhases([0.2, 1, 2, 3, 0.1, 1], {
        checks: [
          check('settings', true, '61 of 61 settings as wanted'),
          check('archive.message-ids', false, '98 of 100 messages in HyperKitty'),
        ],
        findings: [
          finding('lossy', {
            code: 'verify.archive',
            attribute: 'archive.message-ids',
            summary: 'two messages are missing',
            why: 'HyperKitty holds 98 of 100',
            next: 'mm2to3 archive import lossy',
          }),
        ],
      }),
      months: months(2021, [40, 30, 30], 2),
      redirects: [{ kind: 'article', addresses: 100, exact: 98 }],
    }),
    batchList({ name: 'quiet', outcome: 'unchanged', order: 4, members: 7 }),
    batchList({
      name: 'huge',
      outcome: 'skipped',
      order: 5,
      members: 9000,
      archiveBytes: 9_000_000_000,
      began: null,
      ended: null,
      estimate: 24_000,
      notBegun: {
        code: 'batch.window',
        severity: 'warning',
        list: 'huge',
        summary: 'huge was not begun',
        why: 'it takes about 6 h 40 min, and the window closes in 6 h 25 min',
        next: 'run the same command again in the next window',
      },
      command: 'mm2to3 batch huge',
    }),
    batchList({ name: HOSTILE, fqdn: HOSTILE, outcome: 'skipped', order: 6 }),
  ],
  rates: [
    { phase: 'apply', amount: 2664, unit: 'members', seconds: 19.5, lists: 4 },
    { phase: 'archive', amount: 1212, unit: 'messages', seconds: 3.2, lists: 2 },
    { phase: 'index', amount: 1212, unit: 'documents', seconds: 6.4, lists: 2 },
  ],
  findings: [
    {
      code: 'redirects.reload-failed',
      severity: 'warning',
      summary: 'the web server did not read the new redirects',
      why: 'nginx: configuration file test failed',
      next: 'nginx -t names the line',
    },
  ],
});
