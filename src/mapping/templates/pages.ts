// SPDX-License-Identifier: GPL-3.0-or-later

/** The pages of Mailman 3 that old texts speak of. */
export type PageName =
  | 'site'
  | 'list'
  | 'settings'
  | 'held-messages'
  | 'subscription-requests'
  | 'unsubscription-requests'
  | 'confirm'
  | 'archive';

/** A page's address, or null where the configuration does not say where it will be. */
export type Pages = (page: PageName) => string | null;

export interface ListOnTheWeb {
  readonly listId: string;
  readonly fqdnListname: string;
}

/** Base addresses with a trailing slash; null where the configuration does not name them. */
export interface WebBases {
  readonly postoriusUrl: string | null;
  readonly hyperkittyUrl: string | null;
}

// Below a list's own page (postorius/urls.py). A confirmation's token is filled in by Core.
const BELOW_LIST: Readonly<Record<Exclude<PageName, 'site' | 'archive'>, string>> = {
  list: '',
  settings: 'settings/',
  'held-messages': 'held_messages',
  'subscription-requests': 'subscription_requests',
  'unsubscription-requests': 'unsubscription_requests',
  confirm: 'confirm/?token=\0token\0',
};

/** The addresses of one list's pages. In that of `confirm` stands a placeholder, `\0token\0`. */
export function pagesOf({ listId, fqdnListname }: ListOnTheWeb, bases: WebBases): Pages {
  const { postoriusUrl, hyperkittyUrl } = bases;
  return (page) => {
    if (page === 'archive') {
      const name = encodeURIComponent(fqdnListname).replace('%40', '@');
      return hyperkittyUrl === null ? null : `${hyperkittyUrl}list/${name}/`;
    }
    if (postoriusUrl === null) return null;
    if (page === 'site') return postoriusUrl;
    return `${postoriusUrl}lists/${encodeURIComponent(listId)}/${BELOW_LIST[page]}`;
  };
}

/** What a reader wanted of Mailman 2's programs (`%(web_page_url)sPROGRAM/LIST`), and the page for it now. */
export const PAGE_OF_PROGRAM: ReadonlyMap<string, PageName> = new Map([
  ['listinfo', 'list'],
  ['subscribe', 'list'],
  ['options', 'list'],
  ['roster', 'list'],
  ['confirm', 'list'],
  ['private', 'archive'],
  ['admin', 'settings'],
  ['edithtml', 'settings'],
  ['admindb', 'held-messages'],
]);
