// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanReport } from '../../model/plan-report.js';
import {
  plannedList,
  plannedMember,
  plannedSetting,
  planReport,
} from '../../testing/plan-report.js';
import { plain } from '../paint.js';
import { renderPlan } from './formats.js';
import { HIDDEN_ADDRESS } from '../private-texts.js';
import { presentable } from './presentable.js';

const options = { members: false, verbose: true, width: 100, paint: plain };

/** A plan that names one address wherever a plan can name one. */
function naming(address: string, name = ''): PlanReport {
  const why = `${JSON.stringify(address)} is odd, says ${address}.`;
  const finding = { code: 'mapping.address-invalid', severity: 'warning', list: 'dev' } as const;
  return {
    ...planReport,
    lists: [
      plannedList({
        settings: [
          plannedSetting({
            attribute: 'owner',
            verdict: 'approximate',
            source: [address, { who: address }],
            desired: [address],
            reason: why,
            next: why,
          }),
        ],
        members: [plannedMember({ address, name, outcome: 'left-out', reason: why })],
        conflicts: [
          {
            kind: 'member',
            what: address,
            role: 'member',
            lastApplied: null,
            observed: { delivery_mode: 'regular' },
            desired: { delivery_mode: 'mime_digests' },
            overruled: false,
          },
        ],
        operations: [
          { id: 'bans', kind: 'set-bans', role: null, summary: `ban ${address}` },
          { id: `add:member:${address}`, kind: 'add-member', role: 'member', summary: address },
        ],
        findings: [{ ...finding, summary: why, why, next: why }],
      }),
    ],
  };
}

describe('a plan that is passed on', () => {
  it('names no address, of whatever form', () => {
    const odd = fc
      .stringMatching(/^[a-z"'()<> |*_.+]{1,12}$/)
      .filter((local) => local.trim() !== '');
    const address = fc.oneof(
      fc.emailAddress(),
      odd.map((local) => `${local}@mail.example`),
      fc.constant('jörg@müller.example'),
    );
    fc.assert(
      fc.property(address, (one) => {
        const report = naming(one);
        for (const format of ['markdown', 'html'] as const) {
          const text = renderPlan(format, report, options);
          expect(text).toContain(HIDDEN_ADDRESS);
          // Also not in the forms in which these formats write it.
          expect(text.replaceAll('\\', '')).not.toContain(one);
          expect(text.toLowerCase()).not.toContain(one.slice(one.lastIndexOf('@')).toLowerCase());
        }
      }),
      { numRuns: 300 },
    );
  });

  it('names no person', () => {
    const report = naming('ann@mail.example', 'Ann Smith');
    for (const format of ['markdown', 'html'] as const) {
      expect(renderPlan(format, report, options)).not.toContain('Ann Smith');
      expect(renderPlan(format, report, { ...options, members: true })).toContain('Ann Smith');
    }
  });

  it('still names posting addresses, patterns and words', () => {
    const report = naming('^.*@spam\\.example$');
    const shown = presentable(
      { ...report, lists: [...report.lists, ...planReport.lists] },
      options,
    );
    expect(shown.lists[0]?.fqdn).toBe('dev@lists.example.org');
    const text = renderPlan('markdown', planReport, options);
    expect(text).toContain('announce@lists.example.org');
  });

  it('is not held up by a long text that is no address', () => {
    const long = 'a.'.repeat(200_000);
    const began = performance.now();
    presentable(naming(`${long}@`), options);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

it('a plan for a terminal cannot drive it', () => {
  const text = renderPlan('text', planReport, { ...options, members: true });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});
