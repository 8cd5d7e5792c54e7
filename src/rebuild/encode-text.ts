// SPDX-License-Identifier: GPL-3.0-or-later

/** Text as the body of a part; `content` is latin1 text of its bytes. */
export interface EncodedText {
  readonly charset: 'us-ascii' | 'utf-8';
  readonly encoding: '7bit' | 'quoted-printable' | 'base64';
  readonly content: string;
}

// RFC 5322, 2.1.1
const LONGEST_LINE = 998;

/**
 * Stands for a line at which the archiver tore a message: all that is known is how it began. It is
 * never encoded, so that it shows in the mbox, as such lines do, that a page of its own began here.
 */
export const TORN_LINE = 'From [the rest of this line is lost]';

/**
 * The plainest form that keeps every character: a reader, and every tool that looks for separator
 * lines, sees the same text.
 */
export function encodeText(text: string): EncodedText {
  const lines = text.split('\n');
  const plain = (line: string): boolean => line.length <= LONGEST_LINE && !isDisguised(line);
  if (/^[\t\n\x20-\x7e]*$/.test(text) && lines.every(plain)) {
    return { charset: 'us-ascii', encoding: '7bit', content: text };
  }
  const bytes = Buffer.from(text, 'utf8');
  const charset = bytes.length === text.length ? 'us-ascii' : 'utf-8';
  if (bytes.length > text.length * 1.5 && !lines.includes(TORN_LINE)) {
    const content = bytes.toString('base64').replaceAll(/.{76}/g, '$&\n');
    return { charset, encoding: 'base64', content };
  }
  return { charset, encoding: 'quoted-printable', content: quotedPrintable(bytes) };
}

/** Lines that a reader of the mbox could take for a separator, or for an escaped one. */
const isDisguised = (line: string): boolean => /^>*From /.test(line) && line !== TORN_LINE;

/** RFC 2045, 6.7. */
function quotedPrintable(bytes: Buffer): string {
  return bytes.toString('latin1').split('\n').map(quoteLine).join('\n');
}

// With the "=" of a soft break, lines have 76 characters.
const WIDTH = 75;

function quoteLine(line: string): string {
  const units = Array.from(line, (character, index) => {
    const code = character.charCodeAt(0);
    const last = index === line.length - 1;
    const blank = (character === ' ' || character === '\t') && !last;
    const printable = code > 0x20 && code < 0x7f && character !== '=';
    return printable || blank ? character : escape(code);
  });
  if (isDisguised(line)) units[0] = escape(line.charCodeAt(0));
  const lines: string[] = [];
  let written = '';
  for (const unit of units) {
    if (written.length + unit.length > WIDTH) {
      lines.push(written);
      written = '';
    }
    written += unit;
  }
  lines.push(written);
  // A piece of the line must not look like a separator either.
  return lines
    .map((piece) => (isDisguised(piece) ? escape(piece.charCodeAt(0)) + piece.slice(1) : piece))
    .join('=\n');
}

const escape = (code: number): string => `=${code.toString(16).toUpperCase().padStart(2, '0')}`;
