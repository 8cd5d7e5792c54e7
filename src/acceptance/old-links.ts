// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What an old page of a message shows its readers. */
export interface OldPage {
  /** Below the archive's folder. */
  readonly path: string;
  /** Bare, as its link for an answer has it; null where Pipermail invented one. */
  readonly messageId: string | null;
  readonly subject: string;
  readonly author: string;
  /** The longest line of its text, as words. */
  readonly line: string;
}

/**
 * Every so many pages of an archive, in order. Left out are those whose id another page has as well:
 * HyperKitty holds one message of an id.
 */
export async function oldPages(archive: string, every: number): Promise<readonly OldPage[]> {
  const names = (await readdir(archive, { recursive: true }))
    .filter((name) => /\/\d{6}\.html$/.test(name))
    .sort();
  const pages = await Promise.all(names.map((path) => oldPage(archive, path)));
  const ids = new Map<string | null, number>();
  for (const { messageId } of pages) ids.set(messageId, (ids.get(messageId) ?? 0) + 1);
  return pages.filter(
    ({ messageId }, n) => n % every === 0 && (messageId === null || ids.get(messageId) === 1),
  );
}

const NO_SUBJECT = /^(?:No subject|Sans objet)$/i;

async function oldPage(archive: string, path: string): Promise<OldPage> {
  const bytes = await readFile(join(archive, path));
  const charset = /charset=([\w-]+)/.exec(bytes.toString('latin1'))?.[1] ?? 'utf-8';
  const page = new TextDecoder(charset).decode(bytes);
  const part = (pattern: RegExp): string => pattern.exec(page)?.[1] ?? '';
  const id = decodeURIComponent(part(/In-Reply-To=([^"]*)"/));
  const text = part(/<!--beginarticle-->\s*<PRE>(.*?)<\/PRE>/s);
  // What was scrubbed off is told in words of Mailman 2's own.
  const own = text.replace(/-+ next part -+.*/s, '').split('\n');
  const lines = own.filter((line) => !/\/attachments\/|scrubbed|nettoy/.test(line)).map(words);
  const subject = words(part(/<H1>(.*?)<\/H1>/s).replace(/\[[^\]]*\]/g, ''));
  const author = words(part(/<B>(.*?)<\/B>/s));
  return {
    path,
    messageId: id === '' || id.startsWith('<mailman.') ? null : id.replaceAll(/[<>\s]|\(.*/g, ''),
    // HyperKitty keeps 512 characters.
    subject: NO_SUBJECT.test(subject) ? '' : subject.slice(0, 200),
    // Some names were shown in the wrong charset.
    author: author.includes('Ã') ? '' : author,
    line: lines.toSorted((a, b) => b.length - a.length)[0] ?? '',
  };
}

/** What somebody who follows an old address sees: the last page's address, status and words. */
export async function follow(
  url: string,
): Promise<{ readonly url: string; readonly status: number; readonly text: string }> {
  const answer = await fetch(url);
  return { url: answer.url, status: answer.status, text: words(await answer.text()) };
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
};

/** The letters and digits of an HTML text, one blank between words; the `at` of addresses is none. */
function words(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(x?)([0-9a-f]+);/gi, (_, hex: string, code: string) =>
      String.fromCodePoint(parseInt(code, hex === '' ? 10 : 16)),
    )
    .replaceAll(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replaceAll(/ at (?=\S+\.)/g, ' ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
