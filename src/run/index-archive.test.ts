// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { IndexedList } from '../model/archive-state.js';
import { indexFindings } from './index-archive.js';

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
      changes: { missed: [{ messageId: 'a@b', word: 'élan' }] },
      code: 'index.search-misses',
      severity: 'error',
      why: `HyperKitty's own search was asked for "élan" of a@b`,
    },
    {
      changes: { exposed: [{ messageId: 'a@b', word: 'secret' }] },
      code: 'index.private-shown',
      severity: 'error',
      why: `HyperKitty's own search was asked, as somebody not logged in, for "secret" of a@b`,
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
