// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { archivePrefixes, CGI } from '../addresses.js';
import { headLine, type ListHead, pattern, type RuleWriter, type SaidRules } from './writer.js';

/**
 * nginx: maps belong to http{}, the rest to server{}, so there are two files a list and two for
 * all. Which list is meant is found by two maps however many lists there are; then the list's own
 * map leads from what varies in the old path to what varies in the new one.
 */
export const nginxWriter: RuleWriter = {
  canSay: () => true,
  heads: { folder: 'http', ending: '.conf' },
  joined: [],
  database: null,
  keepsStatic: true,

  listFiles: (head, rules, { status }) => [
    { path: `http/list-${head.name}.conf`, text: () => listMap(head, rules) },
    { path: `list-${head.name}.conf`, text: () => [location(rules, status)] },
  ],

  // nginx reads them before the lists' own, as it must: it goes by the order of names.
  siteFiles: (heads, { web, status }) => [
    {
      path: 'http/00-mm2to3.conf',
      *text() {
        const size = mapSize(heads);
        yield `map_hash_bucket_size ${size.bucket};\nmap_hash_max_size ${size.table};\n`;
        const programs = CGI.map(([program]) => program).join('|');
        yield* nameMap('cgi', `${oneOf(web.cgiPrefixes)}(?:${programs})/(?<mm2to3_list>[^/]+)`);
        yield* plainMap('$mm2to3_cgi', '$mm2to3_summary', [
          ...heads.map(({ name, summary }) => [name, summary] as const),
        ]);
        const prefixes = archivePrefixes(web, false);
        yield* nameMap(
          'archive',
          `${oneOf(prefixes)}(?<mm2to3_list>[^/]+)(?:/(?<mm2to3_path>.*))?\\z`,
        );
        const names = new Set(heads.map(({ name }) => name.toLowerCase()));
        yield* plainMap('$mm2to3_archive', '$mm2to3_found', [
          // With a slash before it, for to nginx's `if` a list by the name of 0 would be false.
          ...heads.map(({ name }) => [name, `/${name}`] as const),
          // The whole archive in one file: HyperKitty has no such thing but the list's page.
          ...heads
            .map(({ name }) => [`${name}.mbox`, `/${name}`] as const)
            .filter(([mbox]) => !names.has(mbox.toLowerCase())),
        ]);
      },
    },
    {
      path: '00-mm2to3.conf',
      text: () => [
        `if ($mm2to3_summary) { return ${status} $mm2to3_summary; }\n`,
        `if ($mm2to3_found) { rewrite ^ "/-mm2to3$mm2to3_found" last; }\n`,
      ],
    },
  ],
};

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
  const needed = Math.max((entries / table) * (longest + 16) * 1.7, longest + 64, 4096);
  return { bucket: 2 ** Math.ceil(Math.log2(needed)), table };
}

const oneOf = (words: readonly string[]): string => `(?:${words.map(pattern).join('|')})`;

/** The name that a path means, whether it is a list or not. */
function nameMap(variable: string, path: string): readonly string[] {
  const word = path.replaceAll('mm2to3_list', `mm2to3_${variable}_list`);
  return [
    `map $uri $mm2to3_${variable} {\n  default "";\n`,
    `  ${quoted(`~(?s)^${word}`)} $mm2to3_${variable}_list;\n}\n`,
  ];
}

function* plainMap(
  from: string,
  to: string,
  pairs: Iterable<readonly [string, string]>,
): Generator<string> {
  yield `map ${from} ${to} {\n  default "";\n`;
  const twice = new Set<string>();
  const all = [...pairs];
  const seen = new Set<string>();
  for (const [key] of all) {
    const folded = key.toLowerCase();
    if (seen.has(folded)) twice.add(folded);
    seen.add(folded);
  }
  for (const [key, value] of all)
    yield `  ${mapKey(key, twice.has(key.toLowerCase()))} ${quoted(value)};\n`;
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

function location({ name, page, keptIn }: SaidRules, status: number): string {
  const target = variable(name);
  const back = `return ${status} "${page}${target}";`;
  if (keptIn === null) return `location = "/-mm2to3/${name}" { internal; ${back} }\n`;
  // Files of strangers on the address of the log-in: a browser is to show them, not to run them.
  return [
    `location = "/-mm2to3/${name}" {`,
    '  internal;',
    `  if (${target} = "${KEPT}") { rewrite ^ "/-mm2to3-kept/${name}/$mm2to3_path" last; }`,
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
