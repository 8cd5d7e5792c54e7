// SPDX-License-Identifier: GPL-3.0-or-later
import type { AttributeRow } from './row.js';
import { DELIVERY } from './table/delivery.js';
import { IDENTITY } from './table/identity.js';
import { MODERATION } from './table/moderation.js';
import { SUBSCRIPTION } from './table/subscription.js';

/** Every attribute that a Mailman 2.0 to 2.1.39 list holds, by name. */
export const ATTRIBUTE_TABLE: ReadonlyMap<string, AttributeRow> = new Map(
  [...IDENTITY, ...SUBSCRIPTION, ...MODERATION, ...DELIVERY].map((row) => [row.attribute, row]),
);
