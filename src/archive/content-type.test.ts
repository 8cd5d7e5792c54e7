// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { parseContentType, soundMultipart, soundParameters, withCharset } from './content-type.js';

describe('parseContentType', () => {
  it.each([
    ['text/plain; charset=us-ascii; format=flowed', 'text/plain', 'us-ascii', null],
    ['TEXT/HTML;\tcharset="ISO-8859-1"', 'text/html', 'ISO-8859-1', null],
    ['multipart/mixed; boundary="a b"', 'multipart/mixed', null, 'a b'],
    ['multipart/mixed; boundary=----=_Next', 'multipart/mixed', null, '----=_Next'],
    ['nonsense', 'text/plain', null, null],
  ])('%j', (value, type, charset, boundary) => {
    expect(parseContentType(value, 'text/plain')).toEqual({ type, charset, boundary });
  });
});

it('replaces or adds a charset and leaves the rest', () => {
  expect(withCharset('text/plain; charset=x; format=flowed', 'utf-8')).toBe(
    'text/plain; charset="utf-8"; format=flowed',
  );
  expect(withCharset('text/html;', 'utf-8')).toBe('text/html; charset="utf-8"');
});

describe('soundParameters', () => {
  it.each([
    ['text/plain; name="a.txt"', 'text/plain; name="a.txt"'],
    ["a/b; name*=utf-8''%E9; size=3", "a/b; name*=utf-8''%E9; size=3"],
    ['a/b; name*', 'a/b'],
    ['a/b; name="\xe9.txt"; x=y', "a/b; name*=utf-8''%C3%A9.txt; x=y"],
    [`a/b; name="${'x'.repeat(400)}.txt"`, `a/b; name="${'x'.repeat(196)}.txt"`],
  ])('%j', (value, sound) => {
    expect(soundParameters(value)).toBe(sound);
    expect(soundParameters(sound)).toBe(sound);
  });
});

it('quotes a boundary that the two parsers of Python read differently', () => {
  const read = (value: string): string | null =>
    soundMultipart(value, parseContentType(value, 'text/plain'));
  expect(read('multipart/mixed; boundary=a=b')).toBe('multipart/mixed; boundary="a=b"');
  expect(read('multipart/mixed; boundary="a=b"')).toBeNull();
});
