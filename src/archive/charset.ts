// SPDX-License-Identifier: GPL-3.0-or-later
import { isKnownToPython } from './python-charsets.js';

/** Names that Python does not know and mail is written in, and what Python calls them. */
const SYNONYMS: Readonly<Record<string, string>> = {
  'x-sjis': 'shift_jis',
  'windows-31j': 'cp932',
  'x-euc-jp': 'euc-jp',
  'x-x-big5': 'big5',
  'x-gbk': 'gbk',
  'x-gb2312': 'gb2312',
  gb2312_charset: 'gb2312',
  'x-mac-roman': 'mac-roman',
  'x-mac-cyrillic': 'mac-cyrillic',
  'windows-874': 'cp874',
  'dos-874': 'cp874',
  'iso-8859-8-i': 'iso-8859-8',
  'iso-8859-8-e': 'iso-8859-8',
  'iso-8859-6-i': 'iso-8859-6',
  'koi8-ru': 'koi8-u',
  koi8u: 'koi8-u',
  koi8r: 'koi8-r',
  utf8mb4: 'utf-8',
  'x-utf-8': 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
  ks_c_5601: 'cp949',
  'x-windows-949': 'cp949',
  'iso8859-1-windows-3.1-latin-1': 'windows-1252',
  'x-ansi': 'windows-1252',
  ansi: 'windows-1252',
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export function hasEightBit(text: string): boolean {
  return /[^\x00-\x7f]/.test(text);
}

/** Bytes that windows-1252 gives a meaning beyond ISO 8859-1 (quotes, dashes, the euro). */
function isWindows1252(bytes: Uint8Array): boolean {
  let some = false;
  for (const byte of bytes) {
    if (byte < 0x80 || byte > 0x9f) continue;
    if (byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d) {
      return false;
    }
    some = true;
  }
  return some;
}

/**
 * The charset to put in the place of one that Python does not know, so that nothing of the text is
 * lost: what the name means elsewhere, or else what the bytes look like.
 */
export function replacementCharset(charset: string, bytes: Uint8Array): string {
  const name = charset.toLowerCase().trim();
  const synonym = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : undefined;
  if (synonym !== undefined) return synonym;
  if (isUtf8(bytes)) return 'utf-8';
  return isWindows1252(bytes) ? 'windows-1252' : 'iso-8859-1';
}

/** Whether Python, told this charset, makes text of a part that a database takes. */
export function isUsableCharset(charset: string): boolean {
  return isKnownToPython(charset);
}

/** Text of bytes whose charset is unknown or not trusted: UTF-8, else western. */
export function guessText(bytes: Uint8Array): string {
  return isUtf8(bytes)
    ? new TextDecoder('utf-8').decode(bytes)
    : new TextDecoder('windows-1252').decode(bytes);
}

/** Text of bytes in a charset that may be unknown here; never fails. */
export function decodeText(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(Object.hasOwn(SYNONYMS, charset) ? SYNONYMS[charset] : charset).decode(
      bytes,
    );
  } catch {
    return guessText(bytes);
  }
}
