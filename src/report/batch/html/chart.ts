// SPDX-License-Identifier: GPL-3.0-or-later
import type { MonthCount } from '../../../model/batch.js';
import { html, type Html, type Piece } from '../../markup.js';
import { counted, number } from '../../words.js';
import { continuous } from '../months.js';
import { messagesOf } from '../overview.js';

const HEIGHT = 32;
/** Of a month, out of 10: the rest keeps it from its neighbours. */
const WIDTH = 8;

/** What a chart of months says, for those who do not see it. */
export function monthsWords(months: readonly MonthCount[]): string {
  const all = continuous(months);
  const { old, new: there, missing } = messagesOf(months);
  const [first, last] = [all[0]?.month, all.at(-1)?.month];
  if (first === undefined || last === undefined) return 'no messages on either side';
  const span = first === last ? first : `${first} to ${last}`;
  const gap = missing === 0 ? '' : `, ${number(missing)} missing`;
  return `${span}: ${counted(old, 'message')} in the old archive, ${number(there)} in HyperKitty${gap}`;
}

/**
 * Messages by month: what both sides have, and on top of it what only one of them has. A month
 * that lacks something is marked over its whole height, since one message among thousands would
 * not show.
 */
export function monthsChart(months: readonly MonthCount[], look: 'small' | 'large'): Piece {
  const all = continuous(months);
  if (all.length === 0) return null;
  const highest = Math.max(1, ...all.map((month) => Math.max(month.old, month.new)));
  // What is there at all is seen.
  const scale = (count: number): number =>
    count === 0 ? 0 : Math.max(1, (count / highest) * HEIGHT);
  const bars = all.flatMap(({ month, old, new: there }, at): readonly Bar[] => {
    const both = scale(Math.min(old, there));
    const most = scale(Math.max(old, there));
    const words = `${month}: ${number(old)} old, ${number(there)} new`;
    const bar = (kind: BarKind, y: number, height: number): readonly Bar[] =>
      height > 0 ? [{ kind, x: at * 10, y, height, words }] : [];
    return [
      ...(old > there ? bar('gap', 0, HEIGHT) : []),
      ...bar(old > there ? 'missing' : 'more', HEIGHT - most, most - both),
      ...bar('both', HEIGHT - both, both),
    ];
  });
  // A young list's few months are not drawn as wide as a house.
  const wide = Math.max(all.length, look === 'small' ? 12 : 36) * 10;
  return html`<svg
    class="months ${look}"
    viewBox="0 0 ${wide} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${monthsWords(months)}"
  >
    ${look === 'small' ? asPaths(bars) : bars.map(asRect)}
  </svg>`;
}

const KINDS = ['gap', 'missing', 'more', 'both'] as const;
type BarKind = (typeof KINDS)[number];

interface Bar {
  readonly kind: BarKind;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly words: string;
}

const asRect = ({ kind, x, y, height, words }: Bar): Html =>
  html`<rect
    class="${kind}"
    x="${x}"
    y="${y.toFixed(2)}"
    width="${WIDTH}"
    height="${height.toFixed(2)}"
  >
    <title>${words}</title>
  </rect>`;

/** One shape a kind: a page of three hundred lists has tens of thousands of bars. */
const asPaths = (bars: readonly Bar[]): readonly Html[] =>
  KINDS.flatMap((kind) => {
    const own = bars.filter((bar) => bar.kind === kind);
    const shape = own.map(
      ({ x, y, height }) => `M${x} ${y.toFixed(1)}h${WIDTH}v${height.toFixed(1)}h-${WIDTH}z`,
    );
    return own.length === 0 ? [] : [html`<path class="${kind}" d="${shape.join('')}" />`];
  });
