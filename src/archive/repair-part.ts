// SPDX-License-Identifier: GPL-3.0-or-later
import { isAscii, isUtf8 } from 'node:buffer';
import { hasEightBit, isUsableCharset, replacementCharset } from './charset.js';
import {
  parseContentType,
  soundMultipart,
  soundParameters,
  withCharset,
  withType,
} from './content-type.js';
import type { Edits } from './edits.js';
import { hasSoundWords, toAsciiHeader } from './encoded-word.js';
import { valueOf, type Field, type HeaderBlock } from './header-block.js';
import { canonicalMessageId } from './message-id.js';
import type { Part } from './mime.js';
import type { RepairLog } from './repair-log.js';
import { isSoundAddressList } from './sender.js';
import { decodeBody, encodeBase64, transferEncodingOf } from './transfer-encoding.js';

/** Mailman 2's Scrubber wrote this line; HyperKitty (django_mailman3 scrub.py) cuts the text at it. */
const MARKER = '-------------- next part --------------';
const MARKER_LINE = /-------------- next part --------------(?=\r?\n|\r)/g;
/** One dash less on each side: reads the same, and matches no longer. */
const MARKER_SHORT = '------------- next part -------------';
const MARKER_BYTES = Buffer.from(MARKER, 'latin1');

/** Python's email package refuses the content of all other kinds (KeyError): the message is lost. */
const KNOWN_KINDS = /^(?:text|image|audio|video|application|message|multipart)\//;

const ADDRESS_HEADERS = /^(?:resent-)?(?:from|to|cc|bcc|reply-to|sender)$/;

/** Mends what of a part's own header and body would lose it, or the whole message, on import. */
export function repairPart(found: Part, bytes: Buffer, edits: Edits, log: RepairLog): void {
  noteTroubles(found, log);
  for (const name of ['content-type', 'content-disposition']) repairParameters(found, name, log);
  repairBoundary(found, log);
  repairType(found, bytes, log);
  // Its text is judged by what its header says now.
  const part = { ...found, content: contentOf(found) };
  repairCharset(part, bytes, log);
  if (part.attached) {
    for (const field of part.header.fields) repairAttachedField(field, part.header, log);
    return;
  }
  if (part.content.type === 'text/plain' || part.role === 'message') {
    neutraliseMarker(part, bytes, edits, log);
  }
}

function contentOf({ header, content: { type } }: Part): Part['content'] {
  const field = header.get('content-type');
  return parseContentType(field === undefined ? null : valueOf(field), type);
}

function noteTroubles({ header }: Part, log: RepairLog): void {
  for (const trouble of header.troubles) {
    switch (trouble) {
      case 'control':
        log.note('header.control-character', 'header-control-removed');
        break;
      case 'leading-blank':
        log.note('header.leading-blank-line', 'leading-blank-line-removed');
        break;
      case 'line':
      case 'spaced-name':
        log.note('header.line', 'header-line-renamed');
        break;
      case 'no-separator':
        break;
    }
  }
}

function repairParameters({ header }: Part, name: string, log: RepairLog): void {
  const field = header.get(name);
  if (field === undefined) return;
  const value = valueOf(field);
  const sound = soundParameters(value);
  if (sound === value) return;
  header.set(field, sound);
  log.note('mime.header', 'mime-header-rewritten');
}

function repairBoundary({ header, content }: Part, log: RepairLog): void {
  const field = header.get('content-type');
  if (field === undefined) return;
  const value = valueOf(field);
  const sound = soundMultipart(value, content);
  if (sound === null) return;
  header.add('X-Original-Content-Type', value);
  header.set(field, sound);
  log.note('mime.header', 'mime-header-rewritten');
}

function repairType(
  { header, content, broken, bodyStart, bodyEnd }: Part,
  bytes: Buffer,
  log: RepairLog,
): void {
  const field = header.get('content-type');
  if (field === undefined) return;
  const unknown = !KNOWN_KINDS.test(content.type) || content.type.length > 120;
  // An empty one is harmless: Python is not asked for its content.
  const unreadable = broken && bytes.subarray(bodyStart, bodyEnd).some((byte) => byte > 32);
  if (!unknown && !unreadable) return;
  const value = valueOf(field);
  header.add('X-Original-Content-Type', value);
  header.set(field, broken ? 'text/plain' : withType(value, 'application/octet-stream'));
  log.note(broken ? 'mime.no-boundary' : 'mime.type', 'content-type-replaced');
}

function repairCharset(
  { header, content, bodyStart, bodyEnd }: Part,
  bytes: Buffer,
  log: RepairLog,
): void {
  const field = header.get('content-type');
  if (field === undefined) return;
  const { type, charset } = content;
  const text = type.startsWith('text/');
  const encoding = transferEncodingOf(header);
  const body = bytes.subarray(bodyStart, bodyEnd);
  if (charset !== null && !isUsableCharset(charset)) {
    const better = replacementCharset(charset, decodeBody(body, encoding));
    header.set(field, withCharset(valueOf(field), better));
    log.note('mime.charset', 'charset-replaced');
    return;
  }
  if (!text) return;
  const claimsAscii = charset !== null && /^(?:us-)?ascii$/i.test(charset);
  // HyperKitty guesses the charset of a text that names none, but not of an attachment.
  const guessed = charset === null && (type !== 'text/plain' || isAttachment(header));
  if (!claimsAscii && !guessed) return;
  const raw = decodeBody(body, encoding);
  if (isAscii(raw) || (claimsAscii && type === 'text/plain' && isUtf8(raw))) return;
  header.set(field, withCharset(valueOf(field), replacementCharset('', raw)));
  log.note('mime.charset', 'charset-replaced');
}

function isAttachment(header: HeaderBlock): boolean {
  const field = header.get('content-disposition');
  return field !== undefined && /^attachment\b/i.test(valueOf(field));
}

function neutraliseMarker(part: Part, bytes: Buffer, edits: Edits, log: RepairLog): void {
  const { bodyStart, bodyEnd, header } = part;
  // What has parts is looked into part by part.
  if (/^multipart\/|^message\/rfc822$/.test(part.content.type) && !part.broken) return;
  const body = bytes.subarray(bodyStart, bodyEnd);
  if (transferEncodingOf(header) === 'base64') {
    if (part.content.type !== 'text/plain') return;
    const text = decodeBody(body, 'base64').toString('latin1');
    if (!text.includes(MARKER)) return;
    const short = text.replaceAll(MARKER_LINE, MARKER_SHORT);
    if (short === text) return;
    edits.replace(bodyStart, bodyEnd, encodeBase64(Buffer.from(short, 'latin1'), header.eol));
    log.note('body.next-part-marker', 'next-part-marker-shortened');
    return;
  }
  for (let at = body.indexOf(MARKER_BYTES); at >= 0; at = body.indexOf(MARKER_BYTES, at + 1)) {
    const end = at + MARKER.length;
    // "=0A" too: in quoted-printable a line may end in the middle of one.
    if (body[end] !== 10 && body[end] !== 13 && body[end] !== 61) continue;
    edits.replace(bodyStart + at, bodyStart + end, MARKER_SHORT);
    log.note('body.next-part-marker', 'next-part-marker-shortened');
  }
}

/** An attached message is stored as text, for which Python writes each of its headers anew. */
function repairAttachedField(field: Field, header: HeaderBlock, log: RepairLog): void {
  const value = valueOf(field);
  if (value === '') return;
  if (ADDRESS_HEADERS.test(field.name) && !isSoundAddressList(value)) {
    header.rename(field, `X-Original-${field.raw.slice(0, field.raw.indexOf(':'))}`);
    log.note('mime.header', 'mime-header-rewritten');
  } else if (field.name === 'message-id' && canonicalMessageId(value).id !== value) {
    header.rename(field, 'X-Original-Message-ID');
    log.note('mime.header', 'mime-header-rewritten');
  }
  if (hasEightBit(value) || !hasSoundWords(value)) {
    header.set(field, toAsciiHeader(value));
    log.note('mime.header', 'mime-header-rewritten');
  }
}
