// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchReport } from '../../../model/batch.js';
import { durationText } from '../../duration.js';
import { mattersPanel, nextPanel } from '../../html/matters.js';
import { html, type Html, type Piece } from '../../markup.js';
import { counted, number } from '../../words.js';
import { BATCH_CONCERNS, BATCH_STATES, type BatchOverview, type BatchState } from '../overview.js';

/** The batch in numbers. */
export function cards(
  { lists, began, ended, concurrency }: BatchReport,
  overview: BatchOverview,
): Html {
  const { states, messages, compared, members, addresses, exact, retries, checks } = overview;
  const card = (title: string, big: string, unit: string, below: Piece): Html =>
    html`<li class="card">
      <h2>${title}</h2>
      <p class="big">${big} <small>${unit}</small></p>
      <p>${below}</p>
    </li> `;
  const over = states.findings + states.migrated + states.unchanged;
  return html`<ul class="cards">
    ${card(
      'Lists',
      number(over),
      `of ${number(lists.length)} brought over`,
      (Object.keys(BATCH_STATES) as BatchState[])
        .filter((state) => states[state] > 0)
        .map(
          (state) =>
            html`<span class="badge ${state}"
              >${number(states[state])} ${BATCH_STATES[state]}</span
            > `,
        ),
    )}
    ${card('Memberships', number(members), '', 'of the lists that had their turn')}
    ${card(
      'Messages',
      number(messages.new),
      'there',
      messages.missing === 0
        ? `of ${number(messages.old)} in ${counted(compared, 'old archive')}, none is missing in HyperKitty`
        : html`<span class="badge error">${number(messages.missing)} missing</span> of
            ${number(messages.old)}`,
    )}
    ${card(
      'Verification',
      number(checks.all - checks.wrong),
      `of ${counted(checks.all, 'check')}`,
      checks.wrong === 0
        ? checks.all === 0
          ? 'nothing was verified'
          : 'all passed'
        : html`<span class="badge error">${number(checks.wrong)} failed</span>`,
    )}
    ${card(
      'Old web addresses',
      number(addresses),
      'lead on',
      `${number(exact)} of them to the very message, file or page`,
    )}
    ${card(
      'Time',
      durationText((ended - began) / 1000),
      '',
      `${counted(concurrency, 'list')} at a time${retries === 0 ? '' : `; ${counted(retries, 'step')} tried again`}`,
    )}
  </ul>`;
}

/** What to do next, and what the reader should know before. */
export function panels({ next, matters }: BatchOverview): Html {
  return html`<div class="two">
    <div>
      ${nextPanel(next)}${mattersPanel('blocked', BATCH_CONCERNS.blocked, matters.blocked)}
      ${mattersPanel('decide', BATCH_CONCERNS.decide, matters.decide)}
    </div>
    <div>${mattersPanel('lost', BATCH_CONCERNS.lost, matters.lost)}</div>
  </div>`;
}
