// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, describe, expect, it } from 'vitest';
import type { Redirect } from '../model/redirect.js';
import { deadUrl, localServer, type LocalServer, type Reply } from '../testing/http-server.js';
import { feedHashes, probeRedirect, readFeed } from './web.js';

const feed = (items: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>dev</title>${items}</channel></rss>`;
const item = (link: string): string =>
  `<item><title>a &amp; b</title><link>${link}</link><description>&lt;p&gt;</description></item>`;
const message = (hash: string): string =>
  `https://x.org/hyperkitty/list/dev@x.org/message/${hash}/`;

describe('feedHashes', () => {
  it('reads the hash of every item, in their order', async () => {
    const xml = feed(item(message('ABC')) + item(message('DEF')));
    expect(await feedHashes(xml)).toEqual(['ABC', 'DEF']);
  });

  it('reads a feed of one item, and of none', async () => {
    expect(await feedHashes(feed(item(message('ABC'))))).toEqual(['ABC']);
    expect(await feedHashes(feed(''))).toEqual([]);
    expect(await feedHashes('<rss><channel/></rss>')).toEqual([]);
  });

  it('does not take the link of the channel for a message', async () => {
    expect(await feedHashes(feed(`<link>${message('LIST')}</link>`))).toEqual([]);
  });

  it('passes over items that lead to no message', async () => {
    const items = `${item('https://x.org/')}<item/><item><title>t</title></item>`;
    expect(await feedHashes(feed(items + item(message('ABC'))))).toEqual(['ABC']);
  });

  it.each(['', 'Not Found', '<html><body>Log in</body></html>', '<rss/>', '{"a":1}', '<rss', '<'])(
    'knows that %j is no feed',
    async (text) => {
      expect(await feedHashes(text)).toBeNull();
    },
  );

  it('expands no entities of the feed itself', async () => {
    const type = '<!DOCTYPE rss [<!ENTITY hash "EXPANDED">]>';
    const xml = `${type}<rss><channel>${item(message('&hash;'))}</channel></rss>`;
    expect(await feedHashes(xml)).toEqual([]);
  });
});

describe('asking the web server', () => {
  let server: LocalServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });
  const serve = async (replies: Readonly<Record<string, Reply>>): Promise<LocalServer> =>
    (server = await localServer(({ path }) => replies[path] ?? { status: 404 }));

  const redirect: Redirect = {
    oldPath: '/pipermail/c++/a b.html',
    newUrl: 'https://x.org/new/',
    kind: 'article',
  };

  it('reads a feed where HyperKitty has it', async () => {
    const { url } = await serve({
      '/hk/list/dev@x.org/feed/': { text: feed(item(message('ABC'))) },
    });
    expect(await readFeed(`${url}/hk/`, 'dev@x.org')).toEqual({ status: 200, hashes: ['ABC'] });
    expect(await readFeed(`${url}/hk/`, 'none@x.org')).toEqual({ status: 404, hashes: null });
  });

  it('follows an old address one step and asks for the page it names', async () => {
    const { url, asked } = await serve({
      '/pipermail/c%2B%2B/a%20b.html': { status: 301, headers: { location: '/new/' } },
      '/new/': { status: 302, headers: { location: '/login/' } },
    });
    expect(await probeRedirect(url, redirect)).toEqual({
      oldPath: '/pipermail/c++/a b.html',
      kind: 'article',
      expectedUrl: 'https://x.org/new/',
      status: 301,
      location: '/new/',
      targetStatus: 302,
    });
    expect(asked).toHaveLength(2);
  });

  it('asks once for a page to which several old addresses lead', async () => {
    const { url, asked } = await serve({
      '/a': { status: 301, headers: { location: '/new/' } },
      '/b': { status: 301, headers: { location: '/new/' } },
      '/new/': { status: 200 },
    });
    const pages = new Map<string, Promise<number>>();
    for (const oldPath of ['/a', '/b'])
      expect(await probeRedirect(url, { ...redirect, oldPath }, pages)).toMatchObject({
        location: '/new/',
        targetStatus: 200,
      });
    expect(asked.map(({ path }) => path)).toEqual(['/a', '/new/', '/b']);
  });

  it('asks for no page where there is no redirect', async () => {
    const { url } = await serve({});
    expect(await probeRedirect(url, redirect)).toMatchObject({
      status: 404,
      location: null,
      targetStatus: null,
    });
  });

  it('asks for the very file that an old path names, whatever it holds', async () => {
    const { url, asked } = await serve({});
    await probeRedirect(url, { ...redirect, oldPath: '/pipermail/dev/100%25+é.html' });
    expect(asked.map(({ path }) => decodeURIComponent(path))).toEqual([
      '/pipermail/dev/100%25+é.html',
    ]);
  });

  it('asks again where a connection breaks, or the web process is being restarted', async () => {
    const replies: Reply[] = [
      { drop: true },
      { status: 502 },
      { headers: { 'content-length': '1000' }, text: '<rss' },
      { text: feed(item(message('ABC'))) },
    ];
    server = await localServer(() => replies.shift() ?? { status: 404 });
    const found = await readFeed(`${server.url}/`, 'dev@x.org');
    expect(found).toEqual({ status: 200, hashes: ['ABC'] });
    expect(server.asked).toHaveLength(4);
  }, 20_000);

  it('tells in the end what the web server goes on to say', async () => {
    server = await localServer(() => ({ status: 502 }));
    expect(await readFeed(`${server.url}/`, 'dev@x.org')).toMatchObject({ status: 502 });
  }, 20_000);

  it('says which address does not answer', async () => {
    const url = await deadUrl();
    await expect(readFeed(`${url}/`, 'dev@x.org')).rejects.toMatchObject({
      diagnostic: {
        code: 'target.web-unreachable',
        summary: `${url}/list/dev@x.org/feed/ does not answer`,
      },
    });
  }, 20_000);
});
