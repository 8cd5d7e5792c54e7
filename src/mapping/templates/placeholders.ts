// SPDX-License-Identifier: GPL-3.0-or-later
import type { PageName } from './pages.js';
import type { ValueKind } from './percent-format.js';

/** What stands in Mailman 3 in the place of one of Mailman 2's placeholders. */
export type Substitution =
  | { readonly kind: 'placeholder'; readonly name: string; readonly note?: string }
  | { readonly kind: 'page'; readonly page: PageName }
  /** Several placeholders of Core's, as Core reads them. */
  | { readonly kind: 'core'; readonly text: string }
  /** A value that is the same in every mail, or none. */
  | { readonly kind: 'fixed'; readonly text: string; readonly note?: string }
  | { readonly kind: 'gone'; readonly why: string };

export interface Placeholder {
  readonly value: ValueKind;
  readonly becomes: Substitution;
}

export type Placeholders = Readonly<Record<string, Placeholder>>;

const text = (becomes: Substitution): Placeholder => ({ value: 'text', becomes });
const as = (name: string, note?: string): Placeholder =>
  text({ kind: 'placeholder', name, ...(note === undefined ? {} : { note }) });
const number = (name: string): Placeholder => ({
  value: 'number',
  becomes: { kind: 'placeholder', name },
});
const page = (name: PageName): Placeholder => text({ kind: 'page', page: name });
const nothing = (note?: string): Placeholder =>
  text({ kind: 'fixed', text: '', ...(note === undefined ? {} : { note }) });
const gone = (why: string): Placeholder => text({ kind: 'gone', why });

const PASSWORD = gone('Mailman 3 has no list passwords');
const NO_CONFIRM_PAGE = gone('Mailman 3 has no page on which the sender takes a held message back');

/** The letter about a held post, to its sender and to the moderators. */
const HELD_POST: Placeholders = {
  listname: as('display_name'),
  hostname: as('domain'),
  reason: as('reasons'),
  sender: as('sender_email'),
  subject: as('subject'),
  admindb_url: page('held-messages'),
  confirmurl: NO_CONFIRM_PAGE,
};

// Mailman 2: Handlers/Decorate.py; Mailman 3: handlers/decorate.py and utilities/string.py.
const OF_THE_LIST: Placeholders = {
  real_name: as('display_name'),
  list_name: as('short_listname'),
  _internal_name: as('short_listname'),
  host_name: as('domain'),
  description: as('description'),
  info: as('info'),
  web_page_url: page('site'),
  cgiext: nothing(),
};

/** Headers and footers of digests: they go to nobody in particular. */
export const IN_DIGESTS: Placeholders = OF_THE_LIST;

/** Headers and footers of single messages. Those of the member are filled in where a list personalizes. */
export const IN_MESSAGES: Placeholders = {
  ...OF_THE_LIST,
  user_address: as('user_email'),
  user_delivered_to: as('user_delivered_to'),
  user_name: as('user_name_or_address'),
  user_language: as('user_language', "it shows the language's name now, not its code"),
  user_password: PASSWORD,
  user_optionsurl: page('list'),
};

/** Of the mails that Mailman 2 writes itself, by the file of their text (Utils.maketext's callers). */
export const IN_MAILS = {
  subscribeack: {
    real_name: as('display_name'),
    host_name: as('domain'),
    // Filled in by the mapping: the list's welcome_msg.
    welcome: nothing(),
    umbrella: nothing(),
    emailaddr: as('listname'),
    listinfo_url: page('list'),
    optionsurl: page('list'),
    password: PASSWORD,
    user: as('user_email'),
  },
  masthead: {
    real_name: as('display_name'),
    got_list_email: as('listname'),
    got_listinfo_url: page('list'),
    got_request_email: as('request_email'),
    got_owner_email: as('owner_email'),
  },
  verify: {
    email: as('user_email'),
    listaddr: as('listname'),
    listname: as('display_name'),
    cookie: as('token'),
    requestaddr: as('request_email'),
    remote: nothing('Mailman 3 does not tell from which computer it was asked'),
    listadmin: as('owner_email'),
    confirmurl: page('confirm'),
  },
  invite: {
    email: as('user_email'),
    listname: as('display_name'),
    hostname: as('domain'),
    confirmurl: page('confirm'),
    requestaddr: as('request_email'),
    cookie: as('token'),
    listowner: as('owner_email'),
  },
  postack: {
    subject: as('subject'),
    listname: as('display_name'),
    listinfo_url: page('list'),
    optionsurl: page('list'),
  },
  postheld: HELD_POST,
  postauth: HELD_POST,
  subauth: {
    username: as('member'),
    listname: as('short_listname'),
    hostname: as('domain'),
    admindb_url: page('subscription-requests'),
  },
  unsubauth: {
    username: as('member'),
    listname: as('short_listname'),
    hostname: as('domain'),
    admindb_url: page('unsubscription-requests'),
  },
  refuse: {
    listname: as('display_name'),
    request: as('request'),
    reason: as('reason'),
    adminaddr: as('owner_email'),
  },
  probe: {
    listname: as('display_name'),
    address: as('sender_email'),
    optionsurl: page('list'),
    owneraddr: as('owner_email'),
  },
  disabled: {
    listname: as('display_name'),
    noticesleft: gone('Core does not tell how many warnings are left'),
    confirmurl: page('list'),
    optionsurl: page('list'),
    password: PASSWORD,
    owneraddr: as('owner_email'),
    reason: gone('Core does not tell the reason'),
  },
  checkdbs: {
    count: number('count'),
    host_name: as('domain'),
    adminDB: page('held-messages'),
    real_name: as('display_name'),
  },
  adminsubscribeack: {
    member: as('member'),
    listname: as('display_name'),
    whence: nothing('Core does not tell how it came about'),
  },
} as const satisfies Record<string, Placeholders>;
