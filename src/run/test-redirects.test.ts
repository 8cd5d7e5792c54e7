// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_PAGES, type Redirect } from '../model/redirect.js';
import { parseLogLine } from '../redirects/access-log.js';
import { resolver } from '../redirects/resolve.js';
import { listRules } from '../redirects/rules.js';
import { trialReport } from '../redirects/trial.js';
import { trialText } from '../report/redirect-trial.js';
import {
  archivedMessage,
  listToRedirect,
  pipermailArticle,
  webAddresses,
} from '../testing/builders.js';
import { readLogs, tryAddresses } from './test-redirects.js';

const PAGE = 'https://lists.example.org/hyperkitty/list/dev@lists.example.org/';
const article = pipermailArticle({ number: 0 });
const list = listToRedirect({
  listing: { ...NO_PAGES, articles: [article], others: [{ path: 'old.pdf', bytes: 1 }] },
  alignment: {
    aligned: [{ article, message: archivedMessage({ hash: 'ABC' }), ghost: false }],
    unmatched: [],
    disputed: [],
  },
});
const resolve = resolver([listRules(list, webAddresses, '/srv/old')], webAddresses);
const ARTICLE = '/pipermail/dev/2013-February/000000.html';

describe('what the rules make of an address', () => {
  it.each([
    [ARTICLE, `article ${PAGE}message/ABC/`],
    ['/pipermail/%64ev/2013-February/000000.html?x=1#top', `article ${PAGE}message/ABC/`],
    ['/mailman/private/Dev//2013-February/000000.html', `article ${PAGE}message/ABC/`],
    ['/pipermail/dev/nothing', `other ${PAGE}`],
    ['/pipermail/dev.mbox/dev.mbox', `download ${PAGE}`],
    [
      '/cgi-bin/mailman/options/dev/ann--at--x.org',
      'listinfo https://lists.example.org/postorius/lists/dev.lists.example.org/',
    ],
    ['/pipermail/dev/old.pdf', 'kept'],
    ['/pipermail/gone/', 'missed'],
    ['/mailman/nothing/dev', 'missed'],
    ['/mailman/listinfo', 'listinfo https://lists.example.org/postorius/lists/'],
    ['/cgi-bin/mailman/admin/?x=1', 'admin https://lists.example.org/postorius/lists/'],
    ['/mailman/create', 'admin https://lists.example.org/postorius/lists/'],
    ['/pipermail/', 'list https://lists.example.org/hyperkitty/'],
    ['/mailman/private', 'list https://lists.example.org/hyperkitty/'],
    ['/hyperkitty/', 'foreign'],
    ['/%E9', 'foreign'],
  ])('%s: %s', (path, expected) => {
    const found = resolve(path);
    expect(found.outcome === 'led' ? `${found.kind} ${found.newUrl}` : found.outcome).toBe(
      expected,
    );
  });
});

describe('parseLogLine', () => {
  it.each([
    [
      `1.2.3.4 - - [01/Jan/2024:00:00:00 +0000] "GET /a%20b?c HTTP/1.1" 200 5 "-" "x"`,
      '200 /a%20b?c',
    ],
    [`h - bob [x] "HEAD http://old.example.org/pipermail/ HTTP/1.0" 304 -`, '304 /pipermail/'],
    [`h - - [x] "POST /mailman/admin/dev HTTP/2.0" 404 0`, '404 /mailman/admin/dev'],
    ['h - - [x] "-" 408 0', null],
    ['h - - [x] "GET" 400 0', null],
    ['h - - [x] "\\x16\\x03\\x01" 400 0', null],
    ['', null],
    [`"GET ${'/'.repeat(100_000)}`, null],
  ])('%j', (line, expected) => {
    const request = parseLogLine(line);
    expect(request === null ? null : `${request.status} ${request.path}`).toBe(expected);
  });
});

describe('a trial of an access log', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mm2to3-log-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const line = (path: string, status = 200): string =>
    `h - - [x] "GET ${path} HTTP/1.1" ${status} 1\n`;
  const wanted = (path: string): boolean => resolve(path).outcome !== 'foreign';

  it('tells the share that lands by status and kind, and the worst misses', async () => {
    const plain = join(dir, 'access.log');
    const packed = join(dir, 'access.log.1.gz');
    await writeFile(
      plain,
      line(ARTICLE) + line('/pipermail/gone/1.html') + line('/favicon.ico') + 'rubbish\n',
    );
    await writeFile(
      packed,
      gzipSync(
        line(ARTICLE, 304) +
          line('/mailman/listinfo/old').repeat(3) +
          line('/pipermail/dev/odd', 404) +
          line('/pipermail/never/', 404) +
          line('/pipermail/dev/', 404),
      ),
    );
    const logs = await readLogs([plain, packed], wanted);
    const { trials, foreign } = await tryAddresses(logs.asked, resolve, null);
    const report = trialReport(trials, foreign + logs.foreign);
    expect(report).toEqual({
      requests: 7,
      landed: 3,
      general: 0,
      neverThere: 2,
      foreign: 1,
      byKind: {
        article: { requests: 2, landed: 2 },
        unknown: { requests: 4, landed: 0 },
        list: { requests: 1, landed: 1 },
      },
      byStatus: {
        200: { requests: 5, landed: 1 },
        304: { requests: 1, landed: 1 },
        404: { requests: 1, landed: 1 },
      },
      misses: [
        {
          path: '/mailman/listinfo/old',
          count: 3,
          status: 200,
          why: 'no list old is migrated',
        },
        { path: '/pipermail/gone/1.html', count: 1, status: 200, why: 'no list gone is migrated' },
      ],
    });
    const text = trialText(report, []);
    expect(text).toContain('3 of 7 requests for old addresses land (42.86 %)');
    expect(text).toContain('  3 × /mailman/listinfo/old: no list old is migrated');
  });

  it('names a log that cannot be read', async () => {
    await writeFile(join(dir, 'broken.gz'), 'no gzip');
    for (const file of ['broken.gz', 'missing.gz', 'missing.log'])
      await expect(readLogs([join(dir, file)], wanted)).rejects.toMatchObject({
        diagnostic: { code: 'redirects.log-unreadable' },
      });
  });

  it('asks a server, where one is to be asked, and believes what it says', async () => {
    const answers: Readonly<Record<string, readonly [number, string | null, number | null]>> = {
      [ARTICLE]: [301, `${PAGE}message/ABC/`, 404],
      '/pipermail/dev/': [301, PAGE, 200],
      '/pipermail/dev/index.html': [301, 'https://elsewhere.example/', 200],
      '/pipermail/dev/old.pdf': [200, null, null],
      '/pipermail/dev/x': [404, null, null],
    };
    const probe = ({ oldPath, kind, newUrl }: Redirect) => {
      const [status, location, targetStatus] = answers[oldPath] ?? [0, null, null];
      return Promise.resolve({
        oldPath,
        kind,
        expectedUrl: newUrl,
        status,
        location,
        targetStatus,
      });
    };
    const asked = Object.keys(answers).map((path) => ({ path, status: null, count: 1 }));
    const { trials } = await tryAddresses(asked, resolve, { probe });
    const troubles = Object.fromEntries(trials.map(({ path, trouble }) => [path, trouble]));
    expect(troubles).toEqual({
      [ARTICLE]: `${PAGE}message/ABC/ answers 404`,
      '/pipermail/dev/': null,
      '/pipermail/dev/index.html': `the server leads to https://elsewhere.example/ in place of ${PAGE}`,
      '/pipermail/dev/old.pdf': null,
      '/pipermail/dev/x': 'the server answers 404 and leads nowhere',
    });
  });
});
