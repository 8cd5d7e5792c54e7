// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../diagnostics.js';
import type { PipermailVolume, Redirect } from '../model/redirect.js';
import {
  archivedMessage,
  listToRedirect,
  pipermailArticle,
  webAddresses,
} from '../testing/builders.js';
import { nginxBench, type NginxBench, nginxBinary } from '../testing/nginx.js';
import { type MapSize, nginxFiles, nginxMapSettings, readMapSettings } from './nginx.js';
import { listRedirects, type ListToRedirect } from './redirects.js';

const files = (list: ListToRedirect) =>
  nginxFiles(list, listRedirects(list, webAddresses), webAddresses);

/** A list with one volume of one page. */
function small(
  names: { name?: string; volume?: string; file?: string; hash?: string } = {},
): ListToRedirect {
  const { name = 'dev', volume = '2013-May', file = '000000.html', hash = 'ABC' } = names;
  const article = pipermailArticle({ number: 0, volume, file });
  const volumes: readonly PipermailVolume[] = [
    { name: volume, kind: 'unknown', indexes: ['thread.html'], downloads: [] },
  ];
  const aligned = [{ article, message: archivedMessage({ hash }), ghost: false }];
  return listToRedirect({
    name,
    listing: { volumes, articles: [article] },
    alignment: { aligned, unmatched: [] },
  });
}

describe('names that have a meaning to nginx', () => {
  it.each([
    { name: 'dev"; } server { listen 81; #' },
    { name: '..' },
    { volume: '$request_uri' },
    { volume: '.' },
    { volume: '' },
    { volume: 'a//b' },
    { file: 'a\nb' },
    { file: 'a b' },
    { file: '../../etc/passwd' },
    { file: 'é.html' },
    { hash: '$uri' },
    { hash: 'a"b' },
    { hash: 'a\\b' },
  ])('%j is refused', (names) => {
    expect(() => files(small(names))).toThrow(
      expect.objectContaining({
        diagnostic: expect.objectContaining({ code: 'redirects.unsafe-name' }) as unknown,
      }) as Error,
    );
  });
});

describe('sizes of the maps', () => {
  it('are what the list needs', () => {
    expect(files(small()).size).toEqual({
      entries: 3,
      longestKey: '/pipermail/dev/2013-May/000000.html'.length,
    });
  });

  it('never shrink when they are read and written again', () => {
    const size = fc.record<MapSize>({ entries: fc.nat(2_000_000), longestKey: fc.nat(2_000) });
    fc.assert(
      fc.property(size, (needed) => {
        const text = nginxMapSettings(needed);
        const known = readMapSettings(text);
        expect(known.entries).toBeGreaterThanOrEqual(needed.entries);
        expect(known.longestKey).toBeGreaterThanOrEqual(needed.longestKey);
        expect(nginxMapSettings(known)).toBe(text);
      }),
    );
  });

  it('are nothing where no file was written yet', () => {
    expect(readMapSettings('')).toEqual({ entries: 0, longestKey: 0 });
  });
});

const among = (characters: string) => fc.constantFrom(...characters.split(/(?=.)/su));

// A developer's machine may lack nginx; where tests decide, they all run.
const skipped = nginxBinary === null && !process.env['CI'];

describe.skipIf(skipped)('a real nginx', () => {
  let bench: NginxBench;
  beforeAll(async () => {
    bench = await nginxBench();
  });
  afterAll(() => bench.remove());

  /** A path as a browser sends it. */
  const sent = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

  async function expectRedirects(list: ListToRedirect, most: number): Promise<void> {
    const { http, server, size } = files(list);
    const parts = { http: [nginxMapSettings(size), http], server: [server] };
    expect(await bench.test(parts)).toBeNull();
    // Where two files share an address, the first of them was the one that the old server showed.
    const wanted = new Map<string, Redirect>();
    for (const redirect of listRedirects(list, webAddresses))
      if (!wanted.has(redirect.oldPath)) wanted.set(redirect.oldPath, redirect);
    const all = [...wanted.values()];
    const step = Math.max(1, Math.floor(all.length / most));
    await bench.serve(parts, async (ask) => {
      for (const { oldPath, newUrl } of all.filter((_, n) => n % step === 0)) {
        expect({ oldPath, ...(await ask(sent(oldPath))) }).toEqual({
          oldPath,
          status: 301,
          location: newUrl,
        });
      }
    });
  }

  it('leads every old address of a list to its new one', async () => {
    await expectRedirects(small(), 1_000);
  });

  it('leads those of a private list, and of the public prefix that it had before', async () => {
    const list = { ...small(), private: true };
    await expectRedirects(list, 1_000);
    const { http, server, size } = files(list);
    const parts = { http: [nginxMapSettings(size), http], server: [server] };
    await bench.serve(parts, async (ask) => {
      expect(await ask('/pipermail/dev/2013-May/000000.html')).toMatchObject({
        location: 'https://lists.example.org/hyperkitty/list/dev@lists.example.org/message/ABC/',
      });
    });
  });

  it('leads everything else below the archive to the list, and leaves the rest alone', async () => {
    const { http, server, size } = files(small());
    const parts = { http: [nginxMapSettings(size), http], server: [server] };
    const page = 'https://lists.example.org/hyperkitty/list/dev@lists.example.org/';
    await bench.serve(parts, async (ask) => {
      for (const path of [
        '/pipermail/dev',
        '/pipermail/dev/attachments/20130505/abcdef01/a.pdf',
        '/pipermail/dev/2013-May',
        '/pipermail/dev.mbox/dev.mbox',
        '/mailman/private/dev',
        '/mailman/private/dev.mbox/dev.mbox',
      ])
        expect({ path, ...(await ask(path)) }).toEqual({ path, status: 301, location: page });
      expect((await ask('/mailman/listinfo/dev/')).location).toContain('/postorius/');
      expect((await ask('/pipermail/development/')).status).toBe(404);
      expect((await ask('/mailman/listinfo')).status).toBe(404);
    });
  });

  it('takes the maps of several lists with long names side by side', async () => {
    const long = 'a-very-long-list-name-with-many-hyphens-and.dots_and_more-of-them';
    const lists = [long, `${long}2`, 'a-b', 'a.b', 'a_2db', 'a_b'].map((name) =>
      files(small({ name })),
    );
    const size = { entries: 3, longestKey: 200 };
    const parts = {
      http: [nginxMapSettings(size), ...lists.map(({ http }) => http)],
      server: lists.map(({ server }) => server),
    };
    expect(await bench.test(parts)).toBeNull();
  });

  it('answers right, or the name was refused, whatever names and ids come in', async () => {
    let accepted = 0;
    const safe = fc.string({
      unit: among('aAbB019-_.+=@%'),
      minLength: 1,
      maxLength: 8,
    });
    const long = fc.string({
      unit: fc.constantFrom('a', '-', 'Z'),
      minLength: 100,
      maxLength: 250,
    });
    const hostile = fc.string({
      unit: among('a"\'$;{}\\\n\r ~#*?/é\0'),
      maxLength: 6,
    });
    const name = fc.oneof(
      { weight: 30, arbitrary: safe },
      { weight: 1, arbitrary: long },
      { weight: 1, arbitrary: hostile },
      { weight: 1, arbitrary: fc.string() },
    );
    const volume = fc.record<PipermailVolume>({
      name,
      kind: fc.constantFrom('year', 'month', 'quarter', 'week', 'day', 'unknown'),
      indexes: fc.array(name, { maxLength: 2 }),
      downloads: fc.array(name, { maxLength: 1 }),
    });
    const article = fc.record({ volume: name, file: name, hash: name, ghost: fc.boolean() });
    const list = fc.record({
      name,
      isPrivate: fc.boolean(),
      volumes: fc.array(volume, { maxLength: 2 }),
      articles: fc.array(article, { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(list, async (made) => {
        const aligned = made.articles.map(({ hash, ghost, ...where }, number) => ({
          article: pipermailArticle({ number, ...where }),
          message: archivedMessage({ hash }),
          ghost,
        }));
        const subject = listToRedirect({
          name: made.name,
          private: made.isPrivate,
          listing: { volumes: made.volumes, articles: aligned.map((each) => each.article) },
          alignment: { aligned, unmatched: [] },
        });
        try {
          await expectRedirects(subject, 12);
          accepted += 1;
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
          expect(error.diagnostic.code).toBe('redirects.unsafe-name');
        }
      }),
      { numRuns: 150 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});
