// SPDX-License-Identifier: GPL-3.0-or-later
import type { RedirectKind } from '../model/redirect.js';

/** One and several old addresses of a kind, in the order in which most readers meet them. */
export const ADDRESS_KINDS: Readonly<Record<RedirectKind, readonly [string, string]>> = {
  article: ['message page', 'message pages'],
  ghost: ['page of a torn-off piece', 'pages of torn-off pieces'],
  volume: ['volume page', 'volume pages'],
  download: ['download', 'downloads'],
  attachment: ['attachment', 'attachments'],
  list: ['archive front page', 'archive front pages'],
  listinfo: ['list page', 'list pages'],
  admin: ['administration page', 'administration pages'],
  other: [
    'message page that leads to its month only',
    'message pages that lead to their month only',
  ],
};

/** Old addresses of a kind, as a title. */
export const addressKindWords = (kind: RedirectKind): string => ADDRESS_KINDS[kind][1];
