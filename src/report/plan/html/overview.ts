// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlanReport } from '../../../model/plan-report.js';
import { mattersPanel, nextPanel } from '../../html/matters.js';
import { html, type Html, type Piece } from '../../markup.js';
import { CONCERNS, type ShownConcern } from '../../matters.js';
import { number, size } from '../../words.js';
import { siteFacts } from '../list-facts.js';
import type { Overview } from '../overview.js';
import { type ListState, STATES } from '../words.js';
import { settingsBar } from './bar.js';
import { shownVerdict } from './verdicts.js';

/** The site in numbers. */
export function cards(report: PlanReport, overview: Overview): Html {
  const facts = new Map(siteFacts(overview));
  const { states, archives, members, addresses } = overview;
  const verdicts = report.lists.flatMap(({ settings }) => settings.map(shownVerdict));
  const exact = verdicts.filter((verdict) => verdict === 'exact').length;
  const card = (title: string, big: string, unit: string, below: Piece): Html =>
    html`<li class="card">
      <h2>${title}</h2>
      <p class="big">${big} <small>${unit}</small></p>
      ${below}
    </li>`;
  return html`<ul class="cards">
    ${card(
      'Lists',
      number(report.lists.length),
      '',
      html`<p>
        ${(Object.keys(STATES) as ListState[])
          .filter((state) => states[state] > 0)
          .map(
            (state) =>
              html`<span class="badge ${state}">${number(states[state])} ${STATES[state]}</span> `,
          )}
      </p>`,
    )}
    ${card(
      'Settings',
      number(exact),
      'exact',
      html`${settingsBar(verdicts)}
        <p>${facts.get('settings') ?? ''}</p>`,
    )}
    ${card('Memberships', ...memberships(members), html`<p>${facts.get('rosters') ?? ''}</p>`)}
    ${card('Archives', ...unit(size(archives.bytes)), html`<p>${facts.get('archives') ?? ''}</p>`)}
    ${card('Old web addresses', number(addresses), '', html`<p>will lead on to their new pages</p>`)}
  </ul>`;
}

/** What most readers want to know first: who comes, or who is there. */
const memberships = ({ add, keep }: Overview['members']): readonly [string, string] =>
  add > 0 ? [number(add), 'to add'] : [number(keep), 'as wanted'];

const unit = (words: string): readonly [string, string] => {
  const [value = '', name = ''] = words.split(' ');
  return [value, name];
};

/** What to do next, and what the reader should know before. */
export function panels({ next, matters }: Overview): Html {
  const panel = (concern: ShownConcern): Piece =>
    mattersPanel(concern, CONCERNS[concern], matters[concern]);
  return html`<div class="two">
    <div>${nextPanel(next)}${panel('blocked')}${panel('decide')}</div>
    <div>${panel('lost')}</div>
  </div>`;
}
