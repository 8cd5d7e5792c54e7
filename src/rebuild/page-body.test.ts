// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageBody } from './page-body.js';

const EMAIL = /[-+,.\w]+@[-+.\w]+/;
const URL = /[a-z]+:\/\/.*?(?:_\s|_$|$|[\]})>'"\s])/i;

/** As Mailman 2 escapes text for a page in US-ASCII (Utils.websafe, uncanonstr). */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/&amp;((?:#[0-9]+|[a-z]+);)/gi, '&$1')
    .replaceAll(/[^\x00-\x7f]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);

/** As pipermail makes a page of a text: quotations in italics, links, addresses obscured. */
function page(text: string): Buffer {
  const lines = text.split('\n').map((line) => {
    const quoted = /^(?:[>|:]|&gt;)+/.exec(line)?.[0] ?? '';
    let rest = line.slice(quoted.length);
    let made = quoted === '' ? '' : `${escaped(quoted)}<i>`;
    for (;;) {
      const email = EMAIL.exec(rest);
      const url = URL.exec(rest);
      const first = url !== null && (email === null || url.index <= email.index) ? url : email;
      if (first === null) break;
      const found = first === url ? first[0].replace(/(?:_\s|_|[\]})>'"\s])$/, '') : first[0];
      const target = first === url ? escaped(found) : 'http://x/listinfo/dev';
      const shown = first === url ? found : found.replace('@', ' at ');
      made += `${escaped(rest.slice(0, first.index))}<A HREF="${target}">${escaped(shown)}</A>`;
      rest = rest.slice(first.index + found.length);
    }
    return made + escaped(rest) + (quoted === '' ? '' : '\n</I>');
  });
  const joined = lines
    .join('\n')
    // The newline belongs to the line, before its end of italics.
    .replaceAll('\n</I>\n', '\n</I>');
  return Buffer.from(`<HTML><!--beginarticle-->\n<PRE>${joined}</PRE>\n<!--endarticle--></HTML>`);
}

const read = (text: string, volume = ''): string | undefined =>
  pageBody(page(text), 'us-ascii', volume)?.text;

describe('the text of a page', () => {
  it.each([
    'Hello\n\nWrite to ann@example.org or see http://example.org/?a=1&b=2 for more.\n',
    '> quoted by ann+list@example.org:\n> > and "again" <bob@example.org>\nanswer\n',
    'Björn 太郎 😀\n',
    'at home or at work: nothing@all is lost\n',
  ])('%j comes back as it was', (text) => {
    expect(read(text)).toBe(text);
  });

  it('has the addresses that were addresses, and no others', () => {
    const body = pageBody(page('meet me at example.org, or write to me@example.org\n'), 'us-ascii');
    expect(body).toMatchObject({
      text: 'meet me at example.org, or write to me@example.org\n',
      visible: 'meet me at example.org, or write to me at example.org\n',
      addresses: 1,
    });
  });

  it('comes back as it was, whatever it is, when the volume tells what was escaped', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      '&',
      '&lt;',
      '&amp;',
      '&#39;',
      '\n',
      'é',
      ' a ',
      '> ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = `${pieces.join('')}\n`;
        fc.pre(!/[>|:]+\n/.test(text));
        expect(read(text, text.replaceAll(/[^\x00-\x7f]/g, '?'))).toBe(text);
      }),
    );
  });

  it('is UTF-8 where its bytes were written one by one', () => {
    const bytes = Buffer.from('Café', 'utf8').toString('latin1');
    expect(read(bytes)).toBe('Café');
    expect(read('Café')).toBe('Café');
  });

  it('is empty where the message is', () => {
    expect(
      pageBody(Buffer.from('<!--beginarticle-->\n\n<!--endarticle-->'), 'us-ascii')?.text,
    ).toBe('');
  });

  it.each([
    ['cut short', '<!--beginarticle-->\n<PRE>text'],
    ['of something else', '<html>404</html>'],
    ['with HTML of its own', '<!--beginarticle-->\n<PRE>a <b>b</b></PRE>\n<!--endarticle-->'],
  ])('is not to be had of a page %s', (_, text) => {
    expect(pageBody(Buffer.from(text), 'us-ascii')).toBeNull();
  });

  it.each(['<A HREF="', '<A HREF="x">', '<i>', '&#'])('made of %j alone takes no time', (piece) => {
    const text = `<!--beginarticle-->\n<PRE>${piece.repeat(100_000)}</PRE>\n<!--endarticle-->`;
    const start = performance.now();
    pageBody(Buffer.from(text), 'us-ascii');
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
