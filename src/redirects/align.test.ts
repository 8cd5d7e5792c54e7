// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archivedMessage, pipermailArticle } from '../testing/builders.js';
import type { PipermailArticle } from '../model/redirect.js';
import { alignArticles, type ArchivedMessage } from './align.js';

const same = (id: string): string => id;
const message = (id: string, more: Partial<ArchivedMessage> = {}): ArchivedMessage =>
  archivedMessage({ messageId: `<${id}>`, hash: `HASH-${id}`, ...more });
const page = (number: number, id: string | null): PipermailArticle =>
  pipermailArticle({ number, messageId: id === null ? null : `<${id}>` });

/** What each page was found to show, as `hash` or `hash (ghost)`; `-` for nothing. */
function shown(
  articles: readonly PipermailArticle[],
  messages: readonly ArchivedMessage[],
): readonly string[] {
  const { aligned, unmatched } = alignArticles(articles, messages, same);
  const found = new Map(
    aligned.map(({ article, message: { hash }, ghost }) => [
      article.number,
      ghost ? `${hash} (ghost)` : hash,
    ]),
  );
  for (const article of unmatched) found.set(article.number, '-');
  return [...found].toSorted(([a], [b]) => a - b).map(([, text]) => text);
}

describe('alignArticles', () => {
  it('finds the message by the Message-ID of the page', () => {
    expect(shown([page(0, 'b'), page(1, 'a')], [message('a'), message('b')])).toEqual([
      'HASH-b',
      'HASH-a',
    ]);
  });

  it('finds a message under an id that it had before it was repaired', () => {
    const repaired = message('new', { formerIds: ['<old>'] });
    expect(shown([page(0, 'old')], [repaired])).toEqual(['HASH-new']);
  });

  it("brings the page's id into the form of the messages", () => {
    const { aligned } = alignArticles([page(0, 'A')], [message('a')], (id) => id.toLowerCase());
    expect(aligned).toHaveLength(1);
  });

  it('takes pages in the order of their numbers, however they are listed', () => {
    const torn = message('a', { ghosts: 1 });
    expect(shown([page(2, 'b'), page(1, null), page(0, 'a')], [torn, message('b')])).toEqual([
      'HASH-a',
      'HASH-a (ghost)',
      'HASH-b',
    ]);
  });

  it('gives each torn-off piece to the message before it', () => {
    const messages = [message('a', { ghosts: 2 }), message('b', { ghosts: 1 })];
    const pages = [page(0, 'a'), page(1, 'invented-1'), page(2, null), page(3, 'b'), page(4, null)];
    expect(shown(pages, messages)).toEqual([
      'HASH-a',
      'HASH-a (ghost)',
      'HASH-a (ghost)',
      'HASH-b',
      'HASH-b (ghost)',
    ]);
  });

  it('gives a page with an invented id to the message that never had one', () => {
    const messages = [message('a'), message('made', { generatedId: true }), message('b')];
    const pages = [page(0, 'a'), page(1, 'mailman.1.pipermail'), page(2, 'b')];
    expect(shown(pages, messages)).toEqual(['HASH-a', 'HASH-made', 'HASH-b']);
  });

  it('never gives a page without an id to a message that had one', () => {
    expect(shown([page(0, 'a'), page(1, null)], [message('a'), message('b')])).toEqual([
      'HASH-a',
      '-',
    ]);
  });

  it('goes on after pages that no message belongs to', () => {
    const pages = [page(0, 'gone'), page(1, 'a'), page(2, 'gone too'), page(3, 'b')];
    expect(shown(pages, [message('a'), message('b')])).toEqual(['-', 'HASH-a', '-', 'HASH-b']);
  });

  it('leads every page of a repeated id to a message with that id', () => {
    const messages = [message('a'), message('b'), message('a', { hash: 'HASH-a-2' })];
    expect(shown([page(0, 'a'), page(1, 'b'), page(2, 'a')], messages)).toEqual([
      'HASH-a',
      'HASH-b',
      'HASH-a-2',
    ]);
  });

  it('finds pieces after a repeated id where they are, not where its first message stands', () => {
    const messages = [message('a'), message('b'), message('a', { hash: 'HASH-a-2', ghosts: 1 })];
    const pages = [page(0, 'a'), page(1, 'b'), page(2, 'a'), page(3, null)];
    expect(shown(pages, messages).at(-1)).toBe('HASH-a-2 (ghost)');
  });

  it('does not go back behind a page that shows an earlier message once more', () => {
    const messages = [message('a'), message('b', { ghosts: 1 })];
    const pages = [page(0, 'a'), page(1, 'b'), page(2, 'a'), page(3, null)];
    expect(shown(pages, messages).slice(2)).toEqual(['HASH-a', 'HASH-b (ghost)']);
  });

  it('believes the database where the page has no known id', () => {
    const pages = [{ ...page(0, 'gone'), databaseId: '<b>' }, page(1, 'a')];
    expect(shown(pages, [message('b'), message('a')])).toEqual(['HASH-b', 'HASH-a']);
  });

  it('lets the order decide between page and database, and tells who disagreed', () => {
    const messages = [message('a'), message('b'), message('c')];
    const pages = [
      page(0, 'a'),
      { ...page(1, 'c'), databaseId: '<b>' },
      { ...page(2, 'c'), databaseId: '<a>' },
    ];
    expect(shown(pages, messages)).toEqual(['HASH-a', 'HASH-b', 'HASH-c']);
    const { disputed } = alignArticles(pages, messages, same);
    expect(disputed.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('finds the message of a page without an id by order and time, in whatever zone', () => {
    const at = (id: string, date: number) => message(id, { date });
    const messages = [
      at('a', 1_000_000),
      at('b', 1_000_100),
      at('c', 1_000_200),
      at('d', 1_000_300),
    ];
    const clock = (number: number, seconds: number) => ({ ...page(number, null), seconds });
    const pages = [clock(0, 1_000_000), clock(1, 1_000_200 + 5.5 * 3600), clock(2, 1_000_299)];
    expect(shown(pages, messages)).toEqual(['HASH-a', 'HASH-c', '-']);
  });

  it('has no page for more pieces than the mbox has', () => {
    expect(shown([page(0, 'a'), page(1, null)], [message('a')])).toEqual(['HASH-a', '-']);
  });

  it('accounts for every page, and reads a whole archive back as it was written', () => {
    const archive = fc.array(fc.record({ ghosts: fc.nat(2), generatedId: fc.boolean() }));
    fc.assert(
      fc.property(archive, fc.array(fc.boolean()), (made, inventions) => {
        const messages = made.map((more, n) => message(String(n), more));
        const pages: PipermailArticle[] = [];
        const truth: string[] = [];
        const add = (id: string | null, text: string): void => {
          pages.push(page(pages.length, id));
          truth.push(text);
        };
        for (const [n, { ghosts, generatedId, hash }] of messages.entries()) {
          add(generatedId ? 'invented' : String(n), hash);
          for (let ghost = 0; ghost < ghosts; ghost += 1)
            add(inventions[n] === true ? 'invented' : null, `${hash} (ghost)`);
        }
        expect(shown(pages, messages)).toEqual(truth);
      }),
    );
  });
});
