// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CoreAttributes } from '../model/core-attributes.js';
import type { Json, JsonObject } from '../model/json.js';
import { mailman2List, mappingContext } from '../testing/builders.js';
import { mapCoreAttributes, naiveUtc } from './core-attributes.js';

function map(attributes: JsonObject, reachesCore = true) {
  const list = mailman2List({ attributes });
  const mapped = mapCoreAttributes(list, { ...mappingContext, reachesCore });
  const said = mapped.findings.map(
    ({ severity, attribute, code }) => `${severity} ${code} ${attribute ?? ''}`,
  );
  return { attributes: mapped.attributes, said, verdicts: mapped.verdicts };
}

const TOPIC: Json = ['ci', '(?i)\\bci\\b', 'Build farm', 0];
const GATEWAY = { gateway_to_mail: 1, nntp_host: 'news.example.org:1119' };

describe("attributes for Core's database", () => {
  it.each<[JsonObject, CoreAttributes]>([
    [{ created_at: 1_795_452_453.092878 }, { created_at: '2026-11-23T16:47:33.092878' }],
    [{ created_at: 1_000_000_000 }, { created_at: '2001-09-09T01:46:40' }],
    [{ last_post_time: 1_000_000_000.5 }, { last_post_at: '2001-09-09T01:46:40.500000' }],
    [{ last_post_time: 0, digest_last_sent_at: 0 }, {}],
    [
      { post_id: 5_000.0, volume: 12, next_digest_number: 1 },
      { volume: 12, post_id: 5000 },
    ],
    [{ post_id: 1.0 }, {}],
    [{ usenet_watermark: 900 }, {}],
    [
      { usenet_watermark: 900, ...GATEWAY },
      { usenet_watermark: { article: 900, server: 'news.example.org' } },
    ],
    [
      { topics: [], topics_enabled: 0, topics_bodylines_limit: 5 },
      { topics: [], topics_enabled: false },
    ],
  ])('%j → %j', (given, expected) => {
    expect(map(given)).toMatchObject({ attributes: expected, said: [] });
    expect(Object.keys(map(given).attributes)).toEqual(Object.keys(expected));
  });

  it.each([
    ['news.other.org', 'Core asks news.other.org'],
    ['', 'Core asks no news server'],
  ])('the last article of a newsgroup is of no use to a Core that asks "%s"', (server, why) => {
    const list = mailman2List({ attributes: { usenet_watermark: 900, ...GATEWAY } });
    const mapped = mapCoreAttributes(list, { ...mappingContext, newsServer: server });
    expect(mapped.attributes).toEqual({});
    expect(mapped.findings).toMatchObject([
      {
        code: 'mapping.unsupported',
        severity: 'warning',
        why: expect.stringContaining(why) as unknown,
        next: expect.stringContaining('[nntp] in mailman.cfg') as unknown,
      },
    ]);
  });

  it.each<JsonObject>([
    { created_at: 'yesterday' },
    { created_at: -5 },
    { created_at: 1e12 },
    { post_id: 2 ** 31 },
    { volume: 0 },
    { volume: '12' },
  ])('%j is no value of Core’s, and that is told', (given) => {
    const [name] = Object.keys(given);
    expect(map(given)).toMatchObject({
      attributes: {},
      said: [`info mapping.unsupported ${name ?? ''}`],
    });
  });

  it('topics mark posts as before, and that members cannot choose is told', () => {
    const given = { topics: [TOPIC], topics_enabled: 1, topics_bodylines_limit: -1 };
    const { attributes, said, verdicts } = map(given);
    expect(attributes).toEqual({
      topics: [TOPIC],
      topics_enabled: true,
      topics_bodylines_limit: -1,
    });
    expect(said).toEqual(['warning mapping.approximate topics']);
    expect(verdicts.get('topics')).toMatchObject({ verdict: 'approximate', desired: ['ci'] });
  });

  it('topics that are turned off mark nothing', () => {
    expect(map({ topics: [TOPIC], topics_enabled: 0 })).toMatchObject({
      attributes: { topics_enabled: false },
      said: [],
    });
  });

  it('keep out of patterns only the flag that holds anyway', () => {
    const pattern = (text: string): unknown =>
      (map({ topics: [['x', text, '', 0]] }).attributes['topics'] as Json[][])[0]?.[1];
    expect(pattern('(?i)a|(?i)b\n(?i)c')).toBe('(?i)a|b\nc');
    expect(pattern('x\\(?i) [(?i)]')).toBe('x\\(?i) [(?i)]');
  });
});

describe("without a way to Core's host", () => {
  it('what a new list has anyway is no loss', () => {
    const fresh = { post_id: 1.0, volume: 1, next_digest_number: 1, last_post_time: 0, topics: [] };
    expect(map(fresh, false)).toMatchObject({ attributes: {}, said: [] });
  });

  it('the rest is told, graver where somebody will miss it', () => {
    const given = { created_at: 1e9, post_id: 5000, usenet_watermark: 7, ...GATEWAY };
    expect(map(given, false)).toMatchObject({
      attributes: {},
      said: [
        'info mapping.unsupported created_at',
        'info mapping.unsupported post_id',
        'warning mapping.unsupported usenet_watermark',
      ],
    });
    expect(map({ ...given, subject_prefix: '[dev %d] ' }, false).said).toContain(
      'warning mapping.unsupported post_id',
    );
  });
});

describe('a time in seconds', () => {
  it('keeps its microseconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: 0, max: 999_999 }),
        (seconds, microseconds) => {
          const text = naiveUtc(seconds + microseconds / 1e6) ?? '';
          const [whole = '', fraction = '0'] = text.split('.');
          expect(Date.parse(`${whole}Z`) / 1000).toBe(seconds);
          expect(Number(fraction.padEnd(6, '0'))).toBe(microseconds);
        },
      ),
    );
  });
});
