// SPDX-License-Identifier: GPL-3.0-or-later

/** How a separator line stands in its file. */
export interface Surroundings {
  readonly afterBlankLine: boolean;
  readonly address: string;
}

const FIELD = /^[!-9;-~]+[ \t]*:/;
/** Mail servers that met a second separator line escaped it, above the header. */
const ESCAPED = /^>+From /;
const KNOWN =
  /^(?:from|date|message-id|received|subject|return-path|to|delivered-to|mime-version|x-[a-z-]+)[ \t]*:/i;

/**
 * Whether the bytes after a line in separator form are the beginning of a message. After a blank
 * line one header field is enough, as Mailman's cleanarch has it. Elsewhere, and where blank lines
 * come first, text that quotes a separator is likelier than a message: it takes an address, and a
 * block of fields with two that every mail has.
 *
 * @param after what follows the separator line, as far as it may be read
 */
export function startsMessage(after: Buffer, { afterBlankLine, address }: Surroundings): boolean {
  const lines = linesOf(after, 40);
  const blank = lines.findIndex((line) => line !== '');
  if (blank === 0 && afterBlankLine) {
    const first = ESCAPED.test(lines[0] ?? '') ? (lines[1] ?? '') : (lines[0] ?? '');
    return FIELD.test(first);
  }
  if (blank < 0 || (blank > 0 && !afterBlankLine)) return false;
  if (!afterBlankLine && !address.includes('@')) return false;
  return isHeaderBlock(lines.slice(blank));
}

/** At least two fields that every mail has, and nothing else before the first blank line. */
export function isHeaderBlock(lines: readonly string[]): boolean {
  let known = 0;
  for (const [index, line] of lines.entries()) {
    if (line === '') break;
    if (FIELD.test(line)) known += KNOWN.test(line) ? 1 : 0;
    else if (!/^[ \t]/.test(line) && !ESCAPED.test(line)) return false;
    else if (index === 0 && !ESCAPED.test(line)) return false;
  }
  return known >= 2;
}

/** The first lines, latin1, without line ends. The last may be cut. */
export function linesOf(bytes: Buffer, limit: number): string[] {
  const lines: string[] = [];
  let at = 0;
  while (lines.length < limit && at < bytes.length) {
    const end = bytes.indexOf(10, at);
    const stop = end < 0 ? bytes.length : end;
    lines.push(bytes.toString('latin1', at, stop > at && bytes[stop - 1] === 13 ? stop - 1 : stop));
    at = stop + 1;
  }
  return lines;
}
