// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../../diagnostics.js';
import { archivePrefixes, listsPage, SITE_PROGRAMS, type WebAddresses } from '../addresses.js';
import type { ListRules, RuleEntry, SiteRules } from '../rules.js';

/** A file of a web server's configuration. */
export interface RuleFile {
  /** Below the folder of all such files. */
  readonly path: string;
  /** Of those for all lists: whether lists' files need it and are put in their place after it. */
  readonly early?: true;
  /** Its text piece by piece: a list can have a million lines. */
  text(): Iterable<string>;
}

/** What the files of all lists together need to know of one list; stands in its own files. */
export interface ListHead {
  readonly name: string;
  readonly page: string;
  readonly summary: string;
  /** Entries that lead below the list's page, and the length of the longest key in bytes. */
  readonly entries: number;
  readonly longestKey: number;
  /** Where the entries are in parts: how many, and the entries of the largest. */
  readonly parts?: { readonly count: number; readonly largest: number };
}

/** One web server's words for rules. */
export interface RuleWriter {
  /** Whether the server can be told this entry; what it cannot leads to the list's page. */
  canSay(entry: RuleEntry): boolean;
  /** The files of lists that begin with their heads: `list-NAME` with this ending, in this folder. */
  readonly heads: { readonly folder: string; readonly ending: string };
  /** All files of a list; `entries` are those of the rules that can be said. */
  listFiles(head: ListHead, rules: SaidRules, site: SiteRules): readonly RuleFile[];
  /**
   * The files that stand once, for all lists in the folder. `folder` is its absolute path;
   * `compiled` has the names of the lists whose maps were compiled.
   */
  siteFiles(
    heads: readonly ListHead[],
    site: SiteRules,
    place: { readonly folder: string; readonly compiled: ReadonlySet<string> },
  ): readonly RuleFile[];
  /** Files that are those of all lists one after the other: [joined, ending of the lists' own]. */
  readonly joined: readonly (readonly [string, string])[];
  /** The database that the server's own program makes of the file with the head; null for none. */
  readonly database: { readonly ending: string } | null;
  /** Whether old files can be served beside the redirects. */
  readonly keepsStatic: boolean;
}

/** Rules cut to what one server can be told. */
export interface SaidRules extends Pick<
  ListRules,
  'name' | 'page' | 'summary' | 'keptIn' | 'entries'
> {
  /** Keys, in lower case, that stand there in several spellings. */
  readonly twice: ReadonlySet<string>;
  /** Beginnings of keys that have a part of the entries for themselves; none where these are few. */
  readonly parts: readonly string[];
}

/** Rules cut to what the writer can say; what was cut off is counted. */
export function saidRules(
  rules: ListRules,
  writer: RuleWriter,
): { readonly head: ListHead; readonly said: SaidRules; readonly unsaid: readonly string[] } {
  const { name, page, summary, keptIn } = rules;
  safe(name, SAFE_NAME, 'the list name');
  safe(page, SAFE_URL, 'the address');
  safe(summary, SAFE_URL, 'the address');
  if (keptIn !== null) safe(keptIn, SAFE_FOLDER, 'the folder of the old archive');
  const canSay = (entry: RuleEntry): boolean =>
    REACHABLE.test(entry.key) &&
    Buffer.byteLength(entry.key) <= LONGEST_KEY &&
    (entry.value === null || SAFE_VALUE.test(entry.value)) &&
    writer.canSay(entry);
  const unsaid: string[] = [];
  const folds = new Set<string>();
  const twice = new Set<string>();
  const years = new Map<string, number>();
  let entries = 0;
  let longestKey = 0;
  for (const entry of rules.entries()) {
    // What leads to the list's page needs no entry: that is the general rule.
    if (entry.value === '') continue;
    if (canSay(entry)) {
      const folded = entry.key.toLowerCase();
      if (folds.size === folds.add(folded).size) twice.add(folded);
      entries += 1;
      const year = YEAR.exec(entry.key)?.[0];
      if (year !== undefined) years.set(year, (years.get(year) ?? 0) + 1);
      longestKey = Math.max(longestKey, Buffer.byteLength(entry.key));
    } else unsaid.push(entry.key);
  }
  const silent = new Set(unsaid);
  const parts =
    entries < MANY ? [] : [...years.keys()].filter((year) => (years.get(year) ?? 0) > 1);
  const sizes = parts.map((year) => years.get(year) ?? 0);
  const rest = entries - sizes.reduce((sum, size) => sum + size, 0);
  const said: SaidRules = {
    parts,
    name,
    page,
    summary,
    keptIn,
    twice,
    *entries() {
      for (const entry of rules.entries())
        if (entry.value !== '' && (silent.size === 0 || !silent.has(entry.key))) yield entry;
    },
  };
  const head: ListHead = { name, page, summary, entries, longestKey };
  if (parts.length === 0) return { head, said, unsaid };
  const apart = { count: parts.length + 1, largest: Math.max(rest, ...sizes) };
  return { head: { ...head, parts: apart }, said, unsaid };
}

// From how many entries on a list's are cut into parts. nginx compares each entry of a map with a ten
// thousandth of the others while it reads them, and keeps the room it needed for that.
const MANY = 100_000;
// What the names of Mailman 2's volumes begin with (Mailman/Archiver/HyperArch.py, dateToVolName).
const YEAR = /^(?:Week-of-Mon-)?(?:19|20)\d\d/;

/** The part that an entry belongs to; null for the entries outside of all parts. */
export function partOf({ parts }: Pick<SaidRules, 'parts'>, key: string): string | null {
  if (parts.length === 0) return null;
  const year = YEAR.exec(key)?.[0];
  return year !== undefined && parts.includes(year) ? year : null;
}

// Every server that is written for takes `#` for the beginning of a comment.
const HEAD = '# mm2to3 ';

export const headLine = (head: ListHead): string => `${HEAD}${JSON.stringify(head)}\n`;

/**
 * The head in the first line of a list's file; null where there is none that can be trusted: it
 * goes into a configuration again.
 */
export function readHead(line: string): ListHead | null {
  if (!line.startsWith(HEAD)) return null;
  let read: Partial<ListHead> | null;
  try {
    read = JSON.parse(line.slice(HEAD.length)) as Partial<ListHead> | null;
  } catch {
    return null;
  }
  const { name, page, summary, entries, longestKey, parts } = read ?? {};
  const counts = [
    entries,
    longestKey,
    ...(parts === undefined ? [] : [parts.count, parts.largest]),
  ];
  const sound =
    SAFE_NAME.test(name ?? '') &&
    [page, summary].every((url) => SAFE_URL.test(url ?? '')) &&
    counts.every((count) => Number.isSafeInteger(count));
  return sound ? (read as ListHead) : null;
}

// Names of lists, volumes and pages come from another server's disk. A list's name stands in
// patterns and file names: one that is not made of these is refused.
const SAFE_NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.+=@%-]{1,200}$/;
const SAFE_URL = /^(?:https?:\/)?\/[A-Za-z0-9_.~:/?@!&'()*+,;=%[\]-]*$/;
const SAFE_VALUE = /^[A-Za-z0-9_.~:/?@!&'()*+,;=%[\]-]*$/;
// The administrator's own word, but it stands between quotes.
const SAFE_FOLDER = /^\/[^\0-\x1f"\\$`{}]*$/;
// Servers resolve `.`, `..` and empty parts of a path before any rule sees it, and refuse NUL.
const REACHABLE = /^(?!\/)(?!\.{1,2}(?:\/|$))(?!.*\/(?:\/|\.{1,2}(?:\/|$)))[^\0]*$/s;
// nginx reads its configuration in blocks of 4096 bytes, none of which a word may outgrow.
const LONGEST_KEY = 1000;

function safe(text: string, pattern: RegExp, what: string): void {
  if (pattern.test(text)) return;
  throw new DiagnosticError({
    code: 'redirects.unsafe-name',
    summary: `${what} ${JSON.stringify(text)} cannot stand in a web server's configuration`,
    why: 'it holds characters or parts that have a meaning there',
    next: 'rename it, or write that rule by hand',
  });
}

/** The text as a regular expression that matches it alone, for PCRE and RE2 alike. */
export const pattern = (text: string): string => text.replaceAll(/[^A-Za-z0-9_/-]/g, '[$&]');

/** The old pages that show no list, by a pattern for PCRE and RE2 alike, and where they lead. */
export function sitePages(
  web: WebAddresses,
): readonly { readonly pattern: string; readonly url: string }[] {
  safe(web.hyperkittyUrl, SAFE_URL, 'the address');
  safe(web.postoriusUrl, SAFE_URL, 'the address');
  const archives = archivePrefixes(web, false).map((prefix) => pattern(prefix.slice(0, -1)));
  return [
    {
      pattern: `^(?:${web.cgiPrefixes.map(pattern).join('|')})(?:${SITE_PROGRAMS.join('|')})/?$`,
      url: listsPage(web),
    },
    { pattern: `^(?:${archives.join('|')})/?$`, url: web.hyperkittyUrl },
  ];
}
