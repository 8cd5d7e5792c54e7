// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { DiagnosticError } from '../diagnostics.js';
import type { Redirect } from '../model/redirect.js';
import {
  archivePage,
  archiveRoot,
  CGI,
  listSummary,
  type ListToRedirect,
  type WebAddresses,
} from './redirects.js';

/** The two files that nginx needs for one list: maps belong to http{}, locations to server{}. */
export interface NginxFiles {
  readonly http: string;
  readonly server: string;
  /** What nginx's hash tables must be able to hold for this list. */
  readonly size: MapSize;
}

/** Entries of a map and the length of its longest key, in bytes. */
export interface MapSize {
  readonly entries: number;
  readonly longestKey: number;
}

/**
 * The one file of directives that hold for all maps. nginx's own defaults (a bucket of one
 * processor cache line, 2,048 buckets) do not hold the paths of an archive.
 */
export function nginxMapSettings({ entries, longestKey }: MapSize): string {
  // A bucket holds a key with its pointers; the table should not be fuller than its buckets.
  const bucket = powerOfTwo(longestKey + 64, 256);
  const table = powerOfTwo(entries * 2, 2048);
  return `map_hash_bucket_size ${bucket};\nmap_hash_max_size ${table};\n`;
}

/** The sizes that {@link nginxMapSettings} wrote, so that a later list never shrinks them. */
export function readMapSettings(text: string): MapSize {
  const number = (name: string): number =>
    Number(new RegExp(`${name} (\\d+);`).exec(text)?.[1] ?? 0);
  return {
    entries: Math.floor(number('map_hash_max_size') / 2),
    longestKey: Math.max(0, number('map_hash_bucket_size') - 64),
  };
}

function powerOfTwo(atLeast: number, minimum: number): number {
  let power = minimum;
  while (power < atLeast) power *= 2;
  return power;
}

// Names of lists, volumes and pages come from another server's disk. What is not made of these is
// not quoted but refused: then nothing can change the meaning of the configuration.
const SAFE_NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.+=@%-]+$/;
const SAFE_PATH = /^[A-Za-z0-9_.+=@%/-]+$/;
// nginx resolves `.`, `..` and empty parts of a path before any rule sees it, and refuses NUL.
const REACHABLE = /^(?!.*\/(?:\/|\.{1,2}(?:\/|$)))[^\0]*$/s;
const SAFE_URL = /^https?:\/\/[A-Za-z0-9_.~:/?#@!&'()*+,;=%[\]-]+$/;

function safe(text: string, pattern: RegExp, what: string): string {
  if (pattern.test(text)) return `"${text}"`;
  throw new DiagnosticError({
    code: 'redirects.unsafe-name',
    summary: `${what} ${JSON.stringify(text)} cannot stand in an nginx configuration`,
    why: 'it holds characters or parts that have a meaning there',
    next: 'rename it, or write that rule by hand',
  });
}

/**
 * nginx's variable for a list; distinct names give distinct variables. nginx refuses names longer
 * than 46 bytes unless its `variables_hash_bucket_size` is raised, so a digest stands for the rest.
 */
function variable(name: string): string {
  const word = name.replaceAll(/[^a-z0-9]/g, '_').slice(0, 20);
  return `$mm2to3_${word}_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

/**
 * The lines of a map, without the entries that lead to the general rule (''). nginx compares plain
 * keys without regard to case and refuses two that are equal so: there a pattern stands for each.
 */
function mapLines(entries: ReadonlyMap<string, string>): readonly string[] {
  const spellings = new Map<string, number>();
  for (const key of entries.keys()) {
    const folded = key.toLowerCase();
    spellings.set(folded, (spellings.get(folded) ?? 0) + 1);
  }
  return [...entries]
    .filter(([, value]) => value !== '')
    .map(([key, value]) =>
      spellings.get(key.toLowerCase()) === 1
        ? `  "${key}" "${value}";`
        : `  "~^${key.replaceAll(/[.+]/g, '[$&]')}$" "${value}";`,
    );
}

/**
 * nginx rules for one list. Pages of messages and volumes go through a map from the old path to
 * what varies in the new one; everything else below the archive leads to the list's page.
 *
 * Throws `redirects.unsafe-name` where a name holds characters with a meaning to nginx.
 */
export function nginxFiles(
  list: ListToRedirect,
  redirects: Iterable<Redirect>,
  web: WebAddresses,
): NginxFiles {
  const name = variable(list.name);
  const page = archivePage(web, list);
  safe(list.name, SAFE_NAME, 'the list name');
  const root = `${archiveRoot(web, list)}${list.name}/`;
  // One set of keys serves the public and the private prefix: the latter is rewritten to it.
  const canonical = `${web.archivePrefix}${list.name}/`;
  const entries = new Map<string, string>();
  let longestKey = 0;
  for (const { oldPath, newUrl } of redirects) {
    if (!oldPath.startsWith(root) || !newUrl.startsWith(page)) continue;
    const key = `${canonical}${oldPath.slice(root.length)}`;
    safe(key, REACHABLE, 'the path');
    // Two files of one address: the old server showed one of them, so the first rule holds.
    if (entries.has(key)) continue;
    if (newUrl !== page) {
      safe(key, SAFE_PATH, 'the path');
      safe(newUrl, SAFE_URL, 'the address');
      longestKey = Math.max(longestKey, key.length);
    }
    // What leads to the list's page stays empty: the general rule below serves it.
    entries.set(key, newUrl.slice(page.length));
  }
  const lines = mapLines(entries);
  const http = [`map $uri ${name} {`, '  default "";', ...lines, '}', ''].join('\n');

  const toPage = safe(page, SAFE_URL, 'the address');
  const toSummary = safe(listSummary(web, list.listId), SAFE_URL, 'the address');
  const location = (match: string, path: string, body: string): string =>
    `location ${match} ${safe(path, SAFE_PATH, 'the path')} { ${body} }`;
  const server = [
    location(
      '^~',
      canonical,
      `if (${name}) { return 301 "${page}${name}"; } return 301 ${toPage};`,
    ),
    location('=', canonical.slice(0, -1), `return 301 ${toPage};`),
    location('^~', `${web.archivePrefix}${list.name}.mbox/`, `return 301 ${toPage};`),
    ...web.cgiPrefixes.flatMap((prefix) => [
      location(
        '^~',
        `${prefix}private/${list.name}/`,
        `rewrite "(?s)^${prefix}private/(.*)$" "${web.archivePrefix}$1" last;`,
      ),
      location('=', `${prefix}private/${list.name}`, `return 301 ${toPage};`),
      location('^~', `${prefix}private/${list.name}.mbox/`, `return 301 ${toPage};`),
      ...CGI.flatMap(([program]) => [
        location('=', `${prefix}${program}/${list.name}`, `return 301 ${toSummary};`),
        location('^~', `${prefix}${program}/${list.name}/`, `return 301 ${toSummary};`),
      ]),
    ]),
    '',
  ].join('\n');
  return { http, server, size: { entries: lines.length, longestKey } };
}
