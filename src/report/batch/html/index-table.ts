// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchList } from '../../../model/batch.js';
import { durationText } from '../../duration.js';
import { listId } from '../../html/matters.js';
import { html, type Html } from '../../markup.js';
import { number } from '../../words.js';
import {
  addressesOf,
  BATCH_STATES,
  type BatchState,
  batchStateOf,
  secondsOf,
} from '../overview.js';
import { arrivedWords } from '../words.js';
import { monthsChart } from './chart.js';
import { phasesBar } from './phases.js';

/** Search and filter by state; they wait, hidden, for the page's script. */
export function tools(lists: readonly BatchList[]): Html {
  const states = (Object.keys(BATCH_STATES) as BatchState[]).filter((state) =>
    lists.some((list) => batchStateOf(list) === state),
  );
  return html`<form class="tools" role="search" hidden>
    <label class="find"
      >Find <input type="search" name="find" placeholder="list, finding" autocomplete="off"
    /></label>
    <fieldset>
      <legend>Lists</legend>
      ${states.map(
        (state) =>
          html`<label
            ><input type="checkbox" name="state" value="${state}" checked />
            ${BATCH_STATES[state]}</label
          >`,
      )}
    </fieldset>
    <button type="button" data-do="open">Open all</button>
    <button type="button" data-do="close">Close all</button>
    <button type="button" data-do="reset">Reset</button>
    <output aria-live="polite"></output>
  </form>`;
}

/** One line a list, with the way to its part of the page. */
export function index(lists: readonly BatchList[]): Html {
  const rows = lists.map((list) => {
    const state = batchStateOf(list);
    const seconds = secondsOf(list);
    const addresses = addressesOf(list);
    return html` <tr data-list="${listId(list.name)}">
      <th scope="row">
        <a href="#${listId(list.name)}"><bdi>${list.name}</bdi></a>
        <span class="small soft"><bdi>${list.fqdn}</bdi></span>
      </th>
      <td><span class="badge ${state}">${BATCH_STATES[state]}</span></td>
      <td class="n" data-label="members">${number(list.members)}</td>
      <td class="n" data-label="messages">${arrivedWords(list) ?? '–'}</td>
      <td class="mix">${list.months === null ? null : monthsChart(list.months, 'small')}</td>
      <td class="n" data-label="old links">${addresses === null ? '–' : number(addresses)}</td>
      <td class="mix" data-label="time">
        ${seconds === 0 ? '–' : durationText(seconds)} ${phasesBar(list.phases)}
      </td>
    </tr>`;
  });
  return html`<div class="panel">
    <table class="index">
      <thead>
        <tr>
          <th scope="col">List</th>
          <th scope="col">Outcome</th>
          <th scope="col">Members</th>
          <th scope="col">Messages</th>
          <th scope="col">By month</th>
          <th scope="col">Old links</th>
          <th scope="col">Time</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
