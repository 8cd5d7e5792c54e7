// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';
import { encodeWords } from '../archive/encoded-word.js';
import { parseLooseDate } from '../archive/loose-date.js';
import { REBUILT_HEADER } from '../model/archive.js';
import type { RestoredPart } from './attachment-content.js';
import { encodeText } from './encode-text.js';
import { type SettledMessage, wire } from './settle.js';

export type MessagePart =
  | { readonly text: string }
  | {
      readonly attachment: RestoredPart;
      readonly name: string | null;
      readonly description: string | null;
      /** It stood among the text, as the HTML of a mail does. */
      readonly inline: boolean;
    };

/** A message of an mbox, its separator line first. */
export function composeMessage(
  message: SettledMessage,
  parts: readonly MessagePart[],
  reconstructed: readonly string[],
): Buffer {
  const headers = [
    ['From', from(message.sender)],
    ['Date', message.date],
    ['Subject', message.subject],
    ['Message-ID', message.messageId],
    ['In-Reply-To', message.inReplyTo],
    ['References', message.references],
    [REBUILT_HEADER, rebuiltNote(reconstructed, message.number)],
    ['MIME-Version', '1.0'],
  ] as const;
  const head = headers
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${safe(value ?? '')}\n`)
    .join('');
  const content = body(parts, message);
  return Buffer.concat([
    Buffer.from(`${separator(message)}\n${head}`, 'latin1'),
    content,
    // A blank line stands before every separator.
    Buffer.from(content.at(-1) === 10 ? '\n' : '\n\n'),
  ]);
}

/** What was inferred, and the number of the page that shows the message. */
function rebuiltNote(reconstructed: readonly string[], page: number | null): string {
  const words = reconstructed.length === 0 ? ['verbatim'] : reconstructed;
  return [...words, ...(page === null ? [] : [`page ${page}`])].join(', ');
}

/** A value keeps to its header: every line after the first is a fold. */
function safe(value: string): string {
  return wire(value)
    .replaceAll(/\n(?![ \t])/g, '\n ')
    .replaceAll(/\n[ \t]+(?=\n|$)/g, '');
}

function from(sender: SettledMessage['sender']): string | null {
  if (sender === null) return null;
  const { address, name } = sender;
  const phrase = phraseOf(name);
  if (address === null) return phrase === '' ? null : phrase;
  return phrase === '' ? address : `${phrase} <${address}>`;
}

/** A display name: encoded words stay, other text is quoted where RFC 5322 wants it. */
function phraseOf(name: string): string {
  const line = name.replaceAll(/\s+/g, ' ').trim();
  if (line === '' || /^(?:=\?[^?\s]+\?[bq]\?[^?\s]*\?=\s*)+$/i.test(line)) return line;
  if (/[^\x20-\x7e]/.test(line) || line.includes('=?')) return encodeWords(line);
  return /^[\w !#$%&'*+\-/=?^`{|}~]+$/.test(line) ? line : `"${line.replaceAll(/["\\]/g, '\\$&')}"`;
}

function separator({ sender, archived }: SettledMessage): string {
  const address = sender?.address ?? 'unknown@invalid';
  return `From ${/^[\x21-\x7e]+$/.test(address) ? address : 'unknown@invalid'} ${asctime(archived)}`;
}

function asctime(archived: number | string | null): string {
  const epoch =
    typeof archived === 'number' ? archived : (parseLooseDate(archived ?? '')?.epoch ?? 0);
  const text = new Date(epoch * 1000).toUTCString();
  // "Wed, 08 Sep 2010 16:39:00 GMT"
  const [weekday = '', day = '', month = '', year = '', clock = ''] = text.split(/,? /);
  return `${weekday} ${month} ${day.replace(/^0/, ' ')} ${clock} ${year}`;
}

function body(parts: readonly MessagePart[], { messageId, number }: SettledMessage): Buffer {
  const written = parts.map(writePart);
  const [only] = written;
  if (only === undefined) return writePart({ text: '' });
  if (written.length === 1) return only;
  const digest = hash('sha256', `${messageId ?? ''} ${number ?? ''} ${written.length}`, 'hex');
  const boundary = `=_mm2to3_${digest.slice(0, 32)}`;
  return Buffer.concat([
    Buffer.from(`Content-Type: multipart/mixed; boundary="${boundary}"\n\n`),
    ...written.flatMap((part) => [Buffer.from(`--${boundary}\n`), part, Buffer.from('\n')]),
    Buffer.from(`--${boundary}--\n`),
  ]);
}

function writePart(part: MessagePart): Buffer {
  if ('text' in part) {
    const { charset, encoding, content } = encodeText(part.text);
    return Buffer.from(
      `Content-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: ${encoding}\n\n${content}`,
      'latin1',
    );
  }
  const { attachment, name, description, inline } = part;
  const charset = attachment.charset === null ? '' : `; charset="${attachment.charset}"`;
  const head =
    `Content-Type: ${attachment.type}${charset}\n` +
    (description === null ? '' : `Content-Description: ${safe(description)}\n`) +
    (inline && name === null ? '' : `Content-Disposition: attachment${fileName(name)}\n`);
  if (attachment.type === 'message/rfc822') {
    // RFC 2046, 5.2.1: a message is never encoded.
    const inner = attachment.bytes.toString('latin1').replaceAll(/^(?=>*From )/gm, '>');
    return Buffer.from(`${head}\n${inner}`, 'latin1');
  }
  const base64 = attachment.bytes.toString('base64').replaceAll(/.{76}/g, '$&\n');
  return Buffer.from(`${head}Content-Transfer-Encoding: base64\n\n${base64}`, 'latin1');
}

/** RFC 2231 where a name is not plain ASCII. */
function fileName(name: string | null): string {
  if (name === null) return '';
  if (/^[\x20-\x7e]+$/.test(name)) return `; filename="${name.replaceAll(/["\\]/g, '\\$&')}"`;
  const escaped = encodeURIComponent(name.replaceAll(/[\ud800-\udfff]/g, '?')).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `;\n filename*=utf-8''${escaped}`;
}
