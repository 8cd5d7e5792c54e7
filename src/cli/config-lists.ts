// SPDX-License-Identifier: GPL-3.0-or-later
import type { EntryType } from './config-schema.js';

type Pairs = Readonly<Record<string, string>>;

/** Why one pair of a map under lists: cannot be meant so; null where it can. */
type EntryCheck = (key: string, value: string, all: Pairs) => string | null;

const ENTRY_CHECKS: Readonly<Record<EntryType, EntryCheck>> = {
  renames: (key, value, all) => oddList(key) ?? oddNewName(value) ?? twice(key, all),
  domains: (key, value, all) => oddDomain(key) ?? oddNewDomain(value) ?? twice(key, all),
  merges: (key, value, all) => oddList(key) ?? oddList(value) ?? twice(key, all) ?? chain(key, all),
};

/** What is wrong with the pairs of a map under lists:, by their keys. */
export function wrongEntries(type: EntryType, pairs: Pairs): ReadonlyMap<string, string> {
  const wrong = Object.entries(pairs).flatMap(([key, value]) => {
    const why = ENTRY_CHECKS[type](key, value, pairs);
    return why === null ? [] : [[key, why] as const];
  });
  return new Map(wrong);
}

// Mailman 2 lets a list's name hold whatever can stand in an address (Utils.py, _badchars).
const OLD_NAME = /^[!-~]+$/;
// Core's default for `[mailman] listname_chars`, without dots where an address may have none.
const NEW_NAME = /^(?!\.)(?!.*\.\.)(?!.*\.$)[-_.0-9a-z]+$/i;
const NEW_DOMAIN =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/i;
// Without the longest ending that Core puts behind it (-unsubscribe), of the 64 of RFC 5321.
const LONGEST_NAME = 52;

const oddList = (word: string): string | null =>
  OLD_NAME.test(word) ? null : 'no list of Mailman 2 can have that name';

const oddDomain = (word: string): string | null =>
  /^[!-?A-~]+$/.test(word) ? null : 'no mail domain can have that name';

function oddNewName(value: string): string | null {
  const at = value.lastIndexOf('@');
  const name = at < 0 ? value : value.slice(0, at);
  if (name.length > LONGEST_NAME) {
    return `${JSON.stringify(name)} is longer than ${LONGEST_NAME} characters, too long for a list's addresses`;
  }
  if (!NEW_NAME.test(name)) {
    return `Mailman 3 refuses the list name ${JSON.stringify(name)}: letters, digits and - _ . are allowed`;
  }
  return at < 0 ? null : oddNewDomain(value.slice(at + 1));
}

function oddNewDomain(value: string): string | null {
  return NEW_DOMAIN.test(value)
    ? null
    : `Mailman 3 refuses the mail domain ${JSON.stringify(value)}: it wants two parts at least, of letters, digits and hyphens`;
}

/** Names and domains are the same in upper and lower case. */
function twice(key: string, all: Pairs): string | null {
  const first = Object.keys(all).find((other) => other.toLowerCase() === key.toLowerCase());
  return first === key ? null : `it says the same as ${JSON.stringify(first)}`;
}

/** A list goes into one that stays. */
function chain(key: string, all: Pairs): string | null {
  const keys = new Map(Object.keys(all).map((each) => [each.toLowerCase(), each]));
  const seen = new Set<string>();
  let end = key.toLowerCase();
  while (keys.has(end) && !seen.has(end)) {
    seen.add(end);
    end = (all[keys.get(end) ?? ''] ?? '').toLowerCase();
  }
  if (keys.has(end)) return 'it leads in a circle: no list of it stays';
  return seen.size === 1 ? null : `${all[key] ?? ''} is merged itself: name ${end}, the last one`;
}
