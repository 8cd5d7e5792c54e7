// SPDX-License-Identifier: GPL-3.0-or-later
import type {
  PipermailListing,
  PipermailVolume,
  Redirect,
  RedirectKind,
} from '../model/redirect.js';
import type { Alignment } from './align.js';
import { monthOf, volumeSpan, type YearMonth } from './volume-date.js';

/** The web addresses of both sides. */
export interface WebAddresses {
  /** Path prefixes of Mailman 2's CGI programs, each with both slashes: `/mailman/`. */
  readonly cgiPrefixes: readonly string[];
  /** Path prefix of the public archives, with both slashes: `/pipermail/`. */
  readonly archivePrefix: string;
  /** Base URLs with a trailing slash. */
  readonly postoriusUrl: string;
  readonly hyperkittyUrl: string;
}

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
}

// Mailman 2's programs for one list, and what the reader wanted there.
export const CGI: readonly (readonly [string, RedirectKind])[] = [
  ['listinfo', 'listinfo'],
  ['subscribe', 'listinfo'],
  ['options', 'listinfo'],
  ['roster', 'listinfo'],
  ['admin', 'admin'],
  ['admindb', 'admin'],
  ['edithtml', 'admin'],
];

/** HyperKitty's page of a list. */
function listPage(web: WebAddresses, fqdnListname: string): string {
  return `${web.hyperkittyUrl}list/${encodeURIComponent(fqdnListname).replace('%40', '@')}/`;
}

/** Postorius' page of a list. */
export function listSummary(web: WebAddresses, listId: string): string {
  return `${web.postoriusUrl}lists/${encodeURIComponent(listId)}/`;
}

/** Where a reader of the old archive finds the list now. */
export function archivePage(web: WebAddresses, list: ListToRedirect): string {
  return list.archived ? listPage(web, list.fqdnListname) : listSummary(web, list.listId);
}

/** The prefix under which the old server showed a list's archive. */
export function archiveRoot(web: WebAddresses, list: ListToRedirect): string {
  return list.private ? `${web.cgiPrefixes[0] ?? '/mailman/'}private/` : web.archivePrefix;
}

/** Every old address of a list and where it leads, in the order in which a reader would look. */
export function* listRedirects(list: ListToRedirect, web: WebAddresses): Generator<Redirect> {
  const summary = listSummary(web, list.listId);
  for (const prefix of web.cgiPrefixes) {
    for (const [program, kind] of CGI) {
      yield { oldPath: `${prefix}${program}/${list.name}`, newUrl: summary, kind };
    }
  }
  const root = `${archiveRoot(web, list)}${list.name}/`;
  const page = archivePage(web, list);
  yield { oldPath: root, newUrl: page, kind: 'list' };
  yield { oldPath: `${root}index.html`, newUrl: page, kind: 'list' };

  const months = new Map<string, YearMonth>();
  for (const { article, message, ghost } of list.alignment.aligned) {
    if (!months.has(article.volume) && !ghost) months.set(article.volume, monthOf(message.date));
  }
  for (const volume of list.listing.volumes)
    yield* volumeRedirects(volume, list, root, page, months);
  for (const { article, message, ghost } of list.alignment.aligned) {
    yield {
      oldPath: `${root}${article.volume}/${article.file}`,
      newUrl: `${page}message/${message.hash}/`,
      kind: ghost ? 'ghost' : 'article',
    };
  }
  for (const article of list.alignment.unmatched) {
    yield {
      oldPath: `${root}${article.volume}/${article.file}`,
      newUrl: monthPage(page, months.get(article.volume)),
      kind: 'other',
    };
  }
}

function monthPage(page: string, month: YearMonth | undefined): string {
  return month === undefined ? page : `${page}${month.year}/${month.month}/`;
}

function* volumeRedirects(
  volume: PipermailVolume,
  list: ListToRedirect,
  root: string,
  page: string,
  months: ReadonlyMap<string, YearMonth>,
): Generator<Redirect> {
  const span = volumeSpan(volume);
  // A monthly volume has its own month page; of the others, the month in which it begins.
  const month = !list.archived
    ? undefined
    : volume.kind === 'month' && span !== null
      ? monthOf(span.start.getTime() / 1000)
      : months.get(volume.name);
  const newUrl = monthPage(page, month);
  for (const file of ['', ...volume.indexes]) {
    yield { oldPath: `${root}${volume.name}/${file}`, newUrl, kind: 'volume' };
  }
  for (const file of volume.downloads) {
    yield {
      oldPath: `${root}${file}`,
      newUrl: exportUrl(list, page, volume, span),
      kind: 'download',
    };
  }
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** HyperKitty's own download of a time span as an mbox. */
function exportUrl(
  list: ListToRedirect,
  page: string,
  volume: PipermailVolume,
  span: ReturnType<typeof volumeSpan>,
): string {
  if (span === null || !list.archived) return page;
  const file = encodeURIComponent(`${list.fqdnListname}-${volume.name}.mbox.gz`);
  return `${page}export/${file}?start=${day(span.start)}&end=${day(span.end)}`;
}
