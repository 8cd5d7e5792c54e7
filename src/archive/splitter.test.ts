// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { MboxSplitter, type SplitMessage } from './splitter.js';
import { archivedLists, readMbox } from './testing/fixture-lists.js';

interface Split {
  readonly messages: readonly SplitMessage[];
  readonly leading: number;
}

function split(mbox: Uint8Array | string, size = 65536): Split {
  const bytes = typeof mbox === 'string' ? Buffer.from(mbox, 'latin1') : mbox;
  const splitter = new MboxSplitter();
  const messages: SplitMessage[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    messages.push(...splitter.push(bytes.subarray(at, at + size)));
  }
  messages.push(...splitter.end());
  return { messages, leading: splitter.leading };
}

const FROM = 'From ann@example.org  Thu Jan  8 16:37:05 2004\n';
const HEADER = 'From: ann@example.org\nSubject: x\nMessage-ID: <1@example.org>\n\n';
const one = `${FROM}${HEADER}text\n\n`;

describe('MboxSplitter', () => {
  it.each(archivedLists)('makes the same of %s in whatever chunks it comes', (list) => {
    const mbox = readMbox(list);
    const whole = split(mbox, mbox.length);
    for (const size of [1000, 4096, 77_777]) {
      const { messages } = split(mbox, size);
      expect(messages.map(({ offset, fromLines }) => [offset, fromLines])).toEqual(
        whole.messages.map(({ offset, fromLines }) => [offset, fromLines]),
      );
    }
  });

  it.each([
    ['asctime', 'From a@b.c Thu Jan  8 16:37:05 2004'],
    ['no seconds', 'From a@b.c Thu Jan  8 16:37 2004'],
    ['a zone before the year', 'From a@b.c Thu Jan  8 16:37:05 EST 2004'],
    ['a numeric zone before the year', 'From 123@xxx Thu Jan 08 16:37:05 +0000 2004'],
    ['a zone after the year', 'From a@b.c Thu Jan 8 16:37:05 2004 +0100'],
    ['day before month', 'From a@b.c Thu, 8 Jan 2004 16:37:05 +0100'],
    ['no address', 'From - Thu Jan  8 16:37:05 2004'],
    ['an obscured address', 'From ann at example.org  Thu Jan  8 16:37:05 2004'],
    ['UUCP', 'From ann Thu Jan  8 16:37:05 2004 remote from host'],
    ['CRLF', 'From a@b.c Thu Jan  8 16:37:05 2004\r'],
  ])('knows a separator line: %s', (_, line) => {
    expect(split(`${one}${line}\n${HEADER}more\n`).messages).toHaveLength(2);
  });

  it.each([
    ['text', 'From here on nothing is queued'],
    ['text with a date', 'From Monday, Jan 8 2004 we meet at 16:37'],
    ['git format-patch', `From ${'0a'.repeat(20)} Mon Sep 17 00:00:00 2001`],
  ])('leaves %s in the body', (_, line) => {
    const { messages } = split(`${one}${line}\n${HEADER}more\n`);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.fromLines).toEqual([one.length]);
  });

  it('wants a header after a separator line', () => {
    expect(split(`${one}${FROM}just text\n`).messages).toHaveLength(1);
  });

  it('takes a separator without a blank line before it only with a header of the known kind', () => {
    const quoted = split(`${FROM}${HEADER}text\n${FROM}Note: this is text\n\nmore\n`);
    expect(quoted.messages).toHaveLength(1);
    const real = split(`${FROM}${HEADER}text\n${FROM}${HEADER}more\n`);
    expect(real.messages.map(({ afterBlankLine }) => afterBlankLine)).toEqual([true, false]);
  });

  it('counts what stands before the first separator line', () => {
    const { messages, leading } = split(`junk\nmore junk\n\n${one}`);
    expect(leading).toBe(16);
    expect(messages.map(({ offset }) => offset)).toEqual([16]);
  });

  it('counts a file without any separator line', () => {
    const junk = 'no mbox at all\n'.repeat(3000);
    expect(split(junk, 1000)).toEqual({ messages: [], leading: junk.length });
  });

  it('names the place of a message that cannot be one', () => {
    const splitter = new MboxSplitter();
    splitter.push(Buffer.from(one + FROM + HEADER));
    const junk = Buffer.alloc(32 << 20, 'x');
    const pushing = (): void => {
      for (let n = 0; n < 9; n++) splitter.push(junk);
    };
    expect(pushing).toThrow(`the message at byte ${one.length} of the mbox is larger than 256 MB`);
  });

  it('finds nothing in nothing', () => {
    expect(split('')).toEqual({ messages: [], leading: 0 });
  });
});
