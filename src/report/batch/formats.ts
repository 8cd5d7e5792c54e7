// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchReport } from '../../model/batch.js';
import { batchHtml } from './html/page.js';
import { batchJson } from './json.js';
import { batchJunit } from './junit.js';
import { batchMarkdown } from './markdown.js';
import { batchText } from './text.js';

/** One of the files of a report. */
interface Form {
  readonly file: string;
  readonly render: (report: BatchReport, version: string) => string;
}

/** The files that the report of a batch consists of; each stands alone. */
export const BATCH_FORMS: readonly Form[] = [
  { file: 'report.html', render: batchHtml },
  { file: 'report.json', render: (report) => `${JSON.stringify(batchJson(report), null, 2)}\n` },
  { file: 'report.md', render: batchMarkdown },
  { file: 'report.txt', render: batchText },
  { file: 'junit.xml', render: batchJunit },
];
