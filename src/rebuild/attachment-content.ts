// SPDX-License-Identifier: GPL-3.0-or-later
import { isUtf8 } from '../archive/charset.js';
import type { ScrubbedPart } from './scrubbed.js';

/** A part of a message again. */
export interface RestoredPart {
  readonly type: string;
  /** Of text; null for anything else. */
  readonly charset: string | null;
  readonly bytes: Buffer;
}

/**
 * What the scrubber had in hand when it wrote a file. It wrote HTML and whole messages escaped, so
 * that no browser would run them; all else went to disk as it was.
 *
 * @param charset that of the list's language, for text that nothing else tells the charset of
 */
export function restorePart(part: ScrubbedPart, file: Buffer, charset: string): RestoredPart {
  switch (part.kind) {
    case 'html': {
      const bytes = readHtml(file);
      return { type: 'text/html', charset: textCharset(bytes, charset), bytes };
    }
    case 'message':
      return { type: 'message/rfc822', charset: null, bytes: readMessage(file) };
    case 'text':
      return { type: 'text/plain', charset: textCharset(file, charset), bytes: file };
    case 'file': {
      const type = part.type ?? 'application/octet-stream';
      const isText = type.startsWith('text/');
      return { type, charset: isText ? textCharset(file, charset) : null, bytes: file };
    }
  }
}

const FRAME_START = '<tt>\n';
const FRAME_END = '\n</tt>\n';

/** Escaped, line by line, spaces unbreakable; tabs are spaces for good. */
function readHtml(file: Buffer): Buffer {
  const text = file.toString('latin1');
  // Where a site's sanitizer leaves HTML as it is, the file is the part.
  if (!text.startsWith(FRAME_START) || !text.endsWith(FRAME_END)) return file;
  const escaped = text
    .slice(FRAME_START.length, -FRAME_END.length)
    .replaceAll('<br>\n', '\n')
    .replaceAll('&nbsp;', ' ');
  return Buffer.from(unescape(escaped), 'latin1');
}

/** Python's text of a list of one message, escaped: `[From nobody …\n…]`. */
function readMessage(file: Buffer): Buffer {
  const text = unescape(file.toString('latin1'));
  const inner =
    text.startsWith('[') && text.trimEnd().endsWith(']')
      ? text.slice(1, text.lastIndexOf(']'))
      : text;
  return Buffer.from(inner.replace(/^From [^\n]*\n/, ''), 'latin1');
}

const ENTITY = /&(amp|lt|gt|quot|#8249|#8250);/g;
// The last two stand for bytes that some browsers took for brackets.
const CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', '#8249': '\x8b', '#8250': '\x9b',
}; // prettier-ignore

function unescape(text: string): string {
  return text.replaceAll(ENTITY, (whole, name: string) => CHARACTERS[name] ?? whole);
}

const DECLARED = /charset\s{0,3}=\s{0,3}["']?([-a-z0-9_.:]{1,40})/i;

/** The charset went with the part's header: what the text says of itself, or what it looks like. */
function textCharset(bytes: Buffer, charset: string): string {
  if (!/[^\x00-\x7f]/.test(bytes.toString('latin1'))) return 'us-ascii';
  if (isUtf8(bytes)) return 'utf-8';
  const declared = DECLARED.exec(bytes.toString('latin1', 0, 4096))?.[1]?.toLowerCase();
  const known = [declared, charset].find(
    (name) => name !== undefined && !/^(?:us-)?ascii$|^utf-?8$/.test(name),
  );
  return known ?? 'windows-1252';
}
