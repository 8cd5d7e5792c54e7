// SPDX-License-Identifier: GPL-3.0-or-later
import type { PipermailArticle } from '../model/redirect.js';

/** One message of the mbox, as far as its old pages are concerned, in the order of the file. */
export interface ArchivedMessage {
  /** Message-ID with angle brackets, as it is now. */
  readonly messageId: string;
  /** The forms under which old pages may know it, canonical. */
  readonly formerIds: readonly string[];
  /** X-Message-ID-Hash. */
  readonly hash: string;
  /** Seconds since 1970. */
  readonly date: number;
  /** The message never had a Message-ID: its page shows one that pipermail invented. */
  readonly generatedId: boolean;
  /** Body lines at which pipermail tore off a piece and gave it a page of its own. */
  readonly ghosts: number;
}

export interface AlignedArticle {
  readonly article: PipermailArticle;
  readonly message: ArchivedMessage;
  readonly ghost: boolean;
}

export interface Alignment {
  readonly aligned: readonly AlignedArticle[];
  /** Pages for which no message was found. */
  readonly unmatched: readonly PipermailArticle[];
}

interface Piece {
  readonly message: ArchivedMessage;
  readonly ghost: boolean;
}

/**
 * Finds the message of every page. Pages are numbered in the order of the mbox, one for a message
 * and one more for each piece that an unescaped `From ` line tore off it; so a page without a known
 * Message-ID is the piece that follows the page before it.
 *
 * `canonical` brings a Message-ID from a page into the form of `formerIds`.
 */
export function alignArticles(
  articles: readonly PipermailArticle[],
  messages: readonly ArchivedMessage[],
  canonical: (messageId: string) => string,
): Alignment {
  const pieces: Piece[] = [];
  // One place, as nearly every id has, or several: a million of arrays would be felt.
  const positions = new Map<string, number | number[]>();
  const place = (id: string): void => {
    const known = positions.get(id);
    if (known === undefined) positions.set(id, pieces.length);
    else if (typeof known === 'number') positions.set(id, [known, pieces.length]);
    else known.push(pieces.length);
  };
  for (const message of messages) {
    place(message.messageId);
    for (const id of message.formerIds) if (id !== message.messageId) place(id);
    pieces.push({ message, ghost: false });
    for (let n = 0; n < message.ghosts; n += 1) pieces.push({ message, ghost: true });
  }

  const aligned: AlignedArticle[] = [];
  const unmatched: PipermailArticle[] = [];
  let next = 0;
  for (const article of articles.toSorted((a, b) => a.number - b.number)) {
    const known =
      article.messageId === null ? undefined : positions.get(canonical(article.messageId));
    // A repeated id has several positions: the first that is still ahead is this page's.
    const position =
      known === undefined
        ? next
        : typeof known === 'number'
          ? known
          : (known.find((at) => at >= next) ?? known.at(-1));
    const piece = position === undefined ? undefined : pieces[position];
    const believable = known !== undefined || (piece !== undefined && mayLackId(piece));
    if (piece === undefined || position === undefined || !believable) {
      unmatched.push(article);
      continue;
    }
    aligned.push({ article, message: piece.message, ghost: piece.ghost });
    next = Math.max(next, position + 1);
  }
  return { aligned, unmatched };
}

/** A page without a known id can only show a torn-off piece or a message that never had one. */
function mayLackId({ ghost, message }: Piece): boolean {
  return ghost || message.generatedId;
}
