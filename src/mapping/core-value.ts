// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { SettingValue } from '../model/mailman3-list.js';
import type { MappingContext } from './row.js';

/** A value for Core's database. */
interface KeptInCore {
  readonly kind: 'kept';
  readonly value: Json;
  /** The value for a reader, where it is none of the simple ones. */
  readonly shown?: SettingValue;
  /** What of it will be otherwise than in Mailman 2, and what can be done about it. */
  readonly note?: { readonly why: string; readonly next: string };
}

/**
 * `nothing`: Mailman 2 says nothing that a new list does not say; `value` is what that is, where
 * an earlier apply may have set another.
 */
export type CoreValue =
  | KeptInCore
  | { readonly kind: 'nothing'; readonly value?: Json }
  | { readonly kind: 'lost'; readonly why: string; readonly next?: string };

export type CoreConversion = (
  value: Json,
  list: Mailman2List,
  context: MappingContext,
) => CoreValue;

export const NOTHING: CoreValue = { kind: 'nothing' };

// The largest number of a column in PostgreSQL.
export const LARGEST = 2_147_483_647;
