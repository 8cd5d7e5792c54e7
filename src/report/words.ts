// SPDX-License-Identifier: GPL-3.0-or-later
import { counted, number } from '../model/counted.js';

export { counted, number };

/** `1.2 MB` */
export function size(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let [value, at] = [bytes / 1000, 0];
  // What would be rounded to 1000.0 belongs to the next unit.
  for (; value >= 999.95 && at < units.length - 1; at += 1) value /= 1000;
  return `${value.toFixed(1)} ${units[at] ?? ''}`;
}

/** `2026-05-01 03:12 UTC` */
export const minute = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A word as a shell takes it back. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** `dev, announce and 11 more`; `as` makes of a name what the form wants. */
export function names(
  all: readonly string[],
  as: (name: string) => string = (name) => name,
): string {
  const many = all.length > 6;
  const first = (many ? all.slice(0, 5) : all).map(as).join(', ');
  return many ? `${first} and ${number(all.length - 5)} more` : first;
}
