// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchList, BatchReport } from '../../model/batch.js';
import { durationText } from '../duration.js';
import type { Matter, ShownConcern } from '../matters.js';
import { type Column, textTable } from '../table.js';
import { names, number } from '../words.js';
import {
  BATCH_CONCERNS,
  BATCH_STATES,
  batchOverview,
  batchStateOf,
  byAttention,
  presentableBatch,
  secondsOf,
  stopWords,
} from './overview.js';
import { arrivedWords, batchFacts } from './words.js';

/** So many kinds of findings are told on a terminal; the files of the report have them all. */
const MATTERS = 10;

/** A batch for whoever comes to the terminal in the morning; it holds no address of a person. */
export function batchText(report: BatchReport): string {
  const shown = presentableBatch(report);
  const overview = batchOverview(shown);
  const stop = stopWords(shown);
  const facts = batchFacts(shown, overview);
  const width = Math.max(...facts.map(([term]) => term.length));
  const parts = [
    textTable(COLUMNS, byAttention(shown.lists)),
    [
      ...(stop === null ? [] : [`Ended early, since ${stop}.`]),
      ...facts.map(([term, words]) => `${term.padEnd(width)}  ${words}`),
    ].join('\n'),
    ...(Object.keys(BATCH_CONCERNS) as ShownConcern[]).map((concern) =>
      mattersText(BATCH_CONCERNS[concern], overview.matters[concern]),
    ),
    overview.next.length === 0
      ? ''
      : [
          'What to do next:',
          ...overview.next.map(
            ({ why, command }, at) =>
              `  ${number(at + 1)}. ${why}${command === null ? '' : `\n         ${command}`}`,
          ),
        ].join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const COLUMNS: readonly Column<BatchList>[] = [
  { title: 'list', cell: ({ fqdn }) => fqdn },
  { title: 'outcome', cell: (list) => BATCH_STATES[batchStateOf(list)] },
  { title: 'members', right: true, cell: ({ members }) => number(members) },
  { title: 'messages', right: true, cell: (list) => arrivedWords(list) ?? '-' },
  { title: 'time', right: true, cell: timeCell },
  { title: 'findings', right: true, cell: ({ findings }) => number(findings.length) },
];

function timeCell(list: BatchList): string {
  const seconds = secondsOf(list);
  return seconds === 0 ? '-' : durationText(seconds);
}

function mattersText(title: string, matters: readonly Matter[]): string {
  if (matters.length === 0) return '';
  const lines = matters
    .slice(0, MATTERS)
    .flatMap(({ concern, summary, uniform, count, lists, why, next }) => [
      `  ${summary}${uniform ? '' : ` (and ${number(count - 1)} more like it)`}`,
      ...(lists.length === 0 ? [] : [`      in ${names(lists)}`]),
      ...(why === null || concern !== 'blocked'
        ? []
        : [`      ${why.replaceAll('\n', '\n      ')}`]),
      ...(next === null ? [] : [`      → ${next}`]),
    ]);
  const more = matters.length - MATTERS;
  if (more > 0) lines.push(`  and ${number(more)} kinds more, in the report`);
  return [`${title}:`, ...lines].join('\n');
}
