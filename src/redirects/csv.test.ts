// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Redirect, RedirectKind } from '../model/redirect.js';
import { CSV_HEADER, csvLine } from './csv.js';

/** The records of an RFC 4180 text: the inverse of what is tested. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/gy;
  for (let at = 0; at < text.length; at = field.lastIndex) {
    field.lastIndex = at;
    const match = field.exec(text);
    if (match === null) throw new Error(`no CSV at ${at}`);
    records.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\n') records.push([]);
  }
  return records;
}

describe('csv', () => {
  it('has the columns that other programs read', () => {
    expect(CSV_HEADER).toBe('old_path,new_url,kind');
  });

  it('is plain where nothing needs quotes', () => {
    const line = csvLine({ oldPath: '/pipermail/dev/', newUrl: 'https://x.org/', kind: 'list' });
    expect(line).toBe('/pipermail/dev/,https://x.org/,list');
  });

  it('reads back as it was, whatever the names hold', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a') }),
    );
    const kind = fc.constantFrom<RedirectKind>('list', 'article', 'ghost');
    const redirect = fc.record<Redirect>({ oldPath: text, newUrl: text, kind });
    fc.assert(
      fc.property(fc.array(redirect, { minLength: 1 }), (redirects) => {
        expect(parseCsv(redirects.map(csvLine).join('\n'))).toEqual(
          redirects.map(({ oldPath, newUrl, kind: word }) => [oldPath, newUrl, word]),
        );
      }),
    );
  });
});
