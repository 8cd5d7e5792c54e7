// SPDX-License-Identifier: GPL-3.0-or-later
import { html, type Html } from '../markup.js';

/** A part of a bar. */
export interface BarPart {
  /** Its class, which colors it. */
  readonly kind: string;
  readonly amount: number;
  /** What it says: `12 exact`. */
  readonly words: string;
}

/**
 * Parts of a whole, one beside the other; what they say stands in its label, and with `hover` at
 * each of them.
 */
export function stackedBar(
  parts: readonly BarPart[],
  { look = 'bar', hover = false }: { readonly look?: string; readonly hover?: boolean } = {},
): Html {
  const total = parts.reduce((sum, { amount }) => sum + amount, 0);
  let x = 0;
  const pieces = parts.flatMap(({ kind, amount, words }) => {
    if (amount === 0) return [];
    // A single loss among two hundred settings must not vanish.
    const width = Math.max(1, (amount / total) * 100);
    const title = hover ? html`<title>${words}</title>` : null;
    const piece = html`<rect
      class="${kind}"
      x="${x.toFixed(2)}"
      width="${width.toFixed(2)}"
      height="8"
      >${title}</rect
    >`;
    x += width;
    return [piece];
  });
  return html`<svg
    class="${look}"
    viewBox="0 0 ${Math.max(100, x).toFixed(2)} 8"
    preserveAspectRatio="none"
    role="img"
    aria-label="${parts.map(({ words }) => words).join(', ')}"
  >
    ${pieces}
  </svg>`;
}
