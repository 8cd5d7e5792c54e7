// SPDX-License-Identifier: GPL-3.0-or-later
import { domainToASCII } from 'node:url';
import type { Defect } from '../model/archive.js';
import { guessText, hasEightBit } from './charset.js';
import { cleanText, decodeWords, encodeWords, hasSoundWords } from './encoded-word.js';

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const DOTTED = `${ATOM}(?:\\.${ATOM})*`;
const ADDRESS = `(?:${DOTTED}|"[A-Za-z0-9 ._+-]+")@(?:${DOTTED}|\\[[0-9A-Fa-f.:]+\\])`;
const QUOTED = '"(?:[^"\\\\\\r\\n]|\\\\["\\\\])*"';
const WORD = '=\\?[^?\\s]+\\?[bqBQ]\\?[^?\\s]*\\?=';
/** Only one way to read each: patterns with two take a lifetime over a hostile header. */
const ITEM = `(?:${WORD}|(?!=\\?)[A-Za-z0-9!#$%&'*+/=?^_\`{|}~.-]+)`;
const PHRASE = `(?:${QUOTED}|${ITEM}(?:[ \\t]+${ITEM})*)`;
const COMMENT = '\\([^()\\\\]*\\)';

/** One mailbox in a form that Python reads without an exception. Lists of them: {@link ADDRESSES}. */
const MAILBOX = `(?:(?:${PHRASE}[ \\t]*)?<${ADDRESS}>|${ADDRESS}(?:[ \\t]*${COMMENT})?)`;
const SENDER = new RegExp(`^${MAILBOX}$`);
/** As pipermail writes it, which HyperKitty understands. */
const OBSCURED = new RegExp(`^${DOTTED} at ${DOTTED}[ \\t]*(?:${COMMENT})?$`);
const ADDRESSES = new RegExp(`^${MAILBOX}(?:[ \\t]*,[ \\t]*${MAILBOX})*$`);

/** Columns of HyperKitty's tables hold 255 characters; an address longer than 254 is none. */
const LONGEST_NAME = 255;
const LONGEST_ADDRESS = 254;
/** Of a header that has to be taken apart. */
const LONGEST_READ = 4000;

/** What the From header is to say instead. */
export interface SenderRepair {
  /** Latin1 for the header; folds with "\n ". */
  readonly value: string;
  readonly defect: Defect;
}

/** Whether Python reads a header of addresses without an exception. */
export function isSoundAddressList(value: string): boolean {
  return (
    value.length < 4000 && !hasEightBit(value) && ADDRESSES.test(value) && hasSoundWords(value)
  );
}

/**
 * @param value the From header unfolded, latin1 of its raw bytes; null for none
 * @param envelope the address to fall back on
 * @returns null where HyperKitty takes the header as it stands
 */
export function repairSender(value: string | null, envelope: string): SenderRepair | null {
  if (value === null || value === '') {
    return { value: asciiAddress(envelope) ?? 'unknown@example.com', defect: 'sender.missing' };
  }
  if (value.length <= 200 && !hasEightBit(value)) {
    if ((SENDER.test(value) && hasSoundWords(value)) || OBSCURED.test(value)) return null;
  }
  const shown = value.slice(0, LONGEST_READ);
  const text = cleanText(decodeWords(hasEightBit(shown) ? guessText(latin1(shown)) : shown));
  const { address, name } = takeApart(text);
  const ascii = asciiAddress(address) ?? asciiAddress(envelope) ?? 'unknown@example.com';
  const display = cut(name);
  const written = display === '' ? ascii : `${phrase(display)} <${ascii}>`;
  if (written === value) return null;
  return { value: written, defect: defectOf(value, address, name) };
}

function defectOf(value: string, address: string, name: string): Defect {
  if (hasEightBit(address)) return 'sender.non-ascii';
  if (address.length > LONGEST_ADDRESS || name.length > LONGEST_NAME) return 'sender.too-long';
  return hasEightBit(value) ? 'header.eight-bit' : 'sender.syntax';
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function phrase(name: string): string {
  if (new RegExp(`^${ATOM}(?: ${ATOM})*$`).test(name) && !name.includes('=?')) return name;

  if (/^[\x20-\x7e]*$/.test(name) && name.length < 60 && !name.includes('=?')) {
    return `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
  }
  return encodeWords(name);
}

interface Sender {
  readonly address: string;
  readonly name: string;
}

/** The first mailbox of whatever a mail program wrote. */
function takeApart(text: string): Sender {
  const angle = /<\s*([^<>]*?@[^<>]*?)\s*>/.exec(text);
  if (angle !== null && !/@[^<",]*,/.test(text.slice(0, angle.index))) {
    return { address: angle[1] ?? '', name: displayName(text.slice(0, angle.index)) };
  }
  const bare = /[^\s<>(),;:"]+@[^\s<>(),;:"]+/.exec(text);
  if (bare !== null) {
    const comment = /\(([^()]*)\)/.exec(text.slice(bare.index));
    const before = displayName(text.slice(0, bare.index));
    return { address: bare[0], name: before === '' ? (comment?.[1] ?? '').trim() : before };
  }
  const obscured = /([^\s<>(),;:"]+) at ([^\s<>(),;:"]+\.[^\s<>(),;:"]+)/.exec(text);
  if (obscured !== null) {
    return {
      address: `${obscured[1] ?? ''}@${obscured[2] ?? ''}`,
      name: displayName(text.replace(obscured[0], '')),
    };
  }
  return { address: '', name: displayName(text) };
}

function displayName(text: string): string {
  return text
    .replaceAll(/\\(["\\])/g, '$1')
    .replaceAll(/[<>]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s"'(]+/, '')
    .replace(/[\s"'),:;]+$/, '');
}

/** The address in ASCII: IDNA for its domain, =XX for what its local part may not hold. */
function asciiAddress(address: string): string | null {
  const text = address.trim();
  const at = text.lastIndexOf('@');
  if (at < 0 || text.length > LONGEST_ADDRESS) return null;
  const host = text.slice(at + 1).replaceAll(/\s+/g, '');
  const plain = new RegExp(`^(?:${DOTTED}|\\[[0-9A-Fa-f.:]+\\])$`).test(host);
  const domain = plain ? host : domainToASCII(host) || escaped(host);
  const local = text.slice(0, at);
  const quoted = /^"[A-Za-z0-9 ._+-]+"$/.test(local);
  const ascii = `${quoted ? local : escaped(local)}@${domain}`;
  return local === '' || domain === '' || ascii.length > LONGEST_ADDRESS ? null : ascii;
}

function escaped(part: string): string {
  return part
    .replaceAll(/[^A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]/gu, (character) =>
      [...Buffer.from(character, 'utf8')]
        .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
        .join(''),
    )
    .replaceAll(/^\.|\.$|(?<=\.)\./g, '=2E');
}

/** Never through the middle of a character outside the basic plane. */
function cut(name: string): string {
  return name.slice(0, LONGEST_NAME).replace(/[\ud800-\udbff]$/, '');
}
