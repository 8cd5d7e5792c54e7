// SPDX-License-Identifier: GPL-3.0-or-later
import { decodeText, guessText, hasEightBit, isUsableCharset } from './charset.js';

/** RFC 2047: `=?charset*language?q|b?text?=`. */
const WORD = /=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=/gi;
const ONE = /^=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=$/i;

/**
 * Characters that end a line for Python's str.splitlines, or that PostgreSQL refuses (NUL), or that
 * nobody meant to write in a header. ESC, SO and SI stay: ISO 2022 is written with them.
 */

const HARMFUL = /[\u0000-\u0008\u000a-\u000d\u0010-\u001a\u001c-\u001f\u007f\u0085\u2028\u2029]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text as a header of a stored message may hold it. */
export function cleanText(text: string): string {
  return text.replaceAll(HARMFUL, ' ').replaceAll(LONE_SURROGATE, '\ufffd');
}

function bytesOf(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64');
  const plain = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

function decodeWord(charset: string, encoding: string, text: string): string {
  const name = charset.replace(/\*.*$/, '').toLowerCase();
  return decodeText(bytesOf(encoding, text), name);
}

/** Whether Python reads this one word, and what it reads can be stored. */
function isSoundWord(charset: string, encoding: string, text: string): boolean {
  if (!isUsableCharset(charset.replace(/\*.*$/, ''))) return false;
  const decoded = decodeWord(charset, encoding, text);
  return cleanText(decoded) === decoded;
}

/** Whether every encoded word of a header is one that HyperKitty can read and store. */
export function hasSoundWords(header: string): boolean {
  if (!header.includes('=?')) return true;
  for (const [, charset = '', encoding = '', text = ''] of header.matchAll(WORD)) {
    if (!isSoundWord(charset, encoding, text)) return false;
  }
  return true;
}

/** A header's text with its encoded words read; white space between two of them goes (RFC 2047). */
export function decodeWords(header: string): string {
  return header
    .replaceAll(/(\?=)\s+(?==\?[^?\s]+\?[bq]\?)/gi, '$1')
    .replaceAll(WORD, (_, charset: string, encoding: string, text: string) =>
      decodeWord(charset, encoding, text),
    );
}

/** Text as encoded words in UTF-8, each under 75 bytes, joined by folds. */
export function encodeWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of cleanText(text)) {
    const next = [...Buffer.from(character, 'utf8')].map((byte) => encodeByte(byte)).join('');
    if (word.length + next.length > 60) {
      words.push(word);
      word = '';
    }
    word += next;
  }
  if (word !== '') words.push(word);
  return words.map((each) => `=?utf-8?q?${each}?=`).join('\n ');
}

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9!*+\-/]/.test(character)) return character;
  if (byte === 0x20) return '_';
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/**
 * A header's value (latin1 of its raw bytes) in pure ASCII: runs of words with 8-bit bytes, or with
 * encoded words that Python cannot read, are written anew in UTF-8, all else stays to the byte.
 */
export function toAsciiHeader(raw: string): string {
  const tokens = raw.split(/([ \t\r\n]+)/);
  let out = '';
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at] ?? '';
    if (!needsEncoding(token)) {
      out += token;
      at++;
      continue;
    }
    let run = readToken(token);
    let next = at + 1;
    while (next + 1 < tokens.length && needsEncoding(tokens[next + 1] ?? '')) {
      const bothWords = ONE.test(tokens[next - 1] ?? '') && ONE.test(tokens[next + 1] ?? '');
      run += (bothWords ? '' : ' ') + readToken(tokens[next + 1] ?? '');
      next += 2;
    }
    // White space beside an encoded word is not part of the text: it has to go inside.
    if (ONE.test(tokens[at - 2] ?? '') && !ONE.test(token)) run = ` ${run}`;
    if (ONE.test(tokens[next + 1] ?? '') && !ONE.test(tokens[next - 1] ?? '')) run = `${run} `;
    out += encodeWords(run);
    at = next;
  }
  return out;
}

function needsEncoding(token: string): boolean {
  return hasEightBit(token) || !hasSoundWords(token);
}

function readToken(token: string): string {
  if (token.includes('=?')) {
    return token.replaceAll(WORD, (_, charset: string, encoding: string, text: string) =>
      decodeWord(charset, encoding, text),
    );
  }
  return guessText(Buffer.from(token, 'latin1'));
}
