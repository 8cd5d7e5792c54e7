// SPDX-License-Identifier: GPL-3.0-or-later
import { html, type Html } from '../../markup.js';
import { number } from '../../words.js';
import { type Shown, VERDICT_WORDS } from './verdicts.js';

const ORDER: readonly Shown[] = ['exact', 'approximate', 'lost', 'unneeded'];

/** How many settings have which verdict, as one bar; the numbers stand in its label. */
export function settingsBar(verdicts: readonly Shown[]): Html {
  const counts = ORDER.map((verdict) => verdicts.filter((one) => one === verdict).length);
  const total = Math.max(1, verdicts.length);
  let x = 0;
  const parts = ORDER.flatMap((verdict, at) => {
    const count = counts[at] ?? 0;
    if (count === 0) return [];
    // A single loss among two hundred settings must not vanish.
    const width = Math.max(1, (count / total) * 100);
    const part = html`<rect
      class="${verdict}"
      x="${x.toFixed(2)}"
      width="${width.toFixed(2)}"
      height="8"
    />`;
    x += width;
    return [part];
  });
  const label = ORDER.map((verdict, at) => `${number(counts[at] ?? 0)} ${VERDICT_WORDS[verdict]}`);
  return html`<svg
    class="bar"
    viewBox="0 0 ${Math.max(100, x).toFixed(2)} 8"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label.join(', ')}"
  >
    ${parts}
  </svg>`;
}
