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
    const found = map({ listing, alignment: { aligned, unmatched: [] } });
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
    const found = map({ alignment: { aligned, unmatched: [] } });
    const root = '/pipermail/dev/2013-February/';
    expect(found.get(`${root}000000.html`)).toEqual([`${PAGE}message/ABC/`, 'article']);
    expect(found.get(`${root}000001.html`)).toEqual([`${PAGE}message/ABC/`, 'ghost']);
  });

  it('lead a page whose message is gone to its month, or else to the list', () => {
    const lost = pipermailArticle({ number: 1 });
    const kept = pipermailArticle({ number: 0 });
    const aligned = [{ article: kept, message: archivedMessage(), ghost: false }];
    const path = '/pipermail/dev/2013-February/000001.html';
    expect(map({ alignment: { aligned, unmatched: [lost] } }).get(path)).toEqual([
      `${PAGE}2013/2/`,
      'other',
    ]);
    expect(map({ alignment: { aligned: [], unmatched: [lost] } }).get(path)).toEqual([
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
    const alignment = { aligned: [], unmatched: listing.articles };
    const targets = [...map({ archived: false, listing, alignment }).values()];
    expect(new Set(targets.map(([url]) => url))).toEqual(new Set([SUMMARY]));
  });

  it('encode what an address cannot hold', () => {
    const found = map({ name: 'c++', fqdnListname: 'c++@x.org', listId: 'c++.x.org' });
    expect(found.get('/pipermail/c++/')?.[0]).toBe(
      'https://lists.example.org/hyperkitty/list/c%2B%2B@x.org/',
    );
  });
});
