// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArticleContent } from '../model/pipermail.js';
import { matchVolume, type PageWitness } from './match.js';
import { joinTexts, splitVolume } from './volume-text.js';

interface Written {
  readonly id: string | null;
  readonly date: string;
  readonly address: string;
  readonly body: string;
}

const DATE = 'Thu Apr  1 11:29:36 2004';

/** As pipermail adds a message to a volume's text (HyperArch.Article.as_text). */
const written = ({ id, date, address, body }: Written): string =>
  `From ${address}  ${date}\nFrom: ${address} (Ann)\nDate: Thu, 01 Apr 2004 16:59:36 +0530\n` +
  `Subject: a long\n\tsubject\n${id === null ? '' : `Message-ID: <${id}>\n`}\n${body}\n`;

const message = (id: string | null, body = 'Text\n', more: Partial<Written> = {}): Written => ({
  id,
  date: DATE,
  address: 'ann at example.org',
  body,
  ...more,
});

const volume = (messages: readonly Written[]): Buffer =>
  Buffer.from(messages.map(written).join(''));

const page = (number: number, { id, date, address, body }: Written): PageWitness => {
  const article: ArticleContent = {
    volume: '2004-April',
    file: `${number}.html`,
    number,
    messageId: id === null ? null : `<${id}>`,
    subject: null,
    author: null,
    email: address,
    datestr: date.replace(/ (?=\d{4}$)/, ' CEST '),
    epoch: null,
    inReplyTo: null,
    references: null,
    databaseId: null,
    seconds: null,
    page: null,
  };
  return { article, body: { text: body, visible: body, addresses: 0 } };
};

/** Number of the page and id of the entry of each message that was found. */
const found = (text: Buffer, pages: readonly PageWitness[]) =>
  matchVolume(splitVolume(text), pages).pairs.map(({ entry, page: shown }) => [
    shown?.article.number ?? null,
    entry?.headers.get('message-id') ?? null,
  ]);

describe('splitVolume', () => {
  it('gives back what was written, whatever the texts hold', () => {
    const line = fc.constantFrom(
      'From here on\n',
      `From x  ${DATE}\n`,
      '\n',
      'text\n',
      '>From x\n',
    );
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 6 }), { minLength: 1 }), (bodies) => {
        const messages = bodies.map((lines, n) => message(`m${n}@x`, lines.join('')));
        const entries = splitVolume(volume(messages));
        expect(entries.map(({ body }) => body.toString())).toEqual(
          messages.map(({ body }) => body),
        );
        expect(entries.map(({ headers }) => headers.get('subject'))).toEqual(
          messages.map(() => 'a long\n\tsubject'),
        );
      }),
    );
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        splitVolume(
          Buffer.concat([Buffer.from('From a  Thu Apr  1 11:29:36 2004\nFrom: a ('), bytes]),
        );
      }),
    );
    const start = performance.now();
    splitVolume(Buffer.from(`From a  ${DATE}\nFrom: a (\n`.repeat(50_000)));
    splitVolume(Buffer.from('From '.repeat(500_000)));
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('matchVolume', () => {
  it('finds pages by their ids', () => {
    const [a, b, c] = ['a@x', 'b@x', 'c@x'].map((id) => message(id)) as [Written, Written, Written];
    expect(found(volume([a, b, c]), [page(4, a), page(5, b), page(7, c)])).toEqual([
      [4, '<a@x>'],
      [5, '<b@x>'],
      [7, '<c@x>'],
    ]);
  });

  it('keeps what only one side has', () => {
    const [a, b, c] = ['a@x', 'b@x', 'c@x'].map((id) => message(id)) as [Written, Written, Written];
    expect(found(volume([a, b]), [page(0, a), page(2, c)])).toEqual([
      [0, '<a@x>'],
      [null, '<b@x>'],
      [2, null],
    ]);
  });

  it('finds pages without ids by date and sender, then by their place', () => {
    const a = message(null, 'one\n', { address: 'bob at example.org' });
    const b = message(null, 'two\n');
    const strange = page(2, { ...message(null), date: 'yesterday' });
    const c = message('c@x');
    expect(
      found(volume([b, a, message('x@x'), c]), [page(0, b), page(1, a), strange, page(3, c)]),
    ).toEqual([
      [0, null],
      [1, null],
      [2, '<x@x>'],
      [3, '<c@x>'],
    ]);
  });

  it('tells messages of one id by their texts', () => {
    const a = message('same@x', 'one\n');
    const b = message('same@x', 'two\n', { date: 'Thu Apr  1 11:29:37 2004' });
    expect(found(volume([b, a]), [page(8, a), page(9, b)])).toEqual([
      [9, '<same@x>'],
      [8, '<same@x>'],
    ]);
  });

  it('does not make a message of one that is quoted whole', () => {
    const quoted = message('old@x', 'the old text\n', { date: 'Thu Apr  1 11:29:30 2004' });
    const outer = message('new@x', `Look:\n\n${written(quoted)}\nand more\n`);
    const after = message('after@x');
    const matching = matchVolume(splitVolume(volume([outer, after])), [
      page(0, outer),
      page(1, after),
    ]);
    expect(matching.quoted).toBe(1);
    expect(matching.pairs.map(({ page: shown }) => shown?.article.number)).toEqual([0, 1]);
  });

  it('takes the true one of two where both the message and its quotation stand in a volume', () => {
    const old = message('old@x', 'the old text\n', { date: 'Thu Apr  1 11:29:30 2004' });
    const outer = message('new@x', `Look:\n\n${written(old)}\nand more\n`);
    expect(found(volume([old, outer]), [page(0, old), page(1, outer)])).toEqual([
      [0, '<old@x>'],
      [1, '<new@x>'],
    ]);
  });
});

describe('the two texts of a volume', () => {
  const [a, b] = [Buffer.from('one '), Buffer.from('two ')] as const;
  const both = Buffer.concat([a, b]);
  it.each([
    ['one of them', null, both, both],
    ['the other', both, null, both],
    ['the packed one, made before more came', both, a, both],
    ['the packed one alone up to date', a, both, both],
    ['what came after it was packed', b, a, both],
    ['none', null, null, Buffer.alloc(0)],
  ])('are one: %s', (_, plain, packed, text) => {
    expect(joinTexts(plain, packed)).toEqual(text);
  });
});
