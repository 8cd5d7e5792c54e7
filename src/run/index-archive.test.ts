// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { IndexedList } from '../model/archive-state.js';
import { indexFindings, indexTogether } from './index-archive.js';

const whole: IndexedList = {
  fqdnListname: 'dev@lists.example.org',
  emails: 12,
  documents: 12,
  added: 12,
  gone: 0,
  official: false,
  refused: [],
  tried: 8,
  missed: [],
  exposed: [],
};

const found = (changes: Partial<IndexedList>) =>
  indexFindings('dev', { ...whole, ...changes }).map(({ code, severity, why }) => ({
    code,
    severity,
    why,
  }));

describe('what is said of an index', () => {
  it('is nothing where it is whole', () => {
    expect(found({})).toEqual([]);
  });

  it.each([
    {
      changes: { documents: 11, refused: [{ messageId: 'a@b', why: 'ValueError: odd' }] },
      code: 'index.incomplete',
      severity: 'error',
      why: 'left out: a@b (ValueError: odd)',
    },
    {
      changes: { missed: ['HASHA', 'HASHB', 'HASHA'] },
      code: 'index.search-misses',
      severity: 'error',
      why: "HyperKitty's own search was asked for them; not found with all its words: list/dev@lists.example.org/message/HASHA (2 words), list/dev@lists.example.org/message/HASHB (1 word)",
    },
    {
      changes: { exposed: ['HASHA'] },
      code: 'index.private-shown',
      severity: 'error',
      why: "HyperKitty's own search was asked for words of them, as somebody not logged in: list/dev@lists.example.org/message/HASHA (1 word)",
    },
    {
      changes: { gone: 2 },
      code: 'index.removed',
      severity: 'info',
      why: 'HyperKitty has their messages no more',
    },
    {
      changes: { official: true },
      code: 'index.official-command',
      severity: 'info',
      why: 'only Whoosh and Xapian, as far as this program knows them, are indexed the fast way',
    },
  ])('names $code', ({ changes, code, severity, why }) => {
    expect(found(changes)).toEqual([{ code, severity, why }]);
  });
});

describe('lists that are indexed together', () => {
  const names = ['a@x', 'b@x'];
  const indexed = (fqdnListname: string): IndexedList => ({ ...whole, fqdnListname });

  it('are asked for once, and each has its own answer', async () => {
    const asked: (readonly string[])[] = [];
    const index = indexTogether((wanted) => {
      asked.push(wanted);
      return Promise.resolve(wanted.map(indexed));
    }, names);
    expect(await index(['b@x'], () => undefined)).toEqual([indexed('b@x')]);
    expect(await index(['a@x'], () => undefined)).toEqual([indexed('a@x')]);
    expect(await index(['c@x'], () => undefined)).toEqual([indexed('c@x')]);
    expect(asked).toEqual([names, ['c@x']]);
  });

  it('fail together', async () => {
    let times = 0;
    const index = indexTogether(() => {
      times += 1;
      return Promise.reject(new Error('locked'));
    }, names);
    for (const name of names)
      await expect(index([name], () => undefined)).rejects.toThrow('locked');
    expect(times).toBe(1);
  });
});
