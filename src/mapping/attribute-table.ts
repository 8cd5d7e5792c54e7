// SPDX-License-Identifier: GPL-3.0-or-later
import type { AttributeRow } from './row.js';
import { ARCHIVE, BOUNCES, CONTENT, DIGESTS, NEWS, RESPONSES } from './table/delivery.js';
import { IDENTITY } from './table/identity.js';
import { MEMBERS } from './table/members.js';
import { MODERATION } from './table/moderation.js';
import { OLDER_RELEASES } from './table/older-releases.js';
import { SUBSCRIPTION } from './table/subscription.js';

/** Rows that belong together, under the heading that the guide gives them. */
export interface AttributeGroup {
  readonly title: string;
  readonly rows: readonly AttributeRow[];
}

export const ATTRIBUTE_GROUPS: readonly AttributeGroup[] = [
  { title: 'The list and the look of its messages', rows: IDENTITY },
  { title: 'Joining and leaving', rows: SUBSCRIPTION },
  { title: 'Members', rows: MEMBERS },
  { title: 'Who may post', rows: MODERATION },
  { title: 'Headers, footers and digests', rows: DIGESTS },
  { title: 'Bounces', rows: BOUNCES },
  { title: 'Content filter', rows: CONTENT },
  { title: 'Automatic responses', rows: RESPONSES },
  { title: 'Newsgroup', rows: NEWS },
  { title: 'Archive and topics', rows: ARCHIVE },
  { title: 'Names of older releases', rows: OLDER_RELEASES },
];

/** Every attribute that a Mailman 2.0 to 2.1.39 list holds, by name. */
export const ATTRIBUTE_TABLE: ReadonlyMap<string, AttributeRow> = new Map(
  ATTRIBUTE_GROUPS.flatMap(({ rows }) => rows).map((row) => [row.attribute, row]),
);
