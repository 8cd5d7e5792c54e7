// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import type { PlanReport } from '../../../model/plan-report.js';
import { html, trusted } from '../../markup.js';
import { overviewOf } from '../overview.js';
import { presentable } from '../presentable.js';
import { counted, minute, PRIVACY } from '../words.js';
import { index, tools } from './index-table.js';
import { listHtml } from './list.js';
import { cards, panels } from './overview.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/**
 * A plan as one page that needs nothing else: no network, no other file. Old data in it is text,
 * and a policy in its head keeps a browser from running or fetching anything but the page's own
 * script and style. Without `members` it holds no address and no name of a person.
 */
export function planHtml(report: PlanReport, options: { readonly members: boolean }): string {
  const shownReport = presentable(report, options);
  const overview = overviewOf(shownReport);
  const { lists } = shownReport;
  const title = `Plan for ${counted(lists.length, 'list')}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="generator" content="mm2to3 plan ${report.version}" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#lists">To the lists</a>
        <header class="top">
          <div class="wide">
            <h1>${title}</h1>
            <dl>
              <div>
                <dt>from</dt>
                <dd>${shownReport.source}</dd>
              </div>
              <div>
                <dt>to</dt>
                <dd>${shownReport.target}</dd>
              </div>
              <div>
                <dt>planned</dt>
                <dd>
                  <time datetime="${new Date(report.plannedAt).toISOString()}"
                    >${minute(report.plannedAt)}</time
                  >${report.overwrite ? ', with --overwrite' : ''}
                </dd>
              </div>
            </dl>
          </div>
        </header>
        <main class="wide">
          <p class="privacy${options.members ? ' members' : ''}">
            Nothing was changed by this. ${options.members ? PRIVACY.shown : PRIVACY.hidden}
          </p>
          ${cards(shownReport, overview)} ${panels(overview)}
          <section aria-labelledby="lists">
            <h2 id="lists" tabindex="-1">Lists</h2>
            ${tools(lists, options)} ${index(lists)}
          </section>
          ${lists.map((list) => listHtml(list, options))}
        </main>
        <footer class="wide">
          mm2to3 ${report.version}. The whole plan, value by value: <code>mm2to3 --json plan</code>
        </footer>
        ${SCRIPT_ELEMENT}
      </body>
    </html> `;
  return page.toString();
}

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

// Their texts go in whole: a blank more, and a browser refuses them by the policy.
const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`);
const SCRIPT_ELEMENT = trusted(`<script>${SCRIPT}</script>`);

const POLICY = [
  "default-src 'none'",
  `style-src ${hash(STYLE)}`,
  `script-src ${hash(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
