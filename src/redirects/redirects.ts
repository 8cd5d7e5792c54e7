// SPDX-License-Identifier: GPL-3.0-or-later
import type { Redirect } from '../model/redirect.js';
import { archivePrefixes, CGI, listsPage, SITE_PROGRAMS, type WebAddresses } from './addresses.js';
import type { ListRules } from './rules.js';

/** The old pages that show no list, and where they lead. */
export function* siteRedirects(web: WebAddresses): Generator<Redirect> {
  const newUrl = listsPage(web);
  const kinds = new Map(CGI);
  for (const prefix of web.cgiPrefixes) {
    for (const program of SITE_PROGRAMS)
      yield { oldPath: `${prefix}${program}`, newUrl, kind: kinds.get(program) ?? 'admin' };
  }
  for (const oldPath of archivePrefixes(web, false))
    yield { oldPath, newUrl: web.hyperkittyUrl, kind: 'list' };
}

/**
 * Every old address of a list and where it leads, in the order in which a reader would look. What
 * stays served from the old folder leads nowhere and is left out.
 */
export function* listRedirects(rules: ListRules, web: WebAddresses): Generator<Redirect> {
  for (const prefix of web.cgiPrefixes) {
    for (const [program, kind] of CGI)
      yield { oldPath: `${prefix}${program}/${rules.name}`, newUrl: rules.summary, kind };
  }
  const [first = '', ...others] = archivePrefixes(web, rules.private);
  for (const { key, value, kind } of rules.entries()) {
    if (value === null) continue;
    yield { oldPath: `${first}${rules.name}/${key}`, newUrl: `${rules.page}${value}`, kind };
  }
  for (const prefix of others)
    yield { oldPath: `${prefix}${rules.name}/`, newUrl: rules.page, kind: 'list' };
  for (const prefix of [first, ...others]) {
    const oldPath = `${prefix}${rules.name}.mbox/${rules.name}.mbox`;
    yield { oldPath, newUrl: rules.page, kind: 'download' };
  }
}
