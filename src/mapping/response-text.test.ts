// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../model/json.js';
import { mailman2List, mappingContext } from '../testing/builders.js';
import { responseText } from './response-text.js';
import type { Converted } from './row.js';

const PAGES: JsonObject = { web_page_url: 'https://lists.example.org/mailman/' };

const convert = (value: Json, attributes: JsonObject = PAGES): Converted =>
  responseText(value, mailman2List({ attributes }), mappingContext);

describe('responseText', () => {
  it('translates placeholders', () => {
    expect(convert('Hello from %(listname)s, write to %(owneremail)s')).toEqual({
      kind: 'kept',
      value: 'Hello from ${display_name}, write to ${owneremail}',
    });
  });

  it('writes out the address of the page, which the redirects lead on', () => {
    expect(convert('see %(listurl)s')).toEqual({
      kind: 'kept',
      value: 'see https://lists.example.org/mailman/listinfo/dev',
      note: 'the link to the list is the old one, which the redirects lead on',
    });
  });

  it('says so where the list does not know the address of its page', () => {
    expect(convert('see %(listurl)s', {})).toEqual({
      kind: 'kept',
      value: 'see %(listurl)s',
      felt: true,
      note: 'Core has no placeholder for the address of the page',
    });
  });

  it('leaves what Mailman 2 did not fill in either as it was', () => {
    expect(convert('%(constructor)s 100% sure %d')).toEqual({
      kind: 'kept',
      value: '%(constructor)s 100% sure %d',
    });
  });

  it('reads $name where the list was converted to that', () => {
    const dollars = { ...PAGES, use_dollar_strings: 1 };
    expect(convert('$listname ${owneremail} $$5 $x ${info} %(listname)s $', dollars)).toEqual({
      kind: 'kept',
      value: '${display_name} ${owneremail} $$5 $$x $${info} %(listname)s $$',
    });
  });

  it('reads None as no text, and refuses what is none', () => {
    expect(convert(null)).toEqual({ kind: 'kept', value: '' });
    expect(convert(7).kind).toBe('lost');
  });

  it('gives the same letter that Mailman 2 sent, whatever dollars and percents it holds', () => {
    const pieces = fc.constantFrom(
      ...['%(listname)s', '%(requestemail)s', '%(adminemail)s', '%(listurl)s', '%%'],
      ...['$', '$$', '${display_name}', '$x', 'text', '{', '}', '\n'],
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const original = parts.join('');
        const converted = convert(original);
        const translated = converted.kind === 'kept' ? String(converted.value) : '';
        expect(filledByCore(translated)).toBe(filledByMailman2(original));
      }),
    );
  });
});

const VALUES: Readonly<Record<string, string>> = {
  listname: 'Dev',
  display_name: 'Dev',
  requestemail: 'dev-request@x.org',
  adminemail: 'dev-owner@x.org',
  owneremail: 'dev-owner@x.org',
  listurl: 'https://lists.example.org/mailman/listinfo/dev',
};

/** Python's `text % values`. */
const filledByMailman2 = (source: string): string =>
  source.replaceAll(/%\((\w+)\)s|%%/g, (_whole, name: string | undefined) =>
    name === undefined ? '%' : (VALUES[name] ?? '?'),
  );

/** Python's string.Template(text).safe_substitute(values). */
const filledByCore = (source: string): string =>
  source.replaceAll(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (whole, dollar, bare, braced) => {
    if (dollar !== undefined) return '$';
    return VALUES[String(bare ?? braced)] ?? whole;
  });
