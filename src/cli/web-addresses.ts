// SPDX-License-Identifier: GPL-3.0-or-later
import type { Mailman2Site } from '../model/mailman2-list.js';
import type { WebAddresses } from '../redirects/addresses.js';
import type { Config } from './config-schema.js';

// Where Mailman 2 is found on nearly every site (Defaults.py), whatever else it is configured to.
const USUAL_CGI = ['/mailman/', '/cgi-bin/mailman/'] as const;
const USUAL_ARCHIVE = '/pipermail/';

/**
 * The web addresses of both sides. The old ones are read only when they are asked for: the old
 * site says them while its lists are being read.
 */
export function webAddresses(config: Config, site: () => Mailman2Site | null): WebAddresses {
  return {
    get cgiPrefixes() {
      const own = pathOf(site()?.urlPattern?.replace('%s', 'host') ?? null);
      return [...new Set([...(own === null ? [] : [own]), ...USUAL_CGI])];
    },
    get archivePrefix() {
      const pattern = site()?.publicArchiveUrl?.replace('%(hostname)s', 'host') ?? '';
      const before = pattern.split('%(listname)s')[0] ?? '';
      return pathOf(before === '' ? null : before) ?? USUAL_ARCHIVE;
    },
    postoriusUrl: config.target.postoriusUrl ?? '/postorius/',
    hyperkittyUrl: config.target.hyperkittyUrl ?? '/hyperkitty/',
  };
}

/** The path of a URL, ending in a slash; null where it is none. */
function pathOf(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { pathname } = new URL(url);
  if (!/^\/[\w./-]+$/.test(pathname)) return null;
  return pathname.endsWith('/') ? pathname : `${pathname}/`;
}
