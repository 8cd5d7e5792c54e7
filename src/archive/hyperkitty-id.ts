// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** HyperKitty keeps 254 characters of an id of 255 or more (hyperkitty/lib/utils.py). */
const LONGEST_ID = 254;

/**
 * The id as HyperKitty's database has it: no angle brackets, cut where it is too long.
 *
 * @param messageId canonical, in angle brackets
 */
export function storedMessageId(messageId: string): string {
  const bracketed = messageId.startsWith('<') && messageId.endsWith('>');
  return (bracketed ? messageId.slice(1, -1) : messageId).slice(0, LONGEST_ID);
}

/**
 * The last part of a message's address in HyperKitty, and Mailman 3's Message-ID-Hash header:
 * base32 of the SHA-1 of the id in UTF-8 without its angle brackets (hyperkitty/lib/utils.py,
 * get_message_id_hash), 32 capitals and digits.
 *
 * @param messageId with or without angle brackets
 */
export function messageIdHash(messageId: string): string {
  return base32(messageIdDigest(messageId));
}

/** The 20 bytes that {@link messageIdHash} writes as text. */
export function messageIdDigest(messageId: string): Buffer {
  return hash('sha1', storedMessageId(messageId), 'buffer');
}

/** RFC 4648, for a whole number of groups of five bytes, as a SHA-1 has. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32.charAt((value >> (bits - 5)) & 31);
  }
  return text;
}
