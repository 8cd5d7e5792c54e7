// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { prepareWhole } from './testing/prepare-whole.js';

const LONG = 200_000;

/** A quadratic reader takes minutes over any of these, an exponential one forever. */
describe('MboxPreparer takes no longer over hostile lengths', () => {
  const from = 'From ann@example.org  Thu Jan  8 16:37:05 2004\n';
  const header = (line: string): string => `${from}${line}\nSubject: x\n\ntext\n\n`;
  it.each([
    ['one atom for a sender', header(`From: ${'a'.repeat(LONG)};`)],
    ['words for a sender', header(`From: ${'=?utf-8?q?a?= '.repeat(LONG / 14)};`)],
    ['addresses', header(`From: ${'a@b.c, '.repeat(LONG / 7)};`)],
    ['quotes', header(`From: ${'"'.repeat(LONG)}`)],
    ['brackets for an id', header(`Message-ID: ${'<'.repeat(LONG)}`)],
    ['blanks in an id', header(`Message-ID: x${' '.repeat(LONG)}y`)],
    ['references', header(`References: <${'@'.repeat(LONG)}`)],
    ['a date', header(`Date: ${'1 '.repeat(LONG / 2)}`)],
    ['a received date', header(`Received: ;${'a'.repeat(LONG)}`)],
    ['an encoded subject', header(`Subject: ${'=?'.repeat(LONG / 2)}\xe9`)],
    ['a parameter', header(`Content-Type: text/plain; ${'a'.repeat(LONG)}\xe9`)],
    ['stars', header(`Content-Type: text/plain; ${'*'.repeat(LONG)}`)],
    ['stray lines', `${from}X: y\n${'stray\n'.repeat(LONG / 6)}`],
    ['blank lines', `${from}X: y\n\n${'\n'.repeat(LONG)}text\n`],
    ['separators', from.repeat(LONG / from.length)],
    ['escapes', `${from}X: y\n\n${'From here\n'.repeat(LONG / 10)}`],
    [
      'unclosed parts',
      `${from}Content-Type: multipart/mixed; boundary=b\n\n` +
        '--b\nContent-Type: multipart/mixed; boundary=c\n\n'.repeat(LONG / 50),
    ],
    ['nested messages', `${from}${'Content-Type: message/rfc822\n\n'.repeat(LONG / 30)}`],
  ])('%s', (_, mbox) => {
    const bytes = Buffer.from(mbox, 'latin1');
    const begin = performance.now();
    const { account } = prepareWhole(bytes);
    expect(account.leading + account.messageBytes).toBe(bytes.length);
    expect(performance.now() - begin).toBeLessThan(3000);
  });
});
