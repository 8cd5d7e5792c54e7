// SPDX-License-Identifier: GPL-3.0-or-later
import { decodeText, isUtf8 } from '../archive/charset.js';
import { plainAddress } from './words.js';

/** The text of a message, read back from its page. */
export interface PageBody {
  /** With the addresses that pipermail obscured put right: its own links show which these are. */
  readonly text: string;
  /** As a reader of the page sees it. */
  readonly visible: string;
  readonly addresses: number;
}

const BEGIN = '<!--beginarticle-->';
const END = '<!--endarticle-->';
const META = /<META[^>]{0,200}charset="?([a-z0-9_.:-]+)/i;
// All that pipermail puts into a text; whatever a message held of it is escaped.
const TAG = /<i>|<\/i>|<a href="([^"<>\n]*)">([^<]*)<\/a>/gi;
const ENTITY = /&(?:#\s{0,2}([0-9]{1,7})|(amp|lt|gt|quot));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
const FOUR = /&(amp|lt|gt|quot);/g;
// What is escaped in any other way stands on the page as it is.
const FOUR_OR_PLAIN = /&(amp|lt|gt|quot);|[<>"]|&(?!(?:#[0-9]+|[a-z]+);)/g;

/**
 * null where the page is damaged, or holds HTML of the message's own (pipermail lets lines between
 * <HTML> and </HTML> through): there nobody can tell what was text.
 *
 * @param charset that of the list's language, for pages that name none
 * @param volumeText the same text from the volume, where it is known: see {@link literalEntities}
 */
export function pageBody(page: Buffer, charset: string, volumeText = ''): PageBody | null {
  const head = page.toString('latin1', 0, Math.min(page.length, 16_384));
  const source = decodeText(page, (META.exec(head)?.[1] ?? charset).toLowerCase());
  const begin = source.indexOf(BEGIN);
  const end = source.lastIndexOf(END);
  if (begin < 0 || end < begin) return null;
  const article = source.slice(begin + BEGIN.length, end);
  const start = article.indexOf('<PRE>');
  const stop = article.lastIndexOf('</PRE>');
  // A message without a text has no frame either.
  if (start < 0 && article.trim() === '') return { text: '', visible: '', addresses: 0 };
  if (start < 0 || stop < start) return null;
  const html = article.slice(start + '<PRE>'.length, stop);
  return readText(html, literalEntities(html, volumeText));
}

function readText(html: string, literal: readonly boolean[]): PageBody | null {
  const text: string[] = [];
  const visible: string[] = [];
  let addresses = 0;
  let last = 0;
  let entities = 0;
  const read = (escaped: string): string =>
    escaped.replaceAll(ENTITY, (whole, code: string | undefined, name: string | undefined) => {
      if (name === undefined) return character(whole, Number(code));
      entities += 1;
      return literal[entities - 1] === true ? whole : (NAMED[name] ?? whole);
    });
  const take = (escaped: string): boolean => {
    if (escaped.includes('<') || escaped.includes('>')) return false;
    const plain = read(escaped);
    text.push(plain);
    visible.push(plain);
    return true;
  };
  for (const match of html.matchAll(TAG)) {
    if (!take(html.slice(last, match.index))) return null;
    last = match.index + match[0].length;
    const [, target, words] = match;
    if (target === undefined || words === undefined) continue;
    const shown = read(words);
    // A link to an URL shows that URL. Any other leads to the list's page, in an address's place.
    const address = words === target || shown.includes('@') ? null : plainAddress(shown);
    if (address !== null) addresses += 1;
    text.push(address ?? shown);
    visible.push(shown);
  }
  if (!take(html.slice(last))) return null;
  return { text: withoutMojibake(text.join('')), visible: visible.join(''), addresses };
}

/** Pipermail writes characters beyond its page's charset as numbers, and no others. */
function character(whole: string, code: number): string {
  // Astral characters come as two halves where Python was built with 16-bit characters.
  return code > 127 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/**
 * Mailman escapes characters and leaves what looks escaped already as it is, so that `&lt;` on a
 * page was `<` or `&lt;` in the message. The volume has it unescaped: where it has the same four
 * characters in the same order, it tells which of them the message had escaped itself.
 */
function literalEntities(html: string, volumeText: string): readonly boolean[] {
  if (!/&(?:amp|lt|gt|quot);/.test(volumeText)) return [];
  const ofPage = Array.from(
    html.replaceAll(TAG, (_, _target, words?: string) => words ?? '').matchAll(FOUR),
    ([, name]) => name,
  );
  const inVolume = Array.from(volumeText.matchAll(FOUR_OR_PLAIN), ([found, name]) => ({
    name: name ?? NAMES[found],
    literal: name !== undefined,
  }));
  const same =
    ofPage.length === inVolume.length && ofPage.every((name, n) => name === inVolume[n]?.name);
  return same ? inVolume.map(({ literal }) => literal) : [];
}

/**
 * Of a text without a charset, pipermail wrote every byte as the character of that number. Bytes
 * that are UTF-8 are nothing else by chance.
 */
function withoutMojibake(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\x00-\xff]/.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}
