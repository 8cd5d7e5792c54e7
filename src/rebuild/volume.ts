// SPDX-License-Identifier: GPL-3.0-or-later
import type { ArticleContent } from '../model/pipermail.js';
import { matchVolume } from './match.js';
import { pageBody } from './page-body.js';
import { settle, type SettledMessage } from './settle.js';
import { threadPlaces } from './thread-index.js';
import { splitVolume } from './volume-text.js';

/** All that is left of one volume. */
export interface VolumeRemains {
  readonly name: string;
  /** See joinTexts; empty where the volume has no text. */
  readonly text: Buffer;
  readonly articles: readonly ArticleContent[];
  /** Its thread.html. */
  readonly thread: Buffer | null;
}

export interface SettledVolume {
  /** In the order of archiving. */
  readonly messages: readonly SettledMessage[];
  /** Quoted from such a volume inside a message, so none of their own. */
  readonly quoted: number;
  /** Pages that do not testify: damaged, or with HTML of the message's own. */
  readonly pagesUnread: number;
}

/** Makes messages of a volume's text, its pages and its indexes. */
export function settleVolume(
  { name, text, articles, thread }: VolumeRemains,
  list: { readonly name: string; readonly charset: string },
): SettledVolume {
  const pages = articles
    .toSorted((a, b) => a.number - b.number)
    .map((article) => ({
      article,
      body: article.page === null ? null : pageBody(article.page, list.charset),
    }));
  const { pairs, quoted } = matchVolume(splitVolume(text), pages);
  const ids = new Map<number, string>();
  for (const { number, messageId } of articles) if (messageId !== null) ids.set(number, messageId);
  const context = {
    volume: name,
    charset: list.charset,
    list: list.name,
    threads: threadPlaces(thread),
    ids,
  };
  return {
    messages: pairs.map((pair) => settle(pair, context)),
    quoted,
    pagesUnread: pages.filter(({ body }) => body === null).length,
  };
}
