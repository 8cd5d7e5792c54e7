// SPDX-License-Identifier: GPL-3.0-or-later
import { archivePrefixes, CGI } from '../addresses.js';
import type { RuleEntry } from '../rules.js';
import {
  headLine,
  type ListHead,
  pattern,
  type RuleWriter,
  type SaidRules,
  sitePages,
} from './writer.js';

/**
 * Apache: one RewriteMap a list, as text and made into a database by httxt2dbm, and one file to
 * include in the VirtualHost. Keys stand as `int:escape` makes them, so they hold no blanks.
 *
 * Apache refuses (AH10508) a question mark that comes out of a map, so the two days of an export
 * stand under keys of their own, which no escaped path can be.
 */
export const apacheWriter: RuleWriter = {
  canSay: ({ value }) => value !== null && queryOf(value) !== null,
  heads: { folder: '', ending: '.txt' },
  joined: [],
  database: { ending: '.dbm' },
  keepsStatic: false,

  listFiles: (head, rules) => [{ path: `list-${head.name}.txt`, text: () => listMap(head, rules) }],

  siteFiles: (heads, { web, status }, { folder, compiled }) => {
    const flags = `[R=${status},L,QSD,NE]`;
    const archives = `^(?:${archivePrefixes(web, false).map(pattern).join('|')})`;
    const anything = [...web.cgiPrefixes, web.archivePrefix].map(pattern).join('|');
    const programs = CGI.map(([program]) => program).join('|');
    return [
      {
        path: 'lists.txt',
        *text() {
          for (const { name, summary } of heads) yield `${name.toLowerCase()} ${summary}\n`;
        },
      },
      {
        path: 'mm2to3.conf',
        *text() {
          yield '# Include this in the VirtualHost that answers for the old addresses.\n';
          yield 'RewriteEngine On\n';
          yield 'RewriteMap mm2to3-escape int:escape\n';
          yield 'RewriteMap mm2to3-lower int:tolower\n';
          yield `RewriteMap mm2to3-lists ${quoted(`txt:${folder}/lists.txt`)}\n`;
          for (const { pattern: path, url } of sitePages(web))
            yield `RewriteRule ${quoted(path)} ${quoted(percent(url))} ${flags}\n`;
          // Other requests pass the rules of all lists by.
          yield `RewriteRule ${quoted(`!^(?:${anything})`)} "-" [S=${1 + 2 * heads.length}]\n`;
          yield 'RewriteCond "${mm2to3-lists:${mm2to3-lower:$1}}" "^(.+)$"\n';
          yield `RewriteRule ${quoted(`^(?:${web.cgiPrefixes.map(pattern).join('|')})(?:${programs})/([^/]+)`)} "%1" ${flags}\n`;
          for (const { name, page } of heads) {
            const map = `mm2to3-${name}`;
            const file = compiled.has(name)
              ? `dbm:${folder}/list-${name}.dbm`
              : `txt:${folder}/list-${name}.txt`;
            const list = `${archives}(?i:${pattern(name)})`;
            yield `RewriteMap ${quoted(map)} ${quoted(file)}\n`;
            yield `RewriteCond "\${${map}:?start:\${mm2to3-escape:$1}}" "^(.+)$"\n`;
            yield `RewriteRule ${quoted(`${list}/([^/]+)$`)} ${quoted(`${percent(page)}\${${map}:\${mm2to3-escape:$1}}?start=%1&end=\${${map}:?end:\${mm2to3-escape:$1}}`)} ${flags}\n`;
            yield `RewriteRule ${quoted(`${list}(?:[.]mbox)?(?:/((?s:.*)))?$`)} ${quoted(`${percent(page)}\${${map}:\${mm2to3-escape:$1}}`)} ${flags}\n`;
          }
        },
      },
    ];
  },
};

const quoted = (text: string): string => `"${text.replaceAll('"', String.raw`\"`)}"`;

/** In what a rule leads to, a percent sign before a digit would mean a part of its condition. */
const percent = (url: string): string => url.replaceAll('%', String.raw`\%`);

/** The two days of an export; nothing for other addresses, null for a query of another form. */
function queryOf(value: string): readonly string[] | null {
  const at = value.indexOf('?');
  if (at < 0) return [];
  const days = /^\?start=(\d{4}-\d\d-\d\d)&end=(\d{4}-\d\d-\d\d)$/.exec(value.slice(at));
  return days === null ? null : days.slice(1);
}

function* listMap(head: ListHead, rules: SaidRules): Generator<string> {
  yield headLine(head);
  for (const entry of rules.entries()) yield* lines(entry);
}

function* lines({ key, value }: RuleEntry): Generator<string> {
  if (value === null) return;
  const name = escaped(key);
  const [start, end] = queryOf(value) ?? [];
  yield `${name} ${value.split('?')[0] ?? ''}\n`;
  if (start === undefined || end === undefined) return;
  yield `?start:${name} ${start}\n?end:${name} ${end}\n`;
}

/** As Apache's ap_escape_uri (server/util.c, T_OS_ESCAPE_PATH) writes a path. */
function escaped(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9$_.+!*'(),:;@&=/~-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
