// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchReport } from '../../../model/batch.js';
import { pageHtml, timeHtml } from '../../html/frame.js';
import { SCRIPT } from '../../html/script.js';
import { html, type Piece } from '../../markup.js';
import { counted } from '../../words.js';
import { batchOverview, byAttention, presentableBatch, stopWords } from '../overview.js';
import { cards, panels } from './cards.js';
import { index, tools } from './index-table.js';
import { listHtml } from './list.js';
import { ratesPanel } from './phases.js';
import { STYLE } from './style.js';

/** A batch as one page, which holds no address of a person. */
export function batchHtml(report: BatchReport, version: string): string {
  const shown = presentableBatch(report);
  const overview = batchOverview(shown);
  const { window, rates } = shown;
  const lists = byAttention(shown.lists);
  const stop = stopWords(shown);
  const facts: (readonly [string, Piece])[] = [
    ['begun', timeHtml(shown.began)],
    ['ended', html`${timeHtml(shown.ended)}${stop === null ? null : `, since ${stop}`}`],
  ];
  if (window !== null) facts.push(['window', window]);
  return pageHtml({
    title: `Migration of ${counted(lists.length, 'list')}`,
    generator: `mm2to3 batch ${version}`,
    facts,
    skip: ['lists', 'To the lists'],
    main: html`
      ${cards(shown, overview)} ${panels(overview)} ${ratesPanel(rates, lists)}
      <section aria-labelledby="lists">
        <h2 id="lists" tabindex="-1">Lists</h2>
        ${tools(lists)} ${index(lists)}
      </section>
      ${lists.map(listHtml)}
    `,
    foot: html`mm2to3 ${version}. Addresses of people are left out. Times of day are UTC but for the
    window’s.`,
    style: STYLE,
    script: SCRIPT,
  });
}
