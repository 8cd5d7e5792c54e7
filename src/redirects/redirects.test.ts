// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { PipermailVolume } from '../model/redirect.js';
import {
  archivedMessage,
  listToRedirect,
  pipermailArticle,
  webAddresses,
} from '../testing/builders.js';
import { NO_PAGES } from '../model/redirect.js';
import { listRedirects } from './redirects.js';
import { listRules, type ListToRedirect } from './rules.js';

const PAGE = 'https://lists.example.org/hyperkitty/list/dev@lists.example.org/';
const SUMMARY = 'https://lists.example.org/postorius/lists/dev.lists.example.org/';

const map = (list: Partial<ListToRedirect>): ReadonlyMap<string, readonly [string, string]> =>
  new Map(
    [...listRedirects(listRules(listToRedirect(list), webAddresses), webAddresses)].map(
      ({ oldPath, newUrl, kind }) => [oldPath, [newUrl, kind]],
    ),
  );

const volume = (name: string, kind: PipermailVolume['kind']): PipermailVolume => ({
  name,
  kind,
  indexes: ['thread.html', 'date.html'],
  downloads: [`${name}.txt`, `${name}.txt.gz`],
});

describe('listRedirects', () => {
  it("lead Mailman 2's programs to the page in Postorius, under every prefix", () => {
    const found = map({});
    for (const prefix of ['/mailman/', '/cgi-bin/mailman/']) {
      expect(found.get(`${prefix}listinfo/dev`)).toEqual([SUMMARY, 'listinfo']);
      expect(found.get(`${prefix}options/dev`)).toEqual([SUMMARY, 'listinfo']);
      expect(found.get(`${prefix}admin/dev`)).toEqual([SUMMARY, 'admin']);
      expect(found.get(`${prefix}admindb/dev`)).toEqual([SUMMARY, 'admin']);
    }
  });

  it('lead the front page of the archive to the list in HyperKitty', () => {
    expect(map({}).get('/pipermail/dev/')).toEqual([PAGE, 'list']);
    expect(map({}).get('/pipermail/dev/index.html')).toEqual([PAGE, 'list']);
  });

  it('lead a private archive from where strangers had to log in', () => {
    const found = map({ private: true });
    expect(found.get('/mailman/private/dev/')).toEqual([PAGE, 'list']);
    expect(found.get('/cgi-bin/mailman/private/dev/')).toEqual([PAGE, 'list']);
    expect(found.get('/pipermail/dev/')).toEqual([PAGE, 'list']);
  });

  it('lead the pages of a month to its month, December included', () => {
    const listing = { ...NO_PAGES, volumes: [volume('2013-December', 'month')], articles: [] };
    const found = map({ listing });
    expect(found.get('/pipermail/dev/2013-December/')).toEqual([`${PAGE}2013/12/`, 'volume']);
    expect(found.get('/pipermail/dev/2013-December/thread.html')).toEqual([
      `${PAGE}2013/12/`,
      'volume',
    ]);
  });

  it('lead the downloads of a volume to the mbox of the same time', () => {
    const listing = { ...NO_PAGES, volumes: [volume('2013q1', 'quarter')], articles: [] };
    const url = `${PAGE}export/dev%40lists.example.org-2013q1.mbox.gz?start=2013-01-01&end=2013-04-01`;
    expect(map({ listing }).get('/pipermail/dev/2013q1.txt')).toEqual([url, 'download']);
    expect(map({ listing }).get('/pipermail/dev/2013q1.txt.gz')).toEqual([url, 'download']);
  });

  it('lead a volume that is no month to the month of its first message', () => {
    const date = Date.UTC(2013, 4, 9) / 1000;
    const article = pipermailArticle({ number: 7, volume: '2013' });
    const aligned = [{ article, message: archivedMessage({ date }), ghost: false }];
    const listing = { ...NO_PAGES, volumes: [volume('2013', 'year')], articles: [article] };
    const found = map({ listing, alignment: { aligned, unmatched: [], disputed: [] } });
    expect(found.get('/pipermail/dev/2013/')).toEqual([`${PAGE}2013/5/`, 'volume']);
  });

  it('lead a volume that nothing is known of to the list', () => {
    const found = map({
      listing: { ...NO_PAGES, volumes: [volume('attic', 'unknown')], articles: [] },
    });
    expect(found.get('/pipermail/dev/attic/')).toEqual([PAGE, 'volume']);
    expect(found.get('/pipermail/dev/attic.txt')).toEqual([PAGE, 'download']);
  });

  it('lead pages to their messages, torn-off pieces to the message they belong to', () => {
    const message = archivedMessage({ hash: 'ABC' });
    const aligned = [
      { article: pipermailArticle({ number: 0 }), message, ghost: false },
      { article: pipermailArticle({ number: 1 }), message, ghost: true },
    ];
    const found = map({ alignment: { aligned, unmatched: [], disputed: [] } });
    const root = '/pipermail/dev/2013-February/';
    expect(found.get(`${root}000000.html`)).toEqual([`${PAGE}message/ABC/`, 'article']);
    expect(found.get(`${root}000001.html`)).toEqual([`${PAGE}message/ABC/`, 'ghost']);
  });

  it('lead a page whose message is gone to its month, or else to the list', () => {
    const lost = pipermailArticle({ number: 1 });
    const kept = pipermailArticle({ number: 0 });
    const aligned = [{ article: kept, message: archivedMessage(), ghost: false }];
    const path = '/pipermail/dev/2013-February/000001.html';
    expect(map({ alignment: { aligned, unmatched: [lost], disputed: [] } }).get(path)).toEqual([
      `${PAGE}2013/2/`,
      'other',
    ]);
    expect(map({ alignment: { aligned: [], unmatched: [lost], disputed: [] } }).get(path)).toEqual([
      PAGE,
      'other',
    ]);
  });

  it('lead a list without an archive to Postorius only', () => {
    const listing = {
      ...NO_PAGES,
      volumes: [volume('2013-May', 'month')],
      articles: [pipermailArticle({ number: 0 })],
    };
    const alignment = { aligned: [], unmatched: listing.articles, disputed: [] };
    const targets = [...map({ archived: false, listing, alignment }).values()];
    expect(new Set(targets.map(([url]) => url))).toEqual(new Set([SUMMARY]));
  });

  it('encode what an address cannot hold', () => {
    const found = map({ name: 'c++', fqdnListname: 'c++@x.org', listId: 'c++.x.org' });
    expect(found.get('/pipermail/c++/')?.[0]).toBe(
      'https://lists.example.org/hyperkitty/list/c%2B%2B@x.org/',
    );
  });

  it('lead a page whose message HyperKitty does not hold to its month', () => {
    const volumes = [volume('2013-February', 'month')];
    const article = pipermailArticle({ number: 0 });
    const alignment = {
      aligned: [{ article, message: archivedMessage({ hash: 'ABC' }), ghost: false }],
      unmatched: [],
      disputed: [],
    };
    const listing = { ...NO_PAGES, volumes, articles: [article] };
    const at = (held: ReadonlySet<string>) =>
      map({ listing, alignment, held }).get('/pipermail/dev/2013-February/000000.html');
    expect(at(new Set(['ABC']))).toEqual([`${PAGE}message/ABC/`, 'article']);
    expect(at(new Set())).toEqual([`${PAGE}2013/2/`, 'other']);
  });

  it("lead attachments to HyperKitty's, to their message or to the list", () => {
    const paths = ['a.pdf', 'b.pdf', 'c.pdf'].map(
      (file) => `attachments/20130201/0123abcd/${file}`,
    );
    const [first = '', second = '', third = ''] = paths;
    const found = map({
      listing: { ...NO_PAGES, attachments: paths.map((path) => ({ path, bytes: 1 })) },
      attachments: new Map([
        [first, { hash: 'ABC', part: { counter: 2, name: 'été 1.pdf' } }],
        [second, { hash: 'ABC', part: null }],
      ]),
    });
    expect([first, second, third].map((path) => found.get(`/pipermail/dev/${path}`))).toEqual([
      [`${PAGE}message/ABC/attachment/2/%C3%A9t%C3%A9%201.pdf`, 'attachment'],
      [`${PAGE}message/ABC/`, 'attachment'],
      [PAGE, 'attachment'],
    ]);
  });
});
