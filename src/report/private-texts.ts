// SPDX-License-Identifier: GPL-3.0-or-later
import { visible } from './visible.js';

/** Stands where an address is left out. */
export const HIDDEN_ADDRESS = '⟨address⟩';

/** An address of a person, or what looks like one. */
// Begins where a run of such characters begins, so that a long text costs one pass.
export const ADDRESS =
  /(?<![\p{L}\p{N}._%+'=&!#$*/?{|}~`-])[\p{L}\p{N}._%+'=&!#$*/?{|}~`-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/** A text with nothing in it that looks like an address, but for those of lists, in lower case. */
export function withoutAddresses(text: string, ofLists: ReadonlySet<string>): string {
  return text.replaceAll(ADDRESS, (found) =>
    ofLists.has(found.toLowerCase()) ? found : HIDDEN_ADDRESS,
  );
}

/** A name that stays on its line. */
export const oneLine = (text: string): string => visible(text).replaceAll('\n', '⏎');

/** The same value with every text in it, at any depth, as `change` makes it; keys of objects too. */
export function eachText<Value>(value: Value, change: (text: string) => string): Value {
  const walk = (inner: unknown): unknown => {
    if (typeof inner === 'string') return change(inner);
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([key, item]) => [change(key), walk(item)]),
    );
  };
  return walk(value) as Value;
}
