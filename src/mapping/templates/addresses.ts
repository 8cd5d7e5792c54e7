// SPDX-License-Identifier: GPL-3.0-or-later
import { marked, MARKS, unmarked } from './marks.js';
import { PAGE_OF_PROGRAM } from './pages.js';
import type { Substitution } from './placeholders.js';

/** A text in which whole addresses that Mailman 2 put together are one placeholder each. */
export interface MarkedAddresses {
  readonly text: string;
  /** What one of these placeholders stands for; undefined for a name that is none of them. */
  meaning(name: string): Substitution | undefined;
  readonly notes: readonly string[];
}

const ANY_OF = (names: readonly string[]): string => names.map((name) => `\0${name}\0`).join('|');
const LIST = ANY_OF(['real_name', 'list_name', '_internal_name', 'listname']);
const HOST = ANY_OF(['host_name', 'hostname']);

// Of a list's other addresses (mailman/runners/lmtp.py), those that Core has a placeholder for.
const OTHER_NAME: Readonly<Record<string, string>> = {
  request: 'request_email',
  owner: 'owner_email',
  admin: 'owner_email',
};
const SUFFIXES = 'request|owner|admin|bounces|confirm|join|leave|subscribe|unsubscribe';
const MAIL = new RegExp(`(?:${LIST})(?:-(${SUFFIXES}))?@(?:${HOST})`, 'g');

const quoted = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/**
 * Finds mail addresses (`%(real_name)s-request@%(host_name)s`) and pages
 * (`%(web_page_url)slistinfo%(cgiext)s/%(_internal_name)s`). Piece by piece they would come out
 * wrong: a list may have a new name, and none of these pages is there.
 */
export function markAddresses(text: string, listName: string): MarkedAddresses {
  const meanings = new Map<string, Substitution>();
  const notes: string[] = [];
  const mark = (original: string, meaning: Substitution): string => {
    const name = `@${original.replaceAll(MARKS, (_, part: string) => unmarked(part))}`;
    meanings.set(name, meaning);
    return marked(name);
  };

  const withMail = text.replaceAll(MAIL, (original, suffix?: string) => {
    const name = suffix === undefined ? 'listname' : OTHER_NAME[suffix];
    return mark(
      original,
      name === undefined
        ? { kind: 'core', text: `\${short_listname}-${suffix ?? ''}@\${domain}` }
        : { kind: 'placeholder', name },
    );
  });

  const programs = [...PAGE_OF_PROGRAM.keys()].join('|');
  const pages = new RegExp(
    `\0web_page_url\0(${programs})(?:\0cgiext\0)?` +
      `/(?:${LIST}|${quoted(listName)}(?![\\w-]|\\.\\w))(?:/(?:\0\\w+\0|[\\w.@%+=?&-])*)*`,
    'gi',
  );
  const withPages = withMail.replaceAll(pages, (original, program: string) =>
    mark(original, { kind: 'page', page: PAGE_OF_PROGRAM.get(program.toLowerCase()) ?? 'list' }),
  );
  const overview = /\0web_page_url\0listinfo(?:\0cgiext\0)?\/?(?![\w\0/])/g;
  const done = withPages.replaceAll(overview, (original) =>
    mark(original, { kind: 'page', page: 'site' }),
  );
  if (done.includes(marked('web_page_url'))) {
    notes.push('what follows the address of the old web pages leads nowhere in Mailman 3');
  }
  return { text: done, notes, meaning: (name) => meanings.get(name) };
}
