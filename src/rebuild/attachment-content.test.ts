// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restorePart } from './attachment-content.js';
import type { ScrubbedPart } from './scrubbed.js';

const part = (kind: ScrubbedPart['kind'], type: string | null = null): ScrubbedPart => ({
  kind,
  path: 'attachments/20100910/53e1cde8/attachment.bin',
  name: null,
  type,
  description: null,
  words: '',
});

/** As Mailman 2 escapes (Utils.websafe): what looks escaped already stays as it is. */
const websafe = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/&amp;((?:#[0-9]+|[a-z]+);)/gi, '&$1');

/** As Mailman 2 writes HTML to disk (Handlers/Scrubber.py). */
function scrubbedHtml(html: string): Buffer {
  const lines = websafe(html)
    .split('\n')
    .map((line) => line.replaceAll(' ', '&nbsp;'));
  return Buffer.from(`<tt>\n${lines.join('<br>\n')}\n</tt>\n`, 'utf8');
}

const html = (text: string): string =>
  restorePart(part('html'), scrubbedHtml(text), 'us-ascii').bytes.toString('utf8');

describe('HTML', () => {
  it.each([
    '<b>bold</b>',
    '<p class="MsoNormal" style=\'color:"red"\'>a<br/>b</p>\n<o:p></o:p>',
    'text with &lt;b&gt; shown: <code>&lt;tag attribute=&quot;x&quot;&gt;</code>'.replaceAll(
      /&lt;b&gt;/g,
      '&lt;groupId&gt;',
    ),
    '<!DOCTYPE html PUBLIC "-//W3C//DTD">\n<html><head><style>a > b { font: "x"; }</style></head>',
    '<!-- [if gte mso 9]><xml><w:Word>1</w:Word></xml><![endif] --> <p>x</p>',
    'On Monday, Ann &lt;<a href="mailto:ann@example.org">ann@example.org</a>&gt; wrote:',
    '<a href="https://example.org/?a=1&amp;b=2">x</a> &eacute; &#39;',
    'é ü 太郎',
  ])('%j comes back as it was', (text) => {
    expect(html(text)).toBe(text);
  });

  it('shows the same where a bracket was not escaped', () => {
    expect(html('1 < 2 & 3 > 2')).toBe('1 &lt; 2 &amp; 3 &gt; 2');
  });

  it('is left alone where the site kept it as it was', () => {
    const file = Buffer.from('<b>raw</b>');
    expect(restorePart(part('html'), file, 'us-ascii').bytes).toEqual(file);
  });

  it('has the charset that its bytes tell', () => {
    const charset = (bytes: Buffer, list = 'us-ascii'): string | null =>
      restorePart(part('html'), bytes, list).charset;
    expect(charset(Buffer.from('<p>a'))).toBe('us-ascii');
    expect(charset(Buffer.from('<p>é', 'utf8'))).toBe('utf-8');
    expect(charset(Buffer.from('<p>é', 'latin1'))).toBe('windows-1252');
    expect(charset(Buffer.from('<p>é', 'latin1'), 'iso-8859-2')).toBe('iso-8859-2');
    const declared = Buffer.from('<meta charset="koi8-r"><p>é', 'latin1');
    expect(charset(declared, 'iso-8859-2')).toBe('koi8-r');
  });

  it.each(['&lt;!--&nbsp;', '&lt;a&nbsp;', '&lt;style&gt;', '&lt;', '&amp;'])(
    'made of %j alone takes no time',
    (piece) => {
      const file = Buffer.from(`<tt>\n${piece.repeat(50_000)}\n</tt>\n`);
      const start = performance.now();
      restorePart(part('html'), file, 'us-ascii');
      expect(performance.now() - start).toBeLessThan(5_000);
    },
  );
});

describe('an embedded message', () => {
  it('loses what Python wrote around it', () => {
    const message = 'From: ann@example.org\nSubject: <hello> "you" & me\n\nText]\n';
    const file = Buffer.from(`[${websafe(`From nobody Mon Nov 23 16:47:33 2026\n${message}`)}]`);
    const restored = restorePart(part('message'), file, 'us-ascii');
    expect(restored.type).toBe('message/rfc822');
    expect(restored.bytes.toString()).toBe(message);
  });
});

describe('any other file', () => {
  it('is the part itself', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const file = Buffer.from(bytes);
        const restored = restorePart(part('file', 'image/png'), file, 'us-ascii');
        expect(restored).toEqual({ type: 'image/png', charset: null, bytes: file });
      }),
    );
  });
});
