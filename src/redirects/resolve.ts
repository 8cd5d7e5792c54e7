// SPDX-License-Identifier: GPL-3.0-or-later
import type { RedirectKind } from '../model/redirect.js';
import { archivePrefixes, CGI, type WebAddresses } from './addresses.js';
import { siteRedirects } from './redirects.js';
import type { ListRules, RuleEntry } from './rules.js';

/** What the rules make of an old address. */
export type Resolution =
  | {
      readonly outcome: 'led';
      /** null for a page that shows no list. */
      readonly list: string | null;
      readonly kind: RedirectKind;
      readonly newUrl: string;
      /** The list's private archive asks for a log-in. */
      readonly private: boolean;
      /** No entry but the list's general rule: it leads to the list's page. */
      readonly general: boolean;
    }
  | { readonly outcome: 'kept'; readonly list: string; readonly kind: RedirectKind }
  /** An old address that no rule leads on, and why. */
  | { readonly outcome: 'missed'; readonly why: string }
  /** No address of Mailman 2 at all. */
  | { readonly outcome: 'foreign' };

/** Answers as a web server with the rules of these lists does. */
export function resolver(
  lists: readonly ListRules[],
  web: WebAddresses,
): (path: string) => Resolution {
  const known = new Map<string, { rules: ListRules; entries: Map<string, RuleEntry> | null }>();
  for (const rules of lists) known.set(rules.name.toLowerCase(), { rules, entries: null });
  const programs = new Map<string, RedirectKind>(CGI);
  const archives = archivePrefixes(web, false);

  const find = (name: string) =>
    known.get(name.toLowerCase()) ?? known.get(name.toLowerCase().replace(/\.mbox$/, ''));
  const missed = (name: string): Resolution => ({
    outcome: 'missed',
    why: `no list ${name} is migrated`,
  });
  const bare = (path: string): string => path.replace(/\/$/, '');
  const pages = new Map([...siteRedirects(web)].map((page) => [bare(page.oldPath), page]));

  return (asked) => {
    const path = decoded(asked);
    const page = pages.get(bare(path));
    if (page !== undefined) {
      const { kind, newUrl } = page;
      return { outcome: 'led', list: null, kind, newUrl, private: false, general: false };
    }
    const archive = archives.find((prefix) => path.startsWith(prefix));
    if (archive !== undefined) {
      const [name = '', ...rest] = path.slice(archive.length).split('/');
      const found = find(name);
      if (found === undefined) return missed(name);
      const { rules } = found;
      found.entries ??= new Map([...rules.entries()].map((entry) => [entry.key, entry]));
      const entry = found.entries.get(rest.join('/'));
      const kind = entry?.kind ?? (name.endsWith('.mbox') ? 'download' : 'other');
      if (entry?.value === null) return { outcome: 'kept', list: rules.name, kind };
      return {
        outcome: 'led',
        list: rules.name,
        kind,
        newUrl: `${rules.page}${entry?.value ?? ''}`,
        private: rules.private,
        general: entry === undefined,
      };
    }
    const cgi = web.cgiPrefixes.find((prefix) => path.startsWith(prefix));
    if (cgi === undefined) return { outcome: 'foreign' };
    const [program = '', name = ''] = path.slice(cgi.length).split('/');
    const kind = programs.get(program);
    if (kind === undefined)
      return { outcome: 'missed', why: `Mailman 2 has no program ${program} for lists` };
    const found = find(name);
    if (found === undefined) return missed(name);
    const { name: list, summary: newUrl } = found.rules;
    return { outcome: 'led', list, kind, newUrl, private: false, general: false };
  };
}

/** The path of an address as servers see it: decoded, without query, with single slashes. */
function decoded(asked: string): string {
  const path = (asked.split(/[?#]/, 1)[0] ?? '').replaceAll(/\/{2,}/g, '/');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
