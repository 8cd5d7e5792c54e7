// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RedirectProbe } from '../model/check.js';
import type { Redirect, RedirectKind } from '../model/redirect.js';
import { redirectChecks, sampleRedirects } from './redirect-checks.js';

const probe = (more: Partial<RedirectProbe> = {}): RedirectProbe => ({
  oldPath: '/pipermail/dev/',
  kind: 'list',
  expectedUrl: 'https://x.org/new/',
  status: 301,
  location: 'https://x.org/new/',
  targetStatus: 200,
  ...more,
});
const ok = (more: Partial<RedirectProbe>, privateArchive = false): boolean | undefined =>
  redirectChecks([probe(more)], privateArchive)[0]?.ok;

describe('redirectChecks', () => {
  it('pass for an old address that leads to a page that answers', () => {
    expect(ok({})).toBe(true);
  });

  it.each<Partial<RedirectProbe>>([
    { status: 302 },
    { status: 404, location: null, targetStatus: null },
    { location: 'https://x.org/elsewhere/' },
    { targetStatus: 404 },
    { targetStatus: 302 },
    { targetStatus: 403 },
    { targetStatus: null },
  ])('fail for %j', (more) => {
    expect(ok(more)).toBe(false);
  });

  it('let a private archive ask strangers to log in, but not the page of the list', () => {
    expect(ok({ kind: 'article', targetStatus: 403 }, true)).toBe(true);
    expect(ok({ kind: 'listinfo', targetStatus: 403 }, true)).toBe(false);
    expect(ok({ kind: 'article', targetStatus: 404 }, true)).toBe(false);
  });

  it('are one a kind and name the first that fails', () => {
    const checks = redirectChecks(
      [
        probe(),
        probe({ kind: 'article' }),
        probe({ kind: 'article', oldPath: '/bad', status: 404, targetStatus: null }),
      ],
      false,
    );
    expect(checks).toEqual([
      {
        id: 'redirects.list',
        ok: true,
        expected: 1,
        actual: 1,
        summary: '1 old address tried, it leads to its page',
      },
      {
        id: 'redirects.article',
        ok: false,
        expected: 2,
        actual: 1,
        summary: '1 of 2 fail: /bad answered 404, its target was not asked',
      },
    ]);
  });
});

describe('sampleRedirects', () => {
  const redirect = (kind: RedirectKind, n: number): Redirect => ({
    oldPath: `/${kind}/${n}`,
    newUrl: 'https://x.org/',
    kind,
  });

  it('takes the first, the last and some between', () => {
    const all = Array.from({ length: 100 }, (_, n) => redirect('article', n));
    expect(sampleRedirects(all, 4).map(({ oldPath }) => oldPath)).toEqual([
      '/article/0',
      '/article/33',
      '/article/66',
      '/article/99',
    ]);
  });

  it('takes so many of each kind as there are, up to the limit, none twice', () => {
    const counts = fc.record({ article: fc.nat(30), list: fc.nat(3) });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 12 }), ({ article, list }, most) => {
        const all = [
          ...Array.from({ length: article }, (_, n) => redirect('article', n)),
          ...Array.from({ length: list }, (_, n) => redirect('list', n)),
        ];
        const sample = sampleRedirects(all, most);
        const ofKind = (wanted: string) => sample.filter(({ kind }) => kind === wanted).length;
        expect(ofKind('article')).toBe(Math.min(article, most));
        expect(ofKind('list')).toBe(Math.min(list, most));
        expect(new Set(sample).size).toBe(sample.length);
      }),
    );
  });
});
