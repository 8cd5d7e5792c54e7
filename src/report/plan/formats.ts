// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlanReport } from '../../model/plan-report.js';
import type { PlanFormat } from './format-names.js';
import { planHtml } from './html/page.js';
import { planJson } from './json.js';
import { planMarkdown } from './markdown.js';
import { planText, type PlanTextOptions } from './text.js';

interface Form {
  readonly format: PlanFormat;
  /** Of file names. */
  readonly endings: readonly string[];
  /** What the head of such a file has. */
  readonly mark: RegExp;
  readonly render: (report: PlanReport, options: PlanTextOptions) => string;
}

/** The forms that a plan comes in. */
export const PLAN_FORMATS: readonly Form[] = [
  { format: 'text', endings: ['txt'], mark: /^Plan for [\d,]+ lists?;/, render: planText },
  {
    format: 'json',
    endings: ['json'],
    mark: /^\{\s*"schemaVersion": \d+,\s*"source"/,
    render: (report) => `${JSON.stringify(planJson(report), null, 2)}\n`,
  },
  {
    format: 'markdown',
    endings: ['md', 'markdown'],
    mark: /^<!-- mm2to3 plan -->/,
    render: planMarkdown,
  },
  {
    format: 'html',
    endings: ['html', 'htm'],
    mark: /<meta name="generator" content="mm2to3 plan /,
    render: planHtml,
  },
];

const formOf = (format: PlanFormat): Form => {
  const form = PLAN_FORMATS.find((candidate) => candidate.format === format);
  if (form === undefined) throw new TypeError(`no form of a plan: ${format}`);
  return form;
};

export function renderPlan(
  format: PlanFormat,
  report: PlanReport,
  options: PlanTextOptions,
): string {
  return formOf(format).render(report, options);
}

/** Whether a file that begins like this is a plan in that form. */
export const isPlan = (format: PlanFormat, head: string): boolean => formOf(format).mark.test(head);
