// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { CoreAttributes } from '../../model/core-attributes.js';
import { desiredList, observedList } from '../../testing/builders.js';
import { nothingApplied } from '../operation.js';
import { planCoreAttributes } from './plan-core-attributes.js';

interface Sides {
  readonly desired: CoreAttributes;
  /** null: the list is not there. */
  readonly observed: CoreAttributes | null;
  readonly last?: CoreAttributes;
  readonly created?: boolean;
  readonly overwrite?: boolean;
  readonly reachesCore?: boolean;
}

function plan({ desired, observed, last = {}, created = false, ...options }: Sides) {
  const { operations, findings } = planCoreAttributes(
    desiredList({ coreAttributes: desired }),
    observed === null ? null : observedList({ coreAttributes: observed }),
    { ...nothingApplied(), created, coreAttributes: last },
    { overwrite: false, reachesCore: true, ...options },
  );
  const set = operations.map((each) =>
    each.kind === 'set-core-attributes' ? each.attributes : each.kind,
  );
  return { set, findings: findings.map(({ code }) => code) };
}

const counted = { post_id: 5000, created_at: '2004-01-02T03:04:05.678901' };
const nothing = { set: [], findings: [] };

describe('what Core counts itself', () => {
  it('is set for a new list', () => {
    expect(plan({ desired: counted, observed: null })).toEqual({ set: [counted], findings: [] });
  });

  it('is raised for a list that was in Mailman 3 before: nobody chose it', () => {
    const observed = { post_id: 3, created_at: '2026-01-02T03:04:05' };
    expect(plan({ desired: counted, observed })).toEqual({ set: [counted], findings: [] });
  });

  it('is left alone where Core went on since, and is no conflict', () => {
    const observed = { ...counted, post_id: 5007 };
    expect(plan({ desired: counted, observed, last: counted, created: true })).toEqual(nothing);
  });

  it('is raised again where Mailman 2 went on since', () => {
    const desired = { ...counted, post_id: 5003 };
    const sides = { desired, observed: counted, last: counted, created: true };
    expect(plan(sides)).toEqual({ set: [{ post_id: 5003 }], findings: [] });
  });
});

describe('what somebody sets', () => {
  const headers = (text: string): CoreAttributes => ({ bounce_matching_headers: text });
  const [old, mine, theirs] = [headers('to: a@x.org'), headers('to: b@x.org'), headers('c: d')];
  const conflict = { set: [], findings: ['plan.attribute-conflict'] };

  it.each<[string, Omit<Sides, 'desired'>, ReturnType<typeof plan>]>([
    ['new list', { observed: null }, { set: [mine], findings: [] }],
    ['as it is', { observed: mine }, nothing],
    ['a list of the tool', { observed: old, created: true }, { set: [mine], findings: [] }],
    ['as last set', { observed: old, last: old }, { set: [mine], findings: [] }],
    ['changed in Mailman 3', { observed: theirs, last: old, created: true }, conflict],
    ['there before', { observed: theirs }, conflict],
    ['overruled', { observed: theirs, overwrite: true }, { set: [mine], findings: [] }],
    ['out of reach', { observed: null, reachesCore: false }, nothing],
  ])('%s', (_, sides, expected) => {
    expect(plan({ desired: mine, ...sides })).toEqual(expected);
  });
});

describe('the last article of a newsgroup', () => {
  const mark = (article: number | null, server: string) => ({
    usenet_watermark: { article, server },
  });

  it('is not set where Core asks another server', () => {
    expect(
      plan({ desired: mark(900, 'news.old.org'), observed: mark(20, 'news.new.org') }),
    ).toEqual(nothing);
  });

  it('is set where Core never fetched any', () => {
    const desired = mark(900, 'news.old.org');
    const observed = mark(null, 'news.old.org');
    expect(plan({ desired, observed })).toEqual({ set: [desired], findings: [] });
  });
});
