// SPDX-License-Identifier: GPL-3.0-or-later

/** A message as a volume's text has it: six headers at most, and the text. */
export interface VolumeEntry {
  /** The separator's address, `ann at example.org`; latin1 of its bytes. */
  readonly address: string;
  /** The separator's date, on the old server's clock: `Thu Apr  4 18:01:29 2013`. */
  readonly localDate: string;
  /** By lower-case name; latin1 of the bytes, folds included. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Where it begins in the volume. */
  readonly start: number;
}

const SEPARATOR = /^From (.*) {2}([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\r?$/;
const NAMES = new Set(['from', 'date', 'subject', 'in-reply-to', 'references', 'message-id']);
// A subject or a list of references can be long; a separator line cannot.
const LONGEST_HEAD = 256 * 1024;
const LONGEST_LINE = 4096;

/**
 * Takes a volume's text apart. Pipermail writes four headers after each separator, in one order,
 * and the address of the separator stands again in the first; so a line of a text that looks like a
 * separator is none, but for one that was copied from such a volume. Those are for the pages to
 * tell (see match.ts).
 */
export function splitVolume(text: Buffer): readonly VolumeEntry[] {
  const heads: (Omit<VolumeEntry, 'body'> & { readonly bodyStart: number })[] = [];
  for (let at = text.indexOf('From '); at >= 0; at = text.indexOf('\nFrom ', at)) {
    if (text[at] === 10) at += 1;
    else if (at > 0) continue;
    const head = readHead(text, at);
    if (head === null) continue;
    heads.push({ ...head, start: at });
    at = head.bodyStart - 1;
  }
  return heads.map(({ bodyStart, ...head }, index) => ({
    ...head,
    body: bodyOf(text, bodyStart, heads[index + 1]?.start ?? text.length),
  }));
}

/** A newline is added to each text. */
function bodyOf(text: Buffer, start: number, end: number): Buffer {
  return text.subarray(start, end > start && text[end - 1] === 10 ? end - 1 : end);
}

function lineAt(text: Buffer, start: number, limit: number): string | null {
  const end = text.indexOf(10, start);
  if (end < 0 || end - start > limit) return null;
  return text.toString('latin1', start, end);
}

function readHead(
  text: Buffer,
  start: number,
): (Omit<VolumeEntry, 'body' | 'start'> & { readonly bodyStart: number }) | null {
  const separator = lineAt(text, start, LONGEST_LINE);
  const match = separator === null ? null : SEPARATOR.exec(separator);
  if (separator === null || match === null) return null;
  const headers = new Map<string, string>();
  let at = start + separator.length + 1;
  let name: string | null = null;
  for (;;) {
    const line = lineAt(text, at, LONGEST_HEAD);
    // Each reading ends at the next separator: so all of them take no longer than one.
    if (line === null || at - start > LONGEST_HEAD || line.startsWith('From ')) return null;
    at += line.length + 1;
    if (line.trimEnd() === '' && !/^[ \t]/.test(line)) break;
    const colon = line.indexOf(':');
    const field: string = line.slice(0, colon).toLowerCase();
    if (colon > 0 && NAMES.has(field) && !headers.has(field)) {
      name = field;
      headers.set(field, line.slice(colon + 1).replace(/^ /, ''));
    } else if (name !== null && (/^[ \t]/.test(line) || name === 'from')) {
      headers.set(name, `${headers.get(name) ?? ''}\n${line}`);
    } else return null;
  }
  const address = match[1] ?? '';
  const sound =
    headers.get('from')?.startsWith(`${address} (`) === true &&
    headers.has('date') &&
    headers.has('subject');
  return sound ? { address, localDate: match[2] ?? '', headers, bodyStart: at } : null;
}

/**
 * One text out of a volume's two files. As a rule one holds what the other does and perhaps more:
 * the .gz is made from the .txt by night, or the .txt is what came since the .gz was made.
 */
export function joinTexts(plain: Buffer | null, unpacked: Buffer | null): Buffer {
  if (plain === null || unpacked === null) return plain ?? unpacked ?? Buffer.alloc(0);
  const [shorter, longer] = plain.length < unpacked.length ? [plain, unpacked] : [unpacked, plain];
  if (longer.subarray(0, shorter.length).equals(shorter)) return longer;
  return Buffer.concat([unpacked, plain]);
}
