// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { code, md, mdTable } from './markdown-escape.js';

describe('md', () => {
  it.each([
    ['<script>', String.raw`\<script\>`],
    ['[x](http://y.z)', String.raw`\[x\](http\://y.z)`],
    ['![](//x)', String.raw`!\[\](//x)`],
    ['*bold* _soft_ ~gone~', String.raw`\*bold\* \_soft\_ \~gone\~`],
    ['welcome_msg', 'welcome_msg'],
    ['a | b', 'a &#124; b'],
    ['&lt;', '&amp;lt;'],
    ['back\\slash `tick`', 'back\\\\slash \\`tick\\`'],
    ['# title', String.raw`\# title`],
    ['- item', String.raw`\- item`],
    ['3. item', String.raw`3\. item`],
    ['two\nlines', 'two lines'],
    ['$x$', String.raw`\$x\$`],
    ['www.x.org', String.raw`www\.x.org`],
    ['ask @everybody now', 'ask `@everybody` now'],
    ['ann@example.org', 'ann@example.org'],
  ])('%j is %j', (text, escaped) => {
    expect(md(text)).toBe(escaped);
  });
});

describe('code', () => {
  it.each([
    ['', ''],
    ['subject_prefix', '`subject_prefix`'],
    ['a`b', String.raw`<code>a\`b</code>`],
    ['^a\\|b', String.raw`<code>^a\\&#124;b</code>`],
    ['a\nb', '<code>a b</code>'],
  ])('%j is %j', (text, escaped) => {
    expect(code(text)).toBe(escaped);
  });
});

it('a table has as many cells in each row, whatever is in them', () => {
  const hostile = 'a|b\\|c`|`\n|';
  const table = mdTable(['x', 'y'], [[md(hostile), code(hostile)]]);
  for (const line of table.split('\n')) expect(line.match(/\|/g)).toHaveLength(3);
});
