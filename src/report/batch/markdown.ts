// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchList, BatchReport } from '../../model/batch.js';
import { durationText } from '../duration.js';
import { code, md, mdTable } from '../markdown-escape.js';
import { mattersMd, nextMd } from '../markdown-parts.js';
import { counted, minute, number } from '../words.js';
import {
  addressesOf,
  BATCH_CONCERNS,
  BATCH_STATES,
  batchOverview,
  batchStateOf,
  byAttention,
  messagesOf,
  presentableBatch,
  secondsOf,
  stopWords,
} from './overview.js';
import { batchFacts } from './words.js';

/** A batch for a ticket; it holds no address of a person. */
export function batchMarkdown(report: BatchReport, version: string): string {
  const shown = presentableBatch(report);
  const overview = batchOverview(shown);
  const { matters } = overview;
  const stop = stopWords(shown);
  const parts = [
    `<!-- mm2to3 batch -->\n# Migration of ${counted(shown.lists.length, 'list')}`,
    mdTable(
      ['', ''],
      [
        ['begun', `${minute(shown.began)} by mm2to3 ${version}`],
        ['ended', `${minute(shown.ended)}${stop === null ? '' : `, since ${stop}`}`],
        ...(shown.window === null ? [] : [['window', md(shown.window)]]),
        ...batchFacts(shown, overview).map(([term, words]) => [term, md(words)]),
      ],
    ),
    ...nextMd(overview.next),
    ...mattersMd(BATCH_CONCERNS.blocked, matters.blocked),
    ...mattersMd(BATCH_CONCERNS.decide, matters.decide),
    ...mattersMd(BATCH_CONCERNS.lost, matters.lost),
    '## Lists',
    mdTable(
      ['List', 'Outcome', 'Members', 'Messages', 'Old links', 'Time'],
      byAttention(shown.lists).map(row),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function row(list: BatchList): readonly string[] {
  const { months } = list;
  const messages = months === null ? null : messagesOf(months);
  const seconds = secondsOf(list);
  const addresses = addressesOf(list);
  return [
    code(list.fqdn),
    BATCH_STATES[batchStateOf(list)],
    number(list.members),
    messages === null
      ? '–'
      : messages.missing === 0
        ? number(messages.new)
        : `**${number(messages.missing)} missing** of ${number(messages.old)}`,
    addresses === null ? '–' : number(addresses),
    seconds === 0 ? '–' : durationText(seconds),
  ];
}
