// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchList, PhaseRate, WorkUnit } from '../../../model/batch.js';
import type { PhaseName, PhaseOutcome, PhaseReport } from '../../../model/report.js';
import { durationText } from '../../duration.js';
import { stackedBar } from '../../html/bar.js';
import { html, type Html, type Piece } from '../../markup.js';
import { counted, number, size } from '../../words.js';

/** What a phase is called, in the order in which they come. */
export const PHASES: Readonly<Record<PhaseName, string>> = {
  export: 'read the old list',
  apply: 'settings and rosters',
  archive: 'archive',
  index: 'search index',
  redirects: 'old links',
  verify: 'verification',
};

export const PHASE_OUTCOMES: Readonly<Record<PhaseOutcome, string>> = {
  done: 'done',
  unchanged: 'nothing to do',
  skipped: 'skipped',
  failed: 'failed',
};

/** How long the phases took, as one bar. */
export function phasesBar(phases: readonly Pick<PhaseReport, 'phase' | 'seconds'>[]): Piece {
  if (phases.every(({ seconds }) => seconds === 0)) return null;
  const parts = phases.map(({ phase, seconds }) => {
    return { kind: phase, amount: seconds, words: `${PHASES[phase]} ${durationText(seconds)}` };
  });
  return stackedBar(parts, { look: 'bar phases', hover: true });
}

/** The color of a phase, before its name. */
export const key = (phase: PhaseName): Html =>
  html`<svg class="key" viewBox="0 0 8 8" aria-hidden="true">
    <rect class="${phase}" width="8" height="8" />
  </svg>`;

const amountText = (amount: number, unit: WorkUnit): string =>
  unit === 'bytes'
    ? size(amount)
    : counted(amount, unit === 'addresses' ? 'address' : unit.slice(0, -1), unit);

function rateText({ amount, unit, seconds }: PhaseRate): string {
  if (seconds <= 0) return '–';
  const rate = amount / seconds;
  if (unit === 'bytes') return `${size(Math.round(rate))}/s`;
  return `${rate < 10 ? rate.toFixed(1) : number(Math.round(rate))} ${unit}/s`;
}

/** How fast each phase went, over all lists. */
export function ratesPanel(rates: readonly PhaseRate[], lists: readonly BatchList[]): Piece {
  if (rates.length === 0) return null;
  const spent = (Object.keys(PHASES) as PhaseName[]).map((phase) => ({
    phase,
    seconds: lists
      .flatMap(({ phases }) => phases)
      .filter((each) => each.phase === phase)
      .reduce((sum, { seconds }) => sum + seconds, 0),
  }));
  return html`<section class="panel" aria-labelledby="rates">
    <h2 id="rates">Where the time went</h2>
    ${phasesBar(spent)}
    <table class="rates">
      <caption>
        Sums over all lists; lists are worked on side by side, so this is more than the clock shows.
      </caption>
      <thead>
        <tr>
          <th scope="col">Phase</th>
          <th scope="col">Lists</th>
          <th scope="col">Work</th>
          <th scope="col">Time</th>
          <th scope="col">Rate</th>
        </tr>
      </thead>
      <tbody>
        ${rates.map(
          (rate) =>
            html`<tr>
              <th scope="row">${key(rate.phase)} ${PHASES[rate.phase]}</th>
              <td class="n" data-label="lists">${number(rate.lists)}</td>
              <td class="n" data-label="work">${amountText(rate.amount, rate.unit)}</td>
              <td class="n" data-label="time">${durationText(rate.seconds)}</td>
              <td class="n" data-label="rate">${rateText(rate)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </section>`;
}
