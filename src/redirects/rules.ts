// SPDX-License-Identifier: GPL-3.0-or-later
import type { PipermailArticle, PipermailListing, RedirectKind } from '../model/redirect.js';
import { listPage, listSummary, type WebAddresses } from './addresses.js';
import type { Alignment } from './align.js';
import type { AttachmentTarget } from './attachments.js';
import { monthOf, volumeSpan, type YearMonth } from './volume-date.js';

/** A list, its old pages, and what is known of the messages behind them. */
export interface ListToRedirect {
  /** Mailman 2's name of the list. */
  readonly name: string;
  readonly fqdnListname: string;
  readonly listId: string;
  readonly private: boolean;
  /** Whether HyperKitty has a page for the list. */
  readonly archived: boolean;
  readonly listing: PipermailListing;
  readonly alignment: Alignment;
  /** Hashes of the messages that HyperKitty was seen to hold; null where nobody looked. */
  readonly held: Pick<ReadonlySet<string>, 'has'> | null;
  /** Where the files below `attachments/` are now, by their path; the others are nowhere. */
  readonly attachments: ReadonlyMap<string, AttachmentTarget>;
}

/** One old address below the front page of a list's archive. */
export interface RuleEntry {
  /** Old path below the front page, decoded; the front page itself is ''. */
  readonly key: string;
  /** New address below the list's page, percent-encoded; null where the old file stays served. */
  readonly value: string | null;
  readonly kind: RedirectKind;
}

/** Every old address of one list, in no web server's words. */
export interface ListRules {
  readonly name: string;
  readonly fqdnListname: string;
  readonly private: boolean;
  /** Where the list's archive is now: all old addresses below the archive lead here or below. */
  readonly page: string;
  /** Where Mailman 2's programs for the list lead. */
  readonly summary: string;
  /** Folder of the old archive from which entries without a new address are served. */
  readonly keptIn: string | null;
  /** Each key once, in the order in which a reader would look; made anew with each call. */
  entries(): Iterable<RuleEntry>;
}

/** What holds for the rules of every list. */
export interface SiteRules {
  readonly web: WebAddresses;
  readonly status: 301 | 302;
}

/**
 * The rules of a list.
 *
 * @param keepStatic folder with the old archives, one folder a list; a private archive is never
 * served from it, for a web server asks nobody to log in
 */
export function listRules(
  list: ListToRedirect,
  web: WebAddresses,
  keepStatic: string | null = null,
): ListRules {
  const summary = listSummary(web, list.listId);
  const known = sorted(list);
  const keptIn =
    keepStatic === null || list.private ? null : `${keepStatic.replace(/\/+$/, '')}/${list.name}`;
  let repeats: ReadonlySet<number> | null = null;
  return {
    name: list.name,
    fqdnListname: list.fqdnListname,
    private: list.private,
    page: list.archived ? listPage(web, list.fqdnListname) : summary,
    summary,
    keptIn,
    *entries() {
      // Two files of one address: the old server showed one of them, so the first rule holds.
      repeats ??= repeated(entriesOf(list, known, keptIn !== null));
      let n = 0;
      for (const entry of entriesOf(list, known, keptIn !== null)) {
        if (repeats.size === 0 || !repeats.has(n)) yield entry;
        n += 1;
      }
    },
  };
}

/** Which entries, counted from 0, have the key of an earlier one. */
function repeated(entries: Iterable<RuleEntry>): ReadonlySet<number> {
  const seen = new Set<string>();
  const repeats = new Set<number>();
  let n = 0;
  for (const { key } of entries) {
    seen.add(key);
    if (seen.size + repeats.size <= n) repeats.add(n);
    n += 1;
  }
  return repeats;
}

/** How many articles lead to less than their message, though one was found or should have been. */
export function missingTargets({ alignment, held }: ListToRedirect): readonly PipermailArticle[] {
  if (held === null) return [];
  return alignment.aligned
    .filter(({ message }) => !held.has(message.hash))
    .map(({ article }) => article);
}

// What was never served, whoever finds it among the files (Mailman 2: Mailman/Archiver).
const SECRET = /(?:^|\/)(?:pipermail\.pck|database\/.*|[^/]*\.mbox)$/;

function* entriesOf(
  list: ListToRedirect,
  { articles, unmatched, months }: ReturnType<typeof sorted>,
  keep: boolean,
): Generator<RuleEntry> {
  yield { key: '', value: '', kind: 'list' };
  // Where HyperKitty has nothing of the list, its old pages are all there is.
  const kept = (key: string, value: string): string | null =>
    keep && !SECRET.test(key) ? null : value;
  const lost = (key: string, value: string): string | null =>
    list.archived ? value : kept(key, '');
  yield { key: 'index.html', value: lost('index.html', ''), kind: 'list' };

  for (const volume of list.listing.volumes) {
    const span = volumeSpan(volume);
    const month = list.archived ? monthPath(months.get(volume.name)) : '';
    for (const file of ['/', '', ...volume.indexes.map((index) => `/${index}`)]) {
      const key = `${volume.name}${file}`;
      yield { key, value: file.length > 1 ? lost(key, month) : month, kind: 'volume' };
    }
    for (const key of volume.downloads) {
      const value = lost(key, exportPath(list, volume.name, span));
      yield { key, value, kind: 'download' };
    }
  }
  for (const { article, message, ghost } of articles) {
    const key = `${article.volume}/${article.file}`;
    const value = `message/${message.hash}/`;
    yield { key, value: lost(key, value), kind: ghost ? 'ghost' : 'article' };
  }
  for (const article of unmatched) {
    const key = `${article.volume}/${article.file}`;
    const month = list.archived ? monthPath(months.get(article.volume)) : '';
    yield { key, value: kept(key, month), kind: 'other' };
  }
  for (const { path } of list.listing.attachments) {
    const target = list.archived ? list.attachments.get(path) : undefined;
    const value =
      target?.part === undefined || target.part === null
        ? kept(path, target === undefined ? '' : `message/${target.hash}/`)
        : `message/${target.hash}/attachment/${target.part.counter}/${encodeURIComponent(target.part.name)}`;
    yield { key: path, value, kind: 'attachment' };
  }
  for (const { path } of list.listing.others)
    yield { key: path, value: kept(path, ''), kind: 'other' };
}

/** Articles with a page of their own, those without, and the month of each volume. */
function sorted({ alignment, held, listing }: ListToRedirect) {
  const months = new Map<string, YearMonth>();
  for (const { article, message, ghost } of alignment.aligned) {
    if (!months.has(article.volume) && !ghost) months.set(article.volume, monthOf(message.date));
  }
  for (const volume of listing.volumes) {
    const span = volumeSpan(volume);
    // A monthly volume has its own month page; of the others, the month in which it begins.
    if (span !== null && (volume.kind === 'month' || !months.has(volume.name)))
      months.set(volume.name, monthOf(span.start.getTime() / 1000));
  }
  if (held === null)
    return { articles: alignment.aligned, unmatched: alignment.unmatched, months } as const;
  const articles = alignment.aligned.filter(({ message }) => held.has(message.hash));
  const absent = alignment.aligned.filter(({ message }) => !held.has(message.hash));
  const unmatched = [...alignment.unmatched, ...absent.map(({ article }) => article)];
  return { articles, unmatched, months } as const;
}

const monthPath = (month: YearMonth | undefined): string =>
  month === undefined ? '' : `${month.year}/${month.month}/`;

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** HyperKitty's own download of a time span as an mbox. */
function exportPath(
  { fqdnListname, archived }: ListToRedirect,
  volume: string,
  span: ReturnType<typeof volumeSpan>,
): string {
  if (span === null || !archived) return '';
  const file = encodeURIComponent(`${fqdnListname}-${volume}.mbox.gz`);
  return `export/${file}?start=${day(span.start)}&end=${day(span.end)}`;
}
