// SPDX-License-Identifier: GPL-3.0-or-later
import { archivePrefixes, CGI } from '../addresses.js';
import { headLine, pattern, type RuleWriter, sitePages } from './writer.js';

/**
 * Caddy: one file a list and one that imports them all into the site. Caddy looks a map through
 * from its beginning, so for long lists another server answers faster.
 */
export const caddyWriter: RuleWriter = {
  // Braces would be placeholders, a tilde begins a pattern, and a backquote has no escape.
  canSay: ({ key, value }) => value !== null && key !== 'default' && !/^~|[{}`\r\n]/.test(key),
  heads: { folder: '', ending: '.caddy' },
  joined: [],
  database: null,
  keepsStatic: false,

  listFiles: (head, rules, { web, status }) => [
    {
      path: `list-${head.name}.caddy`,
      *text() {
        yield headLine(head);
        const { name, page, summary } = head;
        const id = `mm2to3_${Buffer.from(name).toString('hex')}`;
        const programs = CGI.map(([program]) => program).join('|');
        const cgi = `^(?:${web.cgiPrefixes.map(pattern).join('|')})(?:${programs})/(?i:${pattern(name)})(?:/|$)`;
        yield `@${id}_cgi path_regexp ${quoted(cgi)}\n`;
        yield `redir @${id}_cgi ${quoted(summary)} ${status}\n`;
        const prefixes = archivePrefixes(web, false).map(pattern).join('|');
        const archive = `(?s)^(?:${prefixes})(?i:${pattern(name)})(?:[.]mbox)?(?:/(.*))?$`;
        yield `@${id} path_regexp ${id} ${quoted(archive)}\n`;
        yield `handle @${id} {\n`;
        yield `  map {re.${id}.1} {${id}} {\n`;
        for (const { key, value } of rules.entries())
          if (value !== null) yield `    ${quoted(key)} ${quoted(value)}\n`;
        yield '    default ""\n  }\n';
        yield `  redir * ${quoted(`${page}{${id}}`)} ${status}\n}\n`;
      },
    },
  ],
  siteFiles: (_heads, { web, status }, { folder }) => [
    {
      path: 'mm2to3.caddy',
      text: () => [
        '# Import this into the site that answers for the old addresses.\n',
        `import ${quoted(`${folder}/list-*.caddy`)}\n`,
        ...sitePages(web).flatMap(({ pattern: path, url }, n) => [
          `@mm2to3_site_${n} path_regexp ${quoted(path)}\n`,
          `redir @mm2to3_site_${n} ${quoted(url)} ${status}\n`,
        ]),
      ],
    },
  ],
};

// In backquotes nothing has a meaning to Caddy but the backquote, and it keeps backslashes.
const quoted = (text: string): string => `\`${text}\``;
