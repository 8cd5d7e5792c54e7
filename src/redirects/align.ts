// SPDX-License-Identifier: GPL-3.0-or-later
import type { PipermailArticle } from '../model/redirect.js';

/** One message of the mbox, as far as its old pages are concerned, in the order of the file. */
export interface ArchivedMessage {
  /** Message-ID with angle brackets, as it is now. */
  readonly messageId: string;
  /** The forms under which old pages may know it, canonical. */
  readonly formerIds: readonly string[];
  /** Name of the folder into which its attachments were scrubbed. */
  readonly scrubbedInto: string;
  /** X-Message-ID-Hash. */
  readonly hash: string;
  /** Seconds since 1970. */
  readonly date: number;
  /** The message never had a Message-ID: its page shows one that pipermail invented. */
  readonly generatedId: boolean;
  /** Body lines at which pipermail tore off a piece and gave it a page of its own. */
  readonly ghosts: number;
  /** Number of the page from which the message was rebuilt; null where it never was lost. */
  readonly page: number | null;
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
  /** Pages whose own Message-ID and that of the archive's database are different messages'. */
  readonly disputed: readonly PipermailArticle[];
}

interface Piece {
  readonly message: ArchivedMessage;
  readonly ghost: boolean;
}

/**
 * Finds the message of every page. Three witnesses tell it: the page itself, the archive's database,
 * and the order of the mbox. Pages are numbered in that order, one for a message and one more for
 * each piece that an unescaped `From ` line tore off it; so a page without a known Message-ID is the
 * piece that follows the page before it, or the message of the same time that does. Where page and
 * database disagree the order decides, or else the page: that is what its readers saw.
 *
 * A message that was rebuilt from its page knows that page's number, whatever else they say.
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
  const rebuilt = new Map<number, number>();
  const place = (id: string): void => {
    const known = positions.get(id);
    if (known === undefined) positions.set(id, pieces.length);
    else if (typeof known === 'number') positions.set(id, [known, pieces.length]);
    else known.push(pieces.length);
  };
  for (const message of messages) {
    place(message.messageId);
    for (const id of message.formerIds) if (id !== message.messageId) place(id);
    if (message.page !== null) rebuilt.set(message.page, pieces.length);
    pieces.push({ message, ghost: false });
    for (let n = 0; n < message.ghosts; n += 1) pieces.push({ message, ghost: true });
  }

  const aligned: AlignedArticle[] = [];
  const unmatched: PipermailArticle[] = [];
  const disputed: PipermailArticle[] = [];
  let next = 0;
  const placeOf = (id: string | null): number | undefined => {
    const known = id === null ? undefined : positions.get(canonical(id));
    if (known === undefined || typeof known === 'number') return known;
    // A repeated id has several positions: the first that is still ahead is this page's.
    return known.find((at) => at >= next) ?? known.at(-1);
  };
  for (const article of articles.toSorted((a, b) => a.number - b.number)) {
    const byPage = placeOf(article.messageId);
    const byDatabase = article.databaseId === null ? byPage : placeOf(article.databaseId);
    if (byPage !== undefined && byDatabase !== undefined && byPage !== byDatabase)
      disputed.push(article);
    const known = byDatabase === next ? byDatabase : (byPage ?? byDatabase);
    const position = rebuilt.get(article.number) ?? known ?? withoutId(article, pieces, next);
    const piece = position === undefined ? undefined : pieces[position];
    if (piece === undefined || position === undefined) {
      unmatched.push(article);
      continue;
    }
    aligned.push({ article, message: piece.message, ghost: piece.ghost });
    next = Math.max(next, position + 1);
  }
  return { aligned, unmatched, disputed };
}

// A page that no message is like is passed over, and so is a message without a page: not many.
const LOOK_AHEAD = 20;

/**
 * A page without a known id shows the next torn-off piece or message that never had one, or a
 * message of its time.
 */
function withoutId(
  article: PipermailArticle,
  pieces: readonly Piece[],
  next: number,
): number | undefined {
  const piece = pieces[next];
  if (piece === undefined) return undefined;
  if (piece.ghost || piece.message.generatedId) return next;
  if (article.messageId !== null) return undefined;
  for (let at = next; at < Math.min(pieces.length, next + LOOK_AHEAD); at += 1) {
    const ahead = pieces[at];
    if (ahead !== undefined && !ahead.ghost && sameTime(article, ahead.message)) return at;
  }
  return undefined;
}

const QUARTER_HOUR = 15 * 60;
const WIDEST_ZONE = 14 * 60 * 60;

/** The same minute and second; hours may differ, for a page shows the clock of some zone. */
function sameTime({ seconds }: PipermailArticle, { date }: ArchivedMessage): boolean {
  if (seconds === null) return false;
  const apart = Math.abs(seconds - date);
  return apart <= WIDEST_ZONE && apart % QUARTER_HOUR === 0;
}
