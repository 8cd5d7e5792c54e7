// SPDX-License-Identifier: GPL-3.0-or-later
import type { MonthCount } from '../../model/batch.js';

/** No chart is wider than this many months: a message of the year 9999 would squeeze all others. */
const WIDEST = 720;

/**
 * The months of an archive in their order, with those between them in which nobody wrote. Where they
 * are spread too far for that, only those that hold messages.
 *
 * @param months `YYYY-MM`, each once, in any order
 */
export function continuous(months: readonly MonthCount[]): readonly MonthCount[] {
  const sorted = months.toSorted((a, b) => (a.month < b.month ? -1 : 1));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [start, end] = [numberOf(first.month), numberOf(last.month)];
  if (!Number.isInteger(start) || !Number.isInteger(end) || end - start >= WIDEST) return sorted;
  const known = new Map(sorted.map((month) => [month.month, month]));
  return Array.from({ length: end - start + 1 }, (_, at) => {
    const month = nameOf(start + at);
    return known.get(month) ?? { month, old: 0, new: 0 };
  });
}

const numberOf = (month: string): number => {
  const [, year, of] = /^(\d{4})-(\d\d)$/.exec(month) ?? [];
  return year === undefined || of === undefined ? NaN : Number(year) * 12 + Number(of) - 1;
};

const nameOf = (count: number): string =>
  `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;

/** Months in which the two sides have not the same count. */
export const different = (months: readonly MonthCount[]): readonly MonthCount[] =>
  months
    .filter((month) => month.old !== month.new)
    .toSorted((a, b) => (a.month < b.month ? -1 : 1));
