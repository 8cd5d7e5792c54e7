// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { html } from './markup.js';
import { visible } from './visible.js';

describe('html', () => {
  it('escapes texts, keeps pieces of HTML, and leaves null out', () => {
    const link = html`<a href="${'"x" & \'y\''}">${'<b>'}</a>`;
    expect(html`<p>${[link, ' ', 7, null]}</p>`.toString()).toBe(
      '<p><a href="&quot;x&quot; &amp; &#39;y&#39;">&lt;b&gt;</a> 7</p>',
    );
  });

  it('drops the indentation of a template, never that of a text', () => {
    const list = html`<ul>
      <li>one</li>
      <li>${'a\n      b'}</li>
    </ul>`;
    expect(list.toString()).toBe('<ul>\n<li>one</li>\n<li>a\n      b</li>\n</ul>');
  });

  it('gives any text back to a parser, as content and as attribute', () => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
      htmlEntities: true,
    });
    const text = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((some) => !/[\t\n]/.test(visible(some)));
    fc.assert(
      fc.property(text, (some) => {
        const parsed = parser.parse(html`<p title="${some}">${some}</p>`.toString()) as {
          readonly p: { readonly '#text': string; readonly '@_title': string };
        };
        expect(parsed.p).toEqual({ '#text': visible(some), '@_title': visible(some) });
      }),
    );
  });
});
