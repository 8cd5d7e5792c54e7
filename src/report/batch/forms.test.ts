// SPDX-License-Identifier: GPL-3.0-or-later
import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchReport } from '../../model/batch.js';
import { batchList, batchPhase, batchReport, sampleBatch } from '../../testing/batch-report.js';
import { visible } from '../visible.js';
import { BATCH_FORMS } from './formats.js';
import { batchJunit } from './junit.js';
import { continuous } from './months.js';
import { batchOverview, messagesOf } from './overview.js';

const render = (file: string, report: BatchReport = sampleBatch): string =>
  BATCH_FORMS.find((form) => form.file === file)?.render(report, '0.1.0') ?? '';
const FILES = BATCH_FORMS.map(({ file }) => file);

// To write these files anew after a change, and to look at what changed:
//   npx vitest run --config scripts/config/vitest.config.ts --project unit src/report/batch --update
describe('the golden report of a batch', () => {
  it.each(FILES)('%s', async (file) => {
    await expect(render(file)).toMatchFileSnapshot(`../golden/batch.${file}`);
  });

  it.each(FILES.filter((file) => file !== 'report.json'))('%s holds no address', (file) => {
    expect(render(file)).not.toContain('reader@private.example');
    expect(render(file)).toContain('announce@lists.example.org');
  });

  it.each(FILES)('%s is a report of no list, too', (file) => {
    expect(render(file, batchReport()).length).toBeGreaterThan(100);
  });
});

describe('what to do next', () => {
  const next = (report: Partial<BatchReport>) =>
    batchOverview(batchReport(report)).next.map(({ command }) => command);

  it('is to go on, and to look at what is wrong', () => {
    expect(batchOverview(sampleBatch).next.map(({ command }) => command)).toEqual([
      'mm2to3 batch',
      null,
      'mm2to3 verify lossy',
      null,
    ]);
  });

  it('is the switch where all is well', () => {
    expect(next({ lists: [batchList()], typed: 'mm2to3 batch dev' })).toEqual(['mm2to3 batch dev']);
  });

  it('works as it is printed, whatever is configured', () => {
    const program =
      "mm2to3 --config '/etc/my lists.yaml' --source root@old.example.org:/var/lib/mailman";
    const finding = {
      code: 'verify.settings',
      severity: 'error',
      summary: 'one differs',
      next: 'mm2to3 verify dev --json shows it',
    } as const;
    const checks = [{ id: 'settings', ok: false, expected: 1, actual: 2, summary: '' }];
    const list = batchList({ phases: [batchPhase('verify', { checks, findings: [finding] })] });
    const report = batchReport({ lists: [list], program, typed: `${program} batch` });
    for (const file of FILES.filter((name) => /html|md|txt/.test(name))) {
      const text = render(file, report).replaceAll('&#39;', "'").replaceAll('&amp;', '&');
      expect(text).toContain(`${program} verify dev`);
      if (file === 'report.html') expect(text).toContain(`${program} verify dev --json shows it`);
    }
  });

  it('tells how to leave out what cannot be read', () => {
    const leaveOut = { lists: ['broken'], file: 'mm2to3.yaml', replaces: false };
    const lists = [batchList({ name: 'broken', outcome: 'failed' })];
    const report = { lists, command: 'mm2to3 batch' };
    const line = 'exclude: [broken]';
    expect(next({ ...report, leaveOut: { ...leaveOut, line } })).toEqual(['mm2to3 batch', line]);
    expect(next({ ...report, leaveOut: { ...leaveOut, line: null } })).toEqual([
      'mm2to3 batch',
      null,
    ]);
  });

  it('writes names as a shell takes them', () => {
    const checks = [{ id: 'settings', ok: false, expected: 1, actual: 2, summary: '' }];
    const list = batchList({ name: 'a b;c', phases: [batchPhase('verify', { checks })] });
    expect(next({ lists: [list] })).toEqual(["mm2to3 verify 'a b;c'"]);
  });
});

describe('months', () => {
  const month = fc
    .tuple(fc.integer({ min: 1990, max: 2030 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, of]) => `${year}-${String(of).padStart(2, '0')}`);
  const counts = fc.record({ month, old: fc.nat(500), new: fc.nat(500) });
  const archive = fc.uniqueArray(counts, { selector: (each) => each.month, maxLength: 40 });

  it('lose nothing when those between are filled in', () => {
    fc.assert(
      fc.property(archive, (months) => {
        const all = continuous(months);
        expect(messagesOf(all)).toEqual(messagesOf(months));
        expect(all.map((each) => each.month)).toEqual(all.map((each) => each.month).toSorted());
        expect(new Set(all.map((each) => each.month)).size).toBe(all.length);
      }),
    );
  });

  it('stay as they are where one lies far off', () => {
    const months = [
      { month: '2004-01', old: 1, new: 1 },
      { month: '9999-12', old: 1, new: 1 },
    ];
    expect(continuous(months)).toEqual(months);
  });

  it('miss what is missing in one, whatever another has more', () => {
    const months = [
      { month: '2004-01', old: 5, new: 3 },
      { month: '2004-02', old: 1, new: 9 },
    ];
    expect(messagesOf(months)).toEqual({ old: 6, new: 12, missing: 2 });
  });
});

describe('junit.xml', () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    isArray: (name) => name === 'testsuite' || name === 'testcase',
  });

  it('counts what it holds', () => {
    const { testsuites } = parser.parse(batchJunit(sampleBatch)) as {
      testsuites: Record<string, string> & {
        testsuite: readonly (Record<string, string> & { testcase?: readonly object[] })[];
      };
    };
    const cases = testsuites.testsuite.flatMap(({ testcase }) => testcase ?? []);
    const having = (key: string): number => cases.filter((each) => key in each).length;
    expect(testsuites).toMatchObject({
      '@tests': String(cases.length),
      '@failures': String(having('failure')),
      '@skipped': String(having('skipped')),
    });
    // One phase and one check failed, and one list had no turn.
    expect([having('failure'), having('skipped')]).toEqual([2, 1]);
  });

  it('gives any text back to a parser', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const summary = `<${text}>`;
        const findings = [{ code: 'x.y', severity: 'error', summary } as const];
        const phases = [batchPhase('apply', { outcome: 'failed', findings })];
        const xml = batchJunit(batchReport({ lists: [batchList({ phases })] }));
        const { testsuites } = parser.parse(xml) as {
          testsuites: { testsuite: [{ testcase: [{ failure: { '#text': string } }] }] };
        };
        const shown = visible(summary).replaceAll(/[\ufffe\uffff]/g, '\ufffd');
        expect(testsuites.testsuite[0].testcase[0].failure['#text']).toBe(`error: ${shown}`);
        expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      }),
    );
  });
});
