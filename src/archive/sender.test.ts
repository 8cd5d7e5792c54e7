// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { repairSender } from './sender.js';

describe('repairSender', () => {
  it.each([
    'ann@example.org',
    'Ann Example <ann@example.org>',
    '"Example, Ann (x)" <ann@example.org>',
    'ann@example.org (Ann Example)',
    '=?iso-8859-1?q?Andr=E9?= <andre@example.org>',
    'ann at example.org (Ann Example)',
    "O'Neil J. R. <o'neil@example.org>",
  ])('leaves %j', (value) => {
    expect(repairSender(value, 'env@example.org')).toBeNull();
  });

  it.each([
    [null, 'env@example.org', 'sender.missing'],
    ['', 'env@example.org', 'sender.missing'],
    [
      'Zo\xc3\xab <zo\xc3\xab@example.org>',
      '=?utf-8?q?Zo=C3=AB?= <zo=C3=AB@example.org>',
      'sender.non-ascii',
    ],
    [
      'Zo\xeb <zo\xeb@b\xfccher.example>',
      '=?utf-8?q?Zo=C3=AB?= <zo=C3=AB@xn--bcher-kva.example>',
      'sender.non-ascii',
    ],
    ['Zo\xeb <zoe@example.org>', '=?utf-8?q?Zo=C3=AB?= <zoe@example.org>', 'header.eight-bit'],
    [
      '=?x-unknown?q?Zo=EB?= <zoe@example.org>',
      '=?utf-8?q?Zo=C3=AB?= <zoe@example.org>',
      'sender.syntax',
    ],
    ['a@b.c, d@e.f', 'a@b.c', 'sender.syntax'],
    ['ann@example.org <ann@example.org>', '"ann@example.org" <ann@example.org>', 'sender.syntax'],
    ['"Ann <ann@example.org>', 'Ann <ann@example.org>', 'sender.syntax'],
    ['The list', 'The list <env@example.org>', 'sender.syntax'],
    ['<>', 'env@example.org', 'sender.syntax'],
    [`<${'x'.repeat(300)}@example.org>`, 'env@example.org', 'sender.too-long'],
  ])('%j becomes %j', (value, repaired, defect) => {
    expect(repairSender(value, 'env@example.org')).toEqual({ value: repaired, defect });
  });
});
