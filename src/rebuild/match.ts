// SPDX-License-Identifier: GPL-3.0-or-later
import type { ArticleContent } from '../model/pipermail.js';
import type { PageBody } from './page-body.js';
import type { VolumeEntry } from './volume-text.js';
import { comparable, plainAddress } from './words.js';

/** A page, read. */
export interface PageWitness {
  readonly article: ArticleContent;
  readonly body: PageBody | null;
}

/** One message, by what is left of it: at least one of both. */
export interface Pair {
  readonly entry: VolumeEntry | null;
  readonly page: PageWitness | null;
}

export interface Matching {
  /** In the order of archiving. */
  readonly pairs: readonly Pair[];
  /** Entries that are text of the message before them: they were quoted from a volume. */
  readonly quoted: number;
}

/**
 * Finds the page of each message in a volume's text. Both are in the order of archiving, but each
 * may lack some of the other's. Ids decide; where there are none, date and sender; where these
 * fail, the place between neighbours.
 */
export function matchVolume(
  entries: readonly VolumeEntry[],
  pages: readonly PageWitness[],
): Matching {
  const partners: Partners = { ofEntry: new Map(), taken: new Set() };
  matchByKey(entries, pages, partners, {
    ofEntry: ({ headers }) => bareId(headers.get('message-id')),
    ofPage: ({ article }) => bareId(article.messageId),
  });
  matchByKey(entries, pages, partners, {
    ofEntry: ({ localDate, address }) => moment(localDate, address),
    ofPage: ({ article }) => moment(article.datestr, article.email),
  });
  matchByPlace(entries, pages, partners);
  return inOrder(entries, pages, partners);
}

interface Partners {
  readonly ofEntry: Map<VolumeEntry, PageWitness>;
  readonly taken: Set<PageWitness>;
}

function join(partners: Partners, entry: VolumeEntry, page: PageWitness): void {
  partners.ofEntry.set(entry, page);
  partners.taken.add(page);
}

interface Keys {
  readonly ofEntry: (entry: VolumeEntry) => string | null;
  readonly ofPage: (page: PageWitness) => string | null;
}

function matchByKey(
  entries: readonly VolumeEntry[],
  pages: readonly PageWitness[],
  partners: Partners,
  keys: Keys,
): void {
  const free = grouped(
    pages.filter((page) => !partners.taken.has(page)),
    keys.ofPage,
  );
  const lonely = grouped(
    entries.filter((entry) => !partners.ofEntry.has(entry)),
    keys.ofEntry,
  );
  for (const [key, group] of lonely) {
    const candidates = free.get(key) ?? [];
    // Ids repeat, and a quoted message has the same once more: then text and date tell.
    const several = group.length > 1 || candidates.length > 1;
    for (const alike of several ? [sameText, sameMoment, anything] : [anything]) {
      for (const page of candidates) {
        if (partners.taken.has(page)) continue;
        const found = group.find(
          (entry) => !partners.ofEntry.has(entry) && mayBeOne(entry, page) && alike(entry, page),
        );
        if (found !== undefined) join(partners, found, page);
      }
    }
  }
}

const anything = (): boolean => true;

/** Different ids are of different messages. */
function mayBeOne({ headers }: VolumeEntry, { article }: PageWitness): boolean {
  const [one, other] = [bareId(headers.get('message-id')), bareId(article.messageId)];
  return one === null || other === null || one === other;
}

function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | null,
): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** An id without brackets, blanks and what stands behind it. */
export function bareId(value: string | null | undefined): string | null {
  const inner = /<([^<>]*)>/.exec(value ?? '')?.[1] ?? value ?? '';
  const bare = inner.replaceAll(/[\s<>]+/g, '');
  return bare === '' ? null : bare;
}

/**
 * `Thu Apr  4 18:01:29 2013` with or without a zone before the year, and who. Not the month: pages
 * name it in the list's language, before the day or behind it.
 */
function moment(date: string | null, address: string | null): string | null {
  const found = [/(?:^|\s)(\d{1,2})(?=\s)/, /(\d\d:\d\d:\d\d)/, /\b(\d{4})\b/].map(
    (part) => part.exec(date ?? '')?.[1],
  );
  if (found.includes(undefined)) return null;
  const sender = plainAddress(address ?? '') ?? address ?? '';
  return [...found, sender === NOBODY ? '' : sender].join(' ');
}

/** What a volume names as the sender of a message without one. */
export const NOBODY = 'bogus@does.not.exist.com';

function sameText({ body }: VolumeEntry, page: PageWitness): boolean {
  return (
    page.body !== null && comparable(body.toString('latin1')) === comparable(page.body.visible)
  );
}

function sameMoment({ localDate, address }: VolumeEntry, { article }: PageWitness): boolean {
  return moment(localDate, address) === moment(article.datestr, article.email);
}

/** What is alone between the same two neighbours on both sides belongs together. */
function matchByPlace(
  entries: readonly VolumeEntry[],
  pages: readonly PageWitness[],
  partners: Partners,
): void {
  const positions = new Map(pages.map((page, position) => [page, position]));
  let next = 0;
  for (let first = 0; first < entries.length;) {
    let end = first;
    const isLonely = (at: number): boolean => {
      const entry = entries[at];
      return entry !== undefined && !partners.ofEntry.has(entry);
    };
    while (isLonely(end)) end += 1;
    const following = entries[end];
    const page = following === undefined ? undefined : partners.ofEntry.get(following);
    const until = page === undefined ? pages.length : (positions.get(page) ?? pages.length);
    const between = pages.slice(next, Math.max(next, until));
    if (end > first && between.length === end - first) {
      for (const [index, candidate] of between.entries()) {
        const entry = entries[first + index];
        if (entry === undefined || partners.taken.has(candidate)) continue;
        if (mayBeOne(entry, candidate)) join(partners, entry, candidate);
      }
    }
    next = Math.max(next, until + 1);
    first = end + 1;
  }
}

function inOrder(
  entries: readonly VolumeEntry[],
  pages: readonly PageWitness[],
  { ofEntry, taken }: Partners,
): Matching {
  const pairs: Pair[] = [];
  let quoted = 0;
  let before: PageWitness | null = null;
  for (const entry of entries) {
    const page = ofEntry.get(entry) ?? null;
    if (page === null && before !== null && isQuotedIn(entry, before)) {
      quoted += 1;
      continue;
    }
    before = page ?? before;
    pairs.push({ entry, page });
  }
  for (const page of pages) if (!taken.has(page)) pairs.push({ entry: null, page });
  return { pairs, quoted };
}

/** Whether a page's text holds what was taken for a message of its own. */
function isQuotedIn({ headers, localDate }: VolumeEntry, { body }: PageWitness): boolean {
  if (body === null) return false;
  const text = comparable(body.visible);
  const head = `${localDate} From: ${headers.get('from') ?? ''} Date: ${headers.get('date') ?? ''}`;
  return text.includes(comparable(head));
}
