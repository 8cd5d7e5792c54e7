// SPDX-License-Identifier: GPL-3.0-or-later
import type { RedirectKind } from '../model/redirect.js';

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

/**
 * Mailman 2's programs for one list (Mailman/Cgi/), and what the reader wanted there. `private`
 * shows archives, and `create` concerns no list yet.
 */
export const CGI: readonly (readonly [program: string, kind: RedirectKind])[] = [
  ['listinfo', 'listinfo'],
  ['subscribe', 'listinfo'],
  // Below it stands the member, as user--at--host: Postorius knows members by their log-in alone.
  ['options', 'listinfo'],
  ['roster', 'listinfo'],
  // The cookie below it is worth nothing to Mailman 3, the page of the list tells how to join.
  ['confirm', 'listinfo'],
  ['admin', 'admin'],
  ['admindb', 'admin'],
  ['edithtml', 'admin'],
  ['rmlist', 'admin'],
];

/** Mailman 2's programs that have a page, or a form to name the list, where no list is named. */
export const SITE_PROGRAMS: readonly string[] = [...CGI.map(([program]) => program), 'create'];

/** Postorius' page of all lists. */
export const listsPage = (web: WebAddresses): string => `${web.postoriusUrl}lists/`;

/** HyperKitty's page of a list. */
export function listPage(web: WebAddresses, fqdnListname: string): string {
  return `${web.hyperkittyUrl}list/${encodeURIComponent(fqdnListname).replace('%40', '@')}/`;
}

/** Postorius' page of a list. */
export function listSummary(web: WebAddresses, listId: string): string {
  return `${web.postoriusUrl}lists/${encodeURIComponent(listId)}/`;
}

/**
 * The prefixes below which the old server showed archives: first the one at which readers found a
 * list's archive, then those that showed it besides or before.
 */
export function archivePrefixes(web: WebAddresses, isPrivate: boolean): readonly string[] {
  const closed = web.cgiPrefixes.map((prefix) => `${prefix}private/`);
  return isPrivate ? [...closed, web.archivePrefix] : [web.archivePrefix, ...closed];
}
