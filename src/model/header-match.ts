// SPDX-License-Identifier: GPL-3.0-or-later
import type { ModerationAction } from './mailman3-list.js';

/** One header filter of Core: `pattern` is searched in each header named `header`. */
export interface HeaderMatch {
  /** Lower case, as Core keeps it. */
  readonly header: string;
  /** Regular expression of Python's, searched without regard to case. */
  readonly pattern: string;
  /** The chain that a matching message goes to; null: what the site says. */
  readonly action: ModerationAction | null;
}
