// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlanReport } from '../../../model/plan-report.js';
import { html, type Html, type Piece } from '../../markup.js';
import { siteFacts } from '../list-facts.js';
import type { Matter, Overview } from '../overview.js';
import { type ListState, number, size, STATES } from '../words.js';
import { settingsBar } from './bar.js';
import { CONCERNS, type ShownConcern } from './concerns.js';
import { listId } from './list.js';
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

function nextPanel({ next }: Overview): Piece {
  if (next.length === 0) return null;
  return html`<section class="panel next" aria-labelledby="next">
    <h2 id="next">What to do next</h2>
    <ol class="steps">
      ${next.map(
        ({ why, command }) =>
          html`<li>
            ${why}${command === null ? null : html`<pre><code>${command}</code></pre>`}
          </li>`,
      )}
    </ol>
  </section>`;
}

/** What most readers want to know first: who comes, or who is there. */
const memberships = ({ add, keep }: Overview['members']): readonly [string, string] =>
  add > 0 ? [number(add), 'to add'] : [number(keep), 'as wanted'];

const unit = (words: string): readonly [string, string] => {
  const [value = '', name = ''] = words.split(' ');
  return [value, name];
};

/** What to do next, and what the reader should know before. */
export function panels(overview: Overview): Html {
  const { matters } = overview;
  return html`<div class="two">
    <div>${nextPanel(overview)}${panel('blocked', matters)}${panel('decide', matters)}</div>
    <div>${panel('lost', matters)}</div>
  </div>`;
}

// So many matters are seen at once; the others unfold.
const MATTERS = 8;

function panel(concern: ShownConcern, matters: Overview['matters']): Piece {
  const all = matters[concern];
  if (all.length === 0) return null;
  const rest = all.slice(MATTERS);
  const list = (some: readonly Matter[]): Html =>
    html`<ul class="matters">
      ${some.map(matterHtml)}
    </ul>`;
  return html`<section class="panel ${concern}" aria-labelledby="${concern}">
    <h2 id="${concern}">${CONCERNS[concern]}</h2>
    ${list(all.slice(0, MATTERS))}
    ${
      rest.length === 0
        ? null
        : html`<details>
            <summary>${number(rest.length)} more</summary>
            ${list(rest)}
          </details>`
    }
  </section>`;
}

// So many lists stand beside a matter; the others unfold.
const FIRST = 6;

function matterHtml({ summary, uniform, count, lists, why, next }: Matter): Html {
  const link = (name: string): Html => html`<a href="#${listId(name)}"><bdi>${name}</bdi></a> `;
  return html`<li>
    ${summary}${uniform ? null : html` <span class="soft">and ${number(count - 1)} more like it</span>`}${
      next === null ? null : html`<p class="todo">${next}</p>`
    }${why === null || !uniform ? null : html`<p class="why">${why}</p>`}${
      lists.length === 0
        ? null
        : html`<p class="where">
            ${lists.length > 1 ? `${number(lists.length)} lists: ` : null}${lists.slice(0, FIRST).map(link)}
          </p>`
    }${
      lists.length <= FIRST
        ? null
        : html`<details>
            <summary>and ${number(lists.length - FIRST)} more</summary>
            <p class="where">${lists.slice(FIRST).map(link)}</p>
          </details>`
    }
  </li>`;
}
