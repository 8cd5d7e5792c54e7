// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlanReport } from '../../../model/plan-report.js';
import { pageHtml, timeHtml } from '../../html/frame.js';
import { SCRIPT } from '../../html/script.js';
import { html } from '../../markup.js';
import { counted } from '../../words.js';
import { overviewOf } from '../overview.js';
import { presentable } from '../presentable.js';
import { PRIVACY } from '../words.js';
import { index, tools } from './index-table.js';
import { listHtml } from './list.js';
import { cards, panels } from './overview.js';
import { STYLE } from './style.js';

/** A plan as one page. Without `members` it holds no address and no name of a person. */
export function planHtml(report: PlanReport, options: { readonly members: boolean }): string {
  const shownReport = presentable(report, options);
  const overview = overviewOf(shownReport);
  const { lists } = shownReport;
  const overwrite = report.overwrite ? ', with --overwrite' : '';
  return pageHtml({
    title: `Plan for ${counted(lists.length, 'list')}`,
    generator: `mm2to3 plan ${report.version}`,
    facts: [
      ['from', shownReport.source],
      ['to', shownReport.target],
      ['planned', html`${timeHtml(report.plannedAt)}${overwrite}`],
    ],
    skip: ['lists', 'To the lists'],
    main: html`
      <p class="privacy${options.members ? ' members' : ''}">
        Nothing was changed by this. ${options.members ? PRIVACY.shown : PRIVACY.hidden}
      </p>
      ${cards(shownReport, overview)} ${panels(overview)}
      <section aria-labelledby="lists">
        <h2 id="lists" tabindex="-1">Lists</h2>
        ${tools(lists, options)} ${index(lists)}
      </section>
      ${lists.map((list) => listHtml(list, options))}
    `,
    foot: html`mm2to3 ${report.version}. The whole plan, value by value:
      <code>mm2to3 --json plan</code>`,
    style: STYLE,
    script: SCRIPT,
  });
}
