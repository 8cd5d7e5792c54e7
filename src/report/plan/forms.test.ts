// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { planReport } from '../../testing/plan-report.js';
import { plain } from '../paint.js';
import type { PlanFormat } from './format-names.js';
import { isPlan, PLAN_FORMATS, renderPlan } from './formats.js';

const ENDINGS: Readonly<Record<PlanFormat, string>> = {
  text: 'txt',
  json: 'json',
  markdown: 'md',
  html: 'html',
};

const render = (format: PlanFormat, members = false): string =>
  renderPlan(format, planReport, { members, verbose: false, width: 100, paint: plain });

// To write these files anew after a change, and to look at what changed:
//   npm run test:unit -- -u src/report/plan && git diff src/report/golden
describe('the golden plan', () => {
  it.each(PLAN_FORMATS.map(({ format }) => format))('as %s', async (format) => {
    await expect(render(format)).toMatchFileSnapshot(`../golden/plan.${ENDINGS[format]}`);
  });

  it.each(['text', 'markdown', 'html'] as const)('as %s, member by member', async (format) => {
    const file = `../golden/plan-members.${ENDINGS[format]}`;
    await expect(render(format, true)).toMatchFileSnapshot(file);
  });

  it.each(PLAN_FORMATS.map(({ format }) => format))('as %s is known by its head', (format) => {
    expect(isPlan(format, render(format).slice(0, 512))).toBe(true);
    expect(isPlan(format, '# My notes\n')).toBe(false);
    expect(isPlan(format, '')).toBe(false);
  });
});
