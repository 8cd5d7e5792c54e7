// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CoreAttributes, fallsShort } from './core-attributes.js';
import type { Json } from './json.js';

const short = (name: string, desired: Json, observed?: Json): boolean =>
  fallsShort(name, { [name]: desired }, observed === undefined ? {} : { [name]: observed });

describe('what Mailman 2 had and what Core has', () => {
  it.each<[string, Json, Json | undefined, boolean]>([
    ['post_id', 100, 1, true],
    ['post_id', 100, 100, false],
    ['post_id', 100, 103, false],
    ['post_id', 100, undefined, true],
    ['created_at', '2004-01-01T00:00:00', '2026-01-01T00:00:00.000001', true],
    ['created_at', '2026-01-01T00:00:00', '2004-01-01T00:00:00', false],
    ['created_at', '2026-01-01T00:00:00.25', '2026-01-01T00:00:00.25', false],
    ['last_post_at', '2026-01-01T00:00:00.25', '2026-01-01T00:00:00', true],
    ['last_post_at', '2026-01-01T00:00:00', '2026-01-01T00:00:00.25', false],
    ['last_post_at', '2026-01-01T00:00:00', undefined, true],
    ['topics', [['a', 'b', 'c', 0]], [['a', 'b', 'c', 0]], false],
    ['topics', [['a', 'b', 'c', 0]], [], true],
    ['topics_enabled', false, undefined, true],
    ['bounce_matching_headers', 'a: b\nc: d', 'a: b\r\nc: d', false],
    ['bounce_matching_headers', '', 'to: friend@public.com', true],
  ])('%s: %j after %j → %s', (name, desired, observed, expected) => {
    expect(short(name, desired, observed)).toBe(expected);
  });

  it('count digests by volume first', () => {
    const behind = (desired: readonly [number, number], observed: readonly [number, number]) => {
      const of = ([volume, next]: readonly [number, number]): CoreAttributes => ({
        volume,
        next_digest_number: next,
      });
      return ['volume', 'next_digest_number'].filter((name) =>
        fallsShort(name, of(desired), of(observed)),
      );
    };
    expect(behind([12, 3], [1, 1])).toEqual(['volume', 'next_digest_number']);
    expect(behind([12, 3], [12, 2])).toEqual(['next_digest_number']);
    // Core began a new volume since: its low number is right.
    expect(behind([12, 30], [13, 1])).toEqual([]);
    expect(behind([12, 3], [12, 3])).toEqual([]);
  });

  it('count articles on one news server only', () => {
    const mark = (article: number, server: string): Json => ({ article, server });
    expect(short('usenet_watermark', mark(7, 'a.org'))).toBe(true);
    expect(short('usenet_watermark', mark(7, 'a.org'), mark(3, 'A.org'))).toBe(true);
    expect(short('usenet_watermark', mark(7, 'a.org'), mark(9, 'a.org'))).toBe(false);
    expect(short('usenet_watermark', mark(7, 'a.org'), mark(3, 'b.org'))).toBe(false);
  });

  it('once set, never fall short again, whatever Core counts on', () => {
    const issue = fc.record({
      volume: fc.integer({ min: 1, max: 99 }),
      next_digest_number: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(issue, issue, fc.array(fc.boolean()), (desired, before, bumps) => {
        const all: CoreAttributes = { ...desired, post_id: desired.volume };
        const found = Object.fromEntries(
          Object.entries(all).filter(([name]) => fallsShort(name, all, before)),
        );
        const now: Record<string, number> = { post_id: 1, ...before, ...found };
        for (const newVolume of bumps) {
          now['post_id'] = (now['post_id'] ?? 0) + 1;
          if (newVolume) now['volume'] = (now['volume'] ?? 0) + 1;
          now['next_digest_number'] = newVolume ? 1 : (now['next_digest_number'] ?? 0) + 1;
        }
        expect(Object.keys(all).filter((name) => fallsShort(name, all, now))).toEqual([]);
      }),
    );
  });
});
