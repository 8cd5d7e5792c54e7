// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Attributes of a list in Core's database that its REST interface shows at most, by Core's own
 * names (mailman/interfaces/mailinglist.py): numbers, texts, lists of texts, times as ISO 8601.
 */
export type CoreAttributes = Readonly<
  Record<string, number | boolean | string | readonly string[]>
>;
