// SPDX-License-Identifier: GPL-3.0-or-later
import type { HeldEmails } from '../model/archive-state.js';
import type { MonthCount, RedirectCoverage } from '../model/batch.js';
import type { Redirect, RedirectKind } from '../model/redirect.js';

/**
 * Messages by month, UTC, in the order of time: those that an old archive has, and those of them
 * that HyperKitty holds. What came to HyperKitty by other ways is not counted.
 */
export function monthCounts(
  messages: Iterable<{ readonly hash: string; readonly date: number }>,
  held: HeldEmails,
): readonly MonthCount[] {
  const months = new Map<string, { old: number; new: number }>();
  for (const { hash, date } of messages) {
    const month = monthOf(date);
    const count = months.get(month) ?? { old: 0, new: 0 };
    count.old += 1;
    if (held.has(hash)) count.new += 1;
    months.set(month, count);
  }
  return [...months]
    .map(([month, count]) => ({ month, ...count }))
    .toSorted((a, b) => (a.month < b.month ? -1 : 1));
}

/** `2004-07` of seconds since 1970. */
function monthOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const month = String(date.getUTCMonth() + 1).padStart(2, '0');
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${month}`;
}

/** Counts old addresses by what they showed and whether they lead to the same thing. */
export class CoverageTally {
  readonly #kinds = new Map<RedirectKind, { addresses: number; exact: number }>();

  add({ kind, newUrl }: Redirect): void {
    const count = this.#kinds.get(kind) ?? { addresses: 0, exact: 0 };
    count.addresses += 1;
    if (isExact(kind, newUrl)) count.exact += 1;
    this.#kinds.set(kind, count);
  }

  kinds(): readonly RedirectCoverage[] {
    return [...this.#kinds].map(([kind, count]) => ({ kind, ...count }));
  }
}

/** Articles and what was in them have a page of their own; the others a page that took their place. */
function isExact(kind: RedirectKind, newUrl: string): boolean {
  switch (kind) {
    case 'article':
    case 'attachment':
      return newUrl.includes('/message/');
    case 'listinfo':
    case 'admin':
    case 'list':
    case 'volume':
      return true;
    case 'ghost':
    case 'download':
    case 'other':
      return false;
  }
}
