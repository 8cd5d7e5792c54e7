// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlannedListReport } from '../../../model/plan-report.js';
import { listId } from '../../html/matters.js';
import { html, type Html } from '../../markup.js';
import { CONCERNS, type ShownConcern } from '../../matters.js';
import { archiveShort, type ListState, outcomes, rosterWords, stateOf, STATES } from '../words.js';
import { settingsBar } from './bar.js';
import { concernsOf } from './concerns.js';
import { type Shown, shownVerdict, VERDICT_WORDS } from './verdicts.js';

/** Filters and search; they wait, hidden, for the page's script. */
export function tools(
  lists: readonly PlannedListReport[],
  { members }: { readonly members: boolean },
): Html {
  const box = (name: string, value: string, label: string, on: boolean): Html =>
    html`<label
      ><input type="checkbox" name="${name}" value="${value}" ${on ? html` checked` : null} />
      ${label}</label
    >`;
  const states = (Object.keys(STATES) as ListState[]).filter((state) =>
    lists.some((list) => stateOf(list) === state),
  );
  return html`<form class="tools" role="search" hidden>
    <label class="find"
      >Find
      <input type="search" name="find" placeholder="list, setting, finding" autocomplete="off"
    /></label>
    ${members ? box('rosters', 'on', 'search in rosters, too', false) : null}
    <fieldset>
      <legend>Lists</legend>
      ${states.map((state) => box('state', state, STATES[state], true))}
    </fieldset>
    <fieldset>
      <legend>Only with</legend>
      ${(Object.entries(CONCERNS) as [ShownConcern, string][]).map(([concern, title]) => box('concern', concern, title.toLowerCase(), false))}
    </fieldset>
    <fieldset>
      <legend>Settings</legend>
      ${(Object.keys(VERDICT_WORDS) as Shown[]).map((verdict) => box('verdict', verdict, VERDICT_WORDS[verdict], true))}
    </fieldset>
    <button type="button" data-do="open">Open all</button>
    <button type="button" data-do="close">Close all</button>
    <button type="button" data-do="reset">Reset</button>
    <output aria-live="polite"></output>
  </form>`;
}

const CONCERN_WORDS: Readonly<Record<ShownConcern, string>> = {
  blocked: 'in the way',
  decide: 'to decide',
  lost: 'losses',
};

/** One line a list, with the way to its part of the page. */
export function index(lists: readonly PlannedListReport[]): Html {
  const rows = lists.map((list) => {
    const state = stateOf(list);
    const { archive, settings } = list;
    return html` <tr data-list="${listId(list.name)}">
      <th scope="row">
        <a href="#${listId(list.name)}"><bdi>${list.name}</bdi></a>
        <span class="small soft"><bdi>${list.fqdn}</bdi></span>
      </th>
      <td><span class="badge ${state}">${STATES[state]}</span></td>
      <td class="mix">${settings.length === 0 ? null : settingsBar(settings.map(shownVerdict))}</td>
      <td data-label="memberships">
        ${list.members.length === 0 ? '–' : rosterWords(outcomes(list))}
      </td>
      <td data-label="archive">${archive === null ? '–' : archiveShort(archive)}</td>
      <td>
        ${concernsOf(list).map((concern) => html`<span class="badge ${concern}">${CONCERN_WORDS[concern]}</span> `)}
      </td>
    </tr>`;
  });
  return html`<div class="panel">
    <table class="index">
      <thead>
        <tr>
          <th scope="col">List</th>
          <th scope="col">State</th>
          <th scope="col">Settings</th>
          <th scope="col">Memberships</th>
          <th scope="col">Archive</th>
          <th scope="col">Look at</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
