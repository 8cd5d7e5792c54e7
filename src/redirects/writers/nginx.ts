// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { archivePrefixes, CGI } from '../addresses.js';
import {
  headLine,
  type ListHead,
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
      text: () => [location(rules, `${web.archivePrefix}${head.name}/`, status)],
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
        // Each list has a variable.
        yield `variables_hash_bucket_size 128;\nvariables_hash_max_size ${Math.max(2048, powerOfTwo(heads.length * 8))};\n`;
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
 * Sizes of nginx's hash tables. Its own defaults do not hold the paths of an archive, and with
 * more than 10,000 buckets it tries fewer at first, which takes minutes for a long list: so long
 * lists get larger buckets. An entry takes the key, a pointer and a length.
 */
function mapSize(heads: readonly ListHead[]): { readonly bucket: number; readonly table: number } {
  const entries = Math.max(0, ...heads.map((head) => head.entries));
  const longest = Math.max(0, ...heads.map(({ longestKey, name }) => longestKey + name.length));
  const table = 10_000;
  // Buckets are filled by chance, so some hold half as much again as the average.
  const needed = Math.max((entries / table) * (longest + 16) * 1.7, longest + 64, BUCKET);
  return { bucket: powerOfTwo(needed), table };
}

// Lookups read half a bucket: smaller ones are faster, but nginx tries long to fill them.
const BUCKET = 1024;

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
  yield `map $mm2to3_path ${variable(head.name)} {\n  default "";\n`;
  const { twice } = rules;
  for (const { key, value } of rules.entries())
    yield `  ${mapKey(key, twice.size > 0 && twice.has(key.toLowerCase()))} ${quoted(value ?? KEPT)};\n`;
  yield '}\n';
}

/** The location of a list: it cuts the path to what the map's keys are. */
function location({ name, page, keptIn }: SaidRules, root: string, status: number): string {
  const target = variable(name);
  const below = `if ($uri ~ ${quoted(`(?s)^${pattern(root)}(?<mm2to3_path>.*)\\z`)})`;
  const back = `return ${status} "${page}${target}";`;
  if (keptIn === null) return `location ^~ "${root}" { ${below} { ${back} } }\n`;
  // Files of strangers on the address of the log-in: a browser is to show them, not to run them.
  return [
    `location ^~ "${root}" {`,
    `  ${below} { set $mm2to3_kept "/-mm2to3-kept/${name}/$mm2to3_path"; }`,
    `  if (${target} = "${KEPT}") { rewrite ^ $mm2to3_kept last; }`,
    `  ${back}`,
    '}',
    `location ^~ "/-mm2to3-kept/${name}/" {`,
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

/**
 * nginx's variable for a list; distinct names give distinct variables. nginx refuses names longer
 * than 46 bytes unless its `variables_hash_bucket_size` is raised, so a digest stands for the rest.
 */
function variable(name: string): string {
  const word = name.replaceAll(/[^a-z0-9]/g, '_').slice(0, 20);
  return `$mm2to3_${word}_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

/** A word of nginx's configuration that stands for exactly this text. */
const quoted = (text: string): string =>
  `"${/["\\\n\r\t]/.test(text) ? text.replaceAll(/["\\\n\r\t]/g, escape) : text}"`;

const ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' };
const escape = (character: string): string => `\\${ESCAPES[character] ?? character}`;

// Words with a meaning to a map, which a backslash before them takes away.
const SPECIAL = /^(?:[~\\].*|default|hostnames|include|volatile)$/s;

function mapKey(key: string, asPattern: boolean): string {
  if (!asPattern) return quoted(SPECIAL.test(key) ? `\\${key}` : key);
  const bytes = [...Buffer.from(key)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
  return `"~^${bytes.join('')}\\z"`;
}
