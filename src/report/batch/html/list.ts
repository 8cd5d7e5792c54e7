// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchList, RedirectCoverage } from '../../../model/batch.js';
import { durationText } from '../../duration.js';
import { findingsHtml, section } from '../../html/findings.js';
import { listId } from '../../html/matters.js';
import { timeHtml } from '../../html/frame.js';
import { html, type Html, type Piece } from '../../markup.js';
import { addressKindWords } from '../../redirect-words.js';
import { counted, number } from '../../words.js';
import { different } from '../months.js';
import { addressesOf, BATCH_STATES, batchStateOf } from '../overview.js';
import { monthsChart, monthsWords } from './chart.js';
import { key, PHASE_OUTCOMES, PHASES } from './phases.js';

/** One list's part of the page. */
export function listHtml(list: BatchList): Html {
  const state = batchStateOf(list);
  return html` <article
    class="list"
    id="${listId(list.name)}"
    data-state="${state}"
    data-concerns=""
    aria-labelledby="${listId(list.name)}-title"
  >
    <header>
      <h2 id="${listId(list.name)}-title"><bdi>${list.name}</bdi></h2>
      <span class="soft"><bdi>${list.fqdn}</bdi></span>
      <span class="badge ${state}">${BATCH_STATES[state]}</span>
    </header>
    ${notBegun(list)}
    <dl class="facts">
      ${facts(list).map(
        ([term, words]) =>
          html`<dt>${term}</dt>
            <dd>${words}</dd>`,
      )}
    </dl>
    ${monthsHtml(list)}${findingsHtml(list.findings)}${checksHtml(list)}${phasesHtml(list)}${linksHtml(list)}
    <p class="up small"><a href="#lists">Back to the lists</a></p>
  </article>`;
}

function notBegun({ notBegun: reason, findings }: BatchList): Piece {
  // Where it stands among the findings, too, they say it.
  if (reason === null || findings.some(({ code }) => code === reason.code)) return null;
  return findingsHtml([reason]);
}

function facts(list: BatchList): readonly (readonly [string, Piece])[] {
  const { members, archiveBytes, began, ended, estimate, months, retries, command } = list;
  const rows: (readonly [string, Piece])[] = [['Members', number(members)]];
  if (months !== null) rows.push(['Messages', monthsWords(months)]);
  else if (archiveBytes > 0) rows.push(['Messages', 'not compared']);
  if (began !== null) {
    rows.push(['Begun', timeHtml(began)]);
    if (ended !== null) {
      rows.push([
        'Took',
        `${durationText((ended - began) / 1000)}; expected were ${durationText(estimate)}`,
      ]);
    }
  } else rows.push(['Will take', `about ${durationText(estimate)}`]);
  if (retries.length > 0) {
    rows.push([
      'Tried again',
      html`<ul class="plain">
        ${retries.map(
          ({ phase, attempt, summary, waited }) =>
            html`<li>
              ${PHASES[phase]}, ${number(attempt)}. time after ${durationText(waited)}: ${summary}
            </li>`,
        )}
      </ul>`,
    ]);
  }
  if (command !== null) rows.push(['To go on', html`<code>${command}</code>`]);
  return rows;
}

/** So many months are named one by one. */
const NAMED = 24;

function monthsHtml({ months }: BatchList): Piece {
  if (months === null || months.length === 0) return null;
  const odd = different(months);
  return html`${monthsChart(months, 'large')}${
    odd.length === 0
      ? null
      : section(
          `Months that differ (${number(odd.length)})`,
          html`data-print data-group="months"`,
          html`<table class="counts">
              <thead>
                <tr>
                  <th scope="col">Month</th>
                  <th scope="col">Old archive</th>
                  <th scope="col">HyperKitty</th>
                </tr>
              </thead>
              <tbody>
                ${odd.slice(0, NAMED).map(
                  ({ month, old, new: there }) =>
                    html`<tr>
                      <th scope="row">${month}</th>
                      <td class="n" data-label="old archive">${number(old)}</td>
                      <td class="n" data-label="HyperKitty">${number(there)}</td>
                    </tr> `,
                )}
              </tbody>
            </table>
            ${odd.length <= NAMED ? null : html`<p>and ${number(odd.length - NAMED)} more</p>`}`,
        )
  }`;
}

function checksHtml({ phases }: BatchList): Piece {
  const checks = phases.flatMap((phase) => phase.checks ?? []);
  if (checks.length === 0) return null;
  const wrong = checks.filter(({ ok }) => !ok);
  const title =
    wrong.length === 0
      ? `Verification: all ${counted(checks.length, 'check')} passed`
      : `Verification: ${number(wrong.length)} of ${counted(checks.length, 'check')} failed`;
  return section(
    title,
    wrong.length === 0 ? html`data-group="checks"` : html`open data-print data-group="checks"`,
    html`<ul class="matters">
      ${[...wrong, ...checks.filter(({ ok }) => ok)].map(
        ({ id, ok, summary }) =>
          html`<li data-row="check">
            <span class="badge ${ok ? 'ok' : 'error'}">${ok ? 'ok' : 'failed'}</span>
            <code>${id}</code> ${summary}
          </li>`,
      )}
    </ul>`,
  );
}

function phasesHtml({ phases }: BatchList): Piece {
  if (phases.length === 0) return null;
  return section(
    'Phases',
    html`data-group="phases"`,
    html`<table class="counts">
      <thead>
        <tr>
          <th scope="col">Phase</th>
          <th scope="col">Outcome</th>
          <th scope="col">Time</th>
        </tr>
      </thead>
      <tbody>
        ${phases.map(
          ({ phase, outcome, seconds }) =>
            html`<tr>
              <th scope="row">${key(phase)} ${PHASES[phase]}</th>
              <td data-label="outcome">${PHASE_OUTCOMES[outcome]}</td>
              <td class="n" data-label="time">${seconds.toFixed(1)} s</td>
            </tr> `,
        )}
      </tbody>
    </table>`,
  );
}

function linksHtml(list: BatchList): Piece {
  const { redirects } = list;
  if (redirects === null || redirects.length === 0) return null;
  return section(
    `Old links (${number(addressesOf(list) ?? 0)})`,
    html`data-group="links"`,
    html`<table class="counts">
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">Addresses</th>
          <th scope="col">To the very page</th>
        </tr>
      </thead>
      <tbody>
        ${redirects.map(linkRow)}
      </tbody>
    </table>`,
  );
}

const linkRow = ({ kind, addresses, exact }: RedirectCoverage): Html =>
  html`<tr>
    <th scope="row">${addressKindWords(kind)}</th>
    <td class="n" data-label="addresses">${number(addresses)}</td>
    <td class="n" data-label="to the very page">${number(exact)}</td>
  </tr> `;
