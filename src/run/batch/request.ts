// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchEntry, BatchOrder, LeaveOut } from '../../model/batch.js';
import type { Selection } from '../select.js';
import type { Window } from './window.js';

/** What a batch is asked for. */
export interface BatchRequest {
  readonly selection: Selection;
  /** Every list of the old site, with its size. */
  readonly site: readonly BatchEntry[];
  readonly order: BatchOrder;
  /** Lists whose rosters are held at once. */
  readonly concurrency: number;
  readonly window: Window | null;
  /** Milliseconds since 1970. */
  readonly until: number | null;
  /** What was typed: the same continues. */
  readonly command: string;
  /** What every command about these two sides begins with. */
  readonly program: string;
  /** What to type for one list alone. */
  readonly commandFor: (name: string) => string;
  /** How to leave lists out. */
  readonly leaveOut: (names: readonly string[]) => LeaveOut;
  /** Aborted, with the signal's name as its reason, when somebody wants the batch to end. */
  readonly stop: AbortSignal;
  /** Milliseconds that phases under way have to end after that. */
  readonly grace: number;
}
