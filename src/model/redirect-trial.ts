// SPDX-License-Identifier: GPL-3.0-or-later
import type { RedirectKind } from './redirect.js';

/** How many requests there were, and how many of them landed. */
export interface Share {
  readonly requests: number;
  readonly landed: number;
}

/** How old addresses fare. */
export interface TrialReport {
  readonly requests: number;
  readonly landed: number;
  /** Of those that landed, how many only at the list's page, by its general rule. */
  readonly general: number;
  /** Requests that failed on the old server already and have no address today: no misses. */
  readonly neverThere: number;
  /** Requests for something other than Mailman 2's addresses. */
  readonly foreign: number;
  readonly byKind: Readonly<Partial<Record<RedirectKind | 'unknown', Share>>>;
  readonly byStatus: Readonly<Record<string, Share>>;
  /** By count, the most first. */
  readonly misses: readonly {
    readonly path: string;
    readonly count: number;
    readonly status: number | null;
    readonly why: string;
  }[];
}

/** An address that somebody typed in. */
export interface TriedAddress {
  readonly path: string;
  /** null where the old file stays served, and where nothing leads on. */
  readonly lead: { readonly kind: RedirectKind; readonly newUrl: string } | null;
  /** Why it does not land; null where it does. */
  readonly trouble: string | null;
}
