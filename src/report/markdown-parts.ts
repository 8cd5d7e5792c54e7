// SPDX-License-Identifier: GPL-3.0-or-later
import { code, md, mdTable } from './markdown-escape.js';
import type { Matter } from './matters.js';
import type { NextStep } from './next-step.js';
import { names, number } from './words.js';

/** Findings under a title; nothing where there are none. */
export function mattersMd(title: string, all: readonly Matter[]): readonly string[] {
  if (all.length === 0) return [];
  return [
    `## ${title}`,
    mdTable(
      ['Times', 'What', 'Lists', 'What to do'],
      all.map(({ count, summary, uniform, lists, next }) => [
        number(count),
        md(uniform ? summary : `${summary} (and ${number(count - 1)} more like it)`),
        lists.length === 0 ? 'the site' : names(lists, code),
        md(next ?? '–'),
      ]),
    ),
  ];
}

/** What to type next. */
export function nextMd(next: readonly NextStep[]): readonly string[] {
  if (next.length === 0) return [];
  return [
    '## What to do next',
    ...next.map(({ why, command }) =>
      command === null
        ? md(why)
        : `${md(why)}\n\n\`\`\`sh\n${command.replaceAll('\n', ' ')}\n\`\`\``,
    ),
  ];
}
