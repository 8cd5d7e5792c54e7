// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from './json.js';
import type { RedirectKind } from './redirect.js';

/** One thing that verification compared. */
export interface Check {
  /** Stable: `settings`, `roster.member`, `archive.message-ids`, … */
  readonly id: string;
  readonly ok: boolean;
  readonly expected: Json;
  readonly actual: Json;
  readonly summary: string;
}

/** What a stranger gets who asks for a list's RSS feed. */
export interface FeedObservation {
  readonly status: number;
  /** Message hashes that the feed's items link to; null where the answer was no feed. */
  readonly hashes: readonly string[] | null;
}

/** Statuses of pages by address, of one verification: many old addresses lead to one page. */
export type AskedPages = Map<string, Promise<number>>;

/** What a reader gets who follows an old link. */
export interface RedirectProbe {
  readonly oldPath: string;
  readonly kind: RedirectKind;
  readonly expectedUrl: string;
  /** Status and Location of the old address. */
  readonly status: number;
  readonly location: string | null;
  /** Status of the page that Location names; null where there is none. */
  readonly targetStatus: number | null;
}
