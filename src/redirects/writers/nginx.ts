// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { archivePrefixes, CGI } from '../addresses.js';
import {
  headLine,
  type ListHead,
  partOf,
  pattern,
  type RuleWriter,
  type SaidRules,
  sitePages,
} from './writer.js';

/**
 * nginx: maps belong to http{}, the rest to server{}, so there are two files a list and two for
 * all. A list's own location leads by its map; Mailman 2's programs, private archives and names in
 * another case are found by patterns that no request to the list's location ever meets.
 */
export const nginxWriter: RuleWriter = {
  canSay: () => true,
  heads: { folder: 'http', ending: '.conf' },
  joined: [],
  database: null,
  keepsStatic: true,

  listFiles: (head, rules, { web, status }) => [
    { path: `http/list-${head.name}.conf`, text: () => listMap(head, rules) },
    {
      path: `list-${head.name}.conf`,
      text: () => locations(rules, `${web.archivePrefix}${head.name}/`, status),
    },
  ],

  // nginx reads them before the lists' own, as it must: it goes by the order of names.
  siteFiles: (heads, { web, status }) => [
    {
      path: 'http/00-mm2to3.conf',
      early: true,
      *text() {
        const size = mapSize(heads);
        yield `map_hash_bucket_size ${size.bucket};\nmap_hash_max_size ${size.table};\n`;
        // Each map has a variable.
        const maps = heads.reduce((sum, { parts }) => sum + (parts?.count ?? 1), 0);
        yield `variables_hash_bucket_size 128;\nvariables_hash_max_size ${Math.max(2048, powerOfTwo(maps * 8))};\n`;
        yield* plainMap('$mm2to3_list', '$mm2to3_summary', heads, ({ summary }) => summary);
        yield* plainMap('$mm2to3_list', '$mm2to3_root', heads, ({ name }) => {
          return `${web.archivePrefix}${name}/`;
        });
      },
    },
    {
      path: '00-mm2to3.conf',
      *text() {
        const programs = CGI.map(([program]) => program).join('|');
        const prefixes = archivePrefixes(web, false);
        for (const names of patterns(heads)) {
          const list = `(?i:(?<mm2to3_list>${names}))`;
          yield `location ~ ${quoted(`^${oneOf(web.cgiPrefixes)}(?:${programs})/${list}(?:/|\\z)`)} { return ${status} $mm2to3_summary; }\n`;
          yield `location ~ ${quoted(`(?s)^${oneOf(prefixes)}${list}(?:[.]mbox)?(?:/(?<mm2to3_rest>.*))?\\z`)} { rewrite ^ "$mm2to3_root$mm2to3_rest" last; }\n`;
        }
        for (const { pattern: path, url } of sitePages(web))
          yield `location ~ ${quoted(path)} { return ${status} ${quoted(url)}; }\n`;
      },
    },
  ],
};

// A word of a configuration has at most 4096 bytes in nginx.
const LONGEST_PATTERN = 3000;

/** Patterns of all names together, none of them too long; the longest name counts before its beginnings. */
function patterns(heads: readonly ListHead[]): readonly string[] {
  const all: string[] = [];
  const names = heads.map(({ name }) => name).toSorted((a, b) => b.length - a.length);
  for (const name of names) {
    const last = all.at(-1);
    const more = pattern(name);
    if (last === undefined || last.length + more.length > LONGEST_PATTERN) all.push(more);
    else all[all.length - 1] = `${last}|${more}`;
  }
  return all;
}

/**
 * Sizes of nginx's hash tables, one a list. Its defaults do not hold the paths of an archive. With
 * more than 10,000 buckets allowed, nginx gives every list but small ones nearly all of them (it begins
 * at 1,000 fewer: ngx_hash_init), so entries lie apart: few are compared for an answer, and the first
 * attempt fits.
 */
function mapSize(heads: readonly ListHead[]): { readonly bucket: number; readonly table: number } {
  const maps = heads.map(({ entries, parts }) => parts ?? { count: 1, largest: entries });
  const entries = Math.max(0, ...maps.map(({ largest }) => largest));
  const longest = Math.max(0, ...heads.map(({ longestKey, name }) => longestKey + name.length));
  let table = SMALLEST_TABLE;
  const costs = (buckets: number): number =>
    maps.reduce((sum, { count, largest }) => sum + (largest * 100 >= buckets ? count : 0), 0) *
    buckets *
    POINTER;
  while (table * 4 <= entries && costs(table * 2) <= POINTERS_BYTES) table *= 2;
  const average = entries / (table - 1000);
  // Buckets are filled by chance. An entry takes a pointer, a length and the key, rounded up.
  const fullest = average + 4 * Math.sqrt(average) + 3;
  const needed = Math.max(512, fullest * (longest + 24) + POINTER);
  return { bucket: Math.min(powerOfTwo(needed), LARGEST_BUCKET), table };
}

const SMALLEST_TABLE = 11_000;
const POINTER = 8;
// What the tables of all lists together may take before their entries.
const POINTERS_BYTES = 16 << 20;
// nginx refuses 64 KiB.
const LARGEST_BUCKET = 1 << 15;

const powerOfTwo = (atLeast: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));

const oneOf = (words: readonly string[]): string => `(?:${words.map(pattern).join('|')})`;

function* plainMap(
  from: string,
  to: string,
  heads: readonly ListHead[],
  value: (head: ListHead) => string,
): Generator<string> {
  yield `map ${from} ${to} {\n  default "";\n`;
  const seen = new Set<string>();
  for (const head of heads) {
    // Mailman 2 has names in lower case alone; of two that are equal so, the first is meant.
    const folded = head.name.toLowerCase();
    if (!seen.has(folded)) yield `  ${mapKey(head.name, false)} ${quoted(value(head))};\n`;
    seen.add(folded);
  }
  yield '}\n';
}

// What an entry holds that stays served from the old folder; no new address looks like it.
const KEPT = '!';

/** nginx compares plain keys without regard to case and refuses two that are equal so. */
function* listMap(head: ListHead, rules: SaidRules): Generator<string> {
  yield headLine(head);
  yield opening(rules.name);
  const { twice } = rules;
  // A map is written in one go, and entries of a part need not follow each other.
  const later = new Map<string, string[]>();
  for (const { key, value } of rules.entries()) {
    const name = mapKey(`${NOWHERE}${key}`, twice.size > 0 && twice.has(key.toLowerCase()));
    const line = `${name} ${word(value ?? KEPT)};\n`;
    const part = partOf(rules, key);
    if (part === null) {
      yield line;
      continue;
    }
    const lines = later.get(part);
    if (lines === undefined) later.set(part, [line]);
    else lines.push(line);
  }
  yield '}\n';
  for (const [part, lines] of later) {
    yield opening(rules.name, part);
    yield* lines;
    yield '}\n';
  }
}

const opening = (name: string, part: string | null = null): string =>
  `map $request_filename ${variable(name, part)} {\n  default "";\n`;

/**
 * The folder that locations of lists name as theirs. Nothing is ever served from it: with it,
 * $request_filename is the path below the location, cut off without the cost of a pattern.
 */
const NOWHERE = '/-/';

/** The locations of a list: its own, and one for each part of its entries, which goes before it. */
function* locations(rules: SaidRules, root: string, status: number): Generator<string> {
  for (const part of [null, ...rules.parts]) yield location(rules, { root, part, status });
  const { name, keptIn } = rules;
  if (keptIn === null) return;
  // Files of strangers on the address of the log-in: a browser is to show them, not to run them.
  yield [
    `location ^~ "/-mm2to3-kept/${name}${NOWHERE}" {`,
    '  internal;',
    `  alias "${keptIn}/";`,
    `  disable_symlinks on from="${keptIn}";`,
    '  autoindex off;',
    '  limit_except GET { deny all; }',
    '  add_header X-Content-Type-Options nosniff always;',
    `  add_header Content-Security-Policy "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'" always;`,
    '}\n',
  ].join('\n');
}

function location(
  { name, page, keptIn }: SaidRules,
  { root, part, status }: { root: string; part: string | null; status: number },
): string {
  const target = variable(name, part);
  const begin = `location ^~ "${root}${part ?? ''}" {`;
  const alias = `alias "${NOWHERE}${part ?? ''}";`;
  const back = `return ${status} "${page}${target}";`;
  if (keptIn === null) return `${begin} ${alias} ${back} }\n`;
  return [
    begin,
    `  ${alias}`,
    // Within the condition the path would be another.
    `  set $mm2to3_kept "/-mm2to3-kept/${name}$request_filename";`,
    `  if (${target} = "${KEPT}") { rewrite ^ $mm2to3_kept last; }`,
    `  ${back}`,
    '}\n',
  ].join('\n');
}

/**
 * nginx's variable for a list or a part of it; distinct names give distinct variables. nginx refuses names longer
 * than 46 bytes unless its `variables_hash_bucket_size` is raised, so a digest stands for the rest.
 */
function variable(name: string, part: string | null = null): string {
  const word = name.replaceAll(/[^a-z0-9]/g, '_').slice(0, 20);
  return `$mm2to3_${word}_${createHash('sha256')
    .update(part === null ? name : `${name}/${part}`)
    .digest('hex')
    .slice(0, 12)}`;
}

/** A word of nginx's configuration that stands for exactly this text. */
const quoted = (text: string): string =>
  `"${/["\\\n\r\t]/.test(text) ? text.replaceAll(/["\\\n\r\t]/g, escape) : text}"`;

/** The same, in fewer bytes where it can be: nginx as Debian builds it keeps all of the text. */
const word = (text: string): string => (/^[A-Za-z0-9/._-]+$/.test(text) ? text : quoted(text));

const ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' };
const escape = (character: string): string => `\\${ESCAPES[character] ?? character}`;

// Words with a meaning to a map, which a backslash before them takes away.
const SPECIAL = /^(?:[~\\].*|default|hostnames|include|volatile)$/s;

function mapKey(key: string, asPattern: boolean): string {
  if (!asPattern) return word(SPECIAL.test(key) ? `\\${key}` : key);
  const bytes = [...Buffer.from(key)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
  return `"~^${bytes.join('')}\\z"`;
}
