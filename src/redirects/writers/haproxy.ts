// SPDX-License-Identifier: GPL-3.0-or-later
import { archivePrefixes, CGI } from '../addresses.js';
import { headLine, type RuleWriter, sitePages } from './writer.js';

/**
 * HAProxy: two maps a list, of whole addresses and of beginnings. HAProxy includes no files in a
 * frontend, so the lines that use them are to be copied, once: they name the maps of all lists,
 * which are joined from the lists' own.
 */
export const haproxyWriter: RuleWriter = {
  // A map's line is cut at blanks, and its first word may be no comment.
  canSay: ({ key, value }) => value !== null && !/\s/.test(key),
  heads: { folder: '', ending: '.map' },
  joined: [
    ['mm2to3.map', '.map'],
    ['mm2to3.beginnings', '.beginnings'],
  ],
  database: null,
  keepsStatic: false,

  listFiles: (head, rules, { web }) => [
    {
      path: `list-${head.name}.map`,
      *text() {
        yield headLine(head);
        for (const { key, value } of rules.entries())
          if (value !== null) yield `/${head.name}/${key} ${head.page}${value}\n`;
      },
    },
    {
      path: `list-${head.name}.beginnings`,
      *text() {
        const name = head.name.toLowerCase();
        for (const prefix of web.cgiPrefixes)
          for (const [program] of CGI) yield `${prefix}${program}/${name}/ ${head.summary}\n`;
        for (const prefix of archivePrefixes(web, false)) {
          yield `${prefix}${name}/ ${head.page}\n`;
          yield `${prefix}${name}.mbox/ ${head.page}\n`;
        }
      },
    },
  ],

  siteFiles: (_heads, { web, status }, { folder }) => [
    {
      path: 'frontend.cfg',
      *text() {
        const prefixes = archivePrefixes(web, false)
          .map((prefix) => prefix.replaceAll('.', '[.]'))
          .join('|');
        const archive = `path,url_dec,regsub(\\"^(${prefixes})\\",\\"/\\")`;
        const exact = `${archive},map_str(${folder}/mm2to3.map)`;
        const begin = `path,url_dec,lower,concat(/),map_beg(${folder}/mm2to3.beginnings)`;
        yield '# Copy these lines into the frontend that answers for the old addresses.\n';
        yield `acl mm2to3_archive path,url_dec -m beg ${archivePrefixes(web, false).join(' ')}\n`;
        for (const [from, more] of [
          [exact, ' mm2to3_archive'],
          [begin, ''],
        ] as const)
          yield `http-request redirect code ${status} location %[${from}] if${more} { ${from} -m found }\n`;
        for (const { pattern: path, url } of sitePages(web))
          yield `http-request redirect code ${status} location ${plain(url)} if { path,url_dec -m reg '${path}' }\n`;
      },
    },
  ],
};

/** An address in a word that is no quotation, and that HAProxy looks through for its own `%`. */
const plain = (url: string): string => url.replaceAll("'", '%27').replaceAll('%', '%%');
