// SPDX-License-Identifier: GPL-3.0-or-later
import { isHeaderBlock, linesOf } from './plausible.js';

/** One header field. `raw` is latin1, folds and line end included, so that it can be kept exactly. */
export interface Field {
  /** Lower case. */
  name: string;
  raw: string;
}

const NAME = /^[!-9;-~]+:/;
const SPACED_NAME = /^([!-9;-~]+)[ \t]+:/;
const CONTINUATION = /^[ \t]/;
/**
 * What ends a line, or the text, for one reader and not for another: NUL, vertical tab, form feed
 * and the information separators, carriage returns that belong to no line end. Python's email
 * package breaks headers at each of these, some of them aborting a whole import.
 */

const HARMFUL = /[\0\v\f\x1c-\x1f]|\r(?!\n)/;
const LINE_LIMIT = 2000;

export type BlockTrouble = 'control' | 'leading-blank' | 'line' | 'no-separator' | 'spaced-name';

/** The header of a message or of a part of one, as fields that can be changed one by one. */
export class HeaderBlock {
  readonly fields: Field[] = [];
  /** Bytes of the original that the block stands for. */
  readonly start: number;
  readonly end: number;
  /** After the blank line that ends the block. */
  readonly bodyStart: number;
  readonly eol: string;
  readonly troubles = new Set<BlockTrouble>();
  /** Whether toText has to take the place of the original. */
  changed = false;
  #separator = '';

  /**
   * Reads the block that begins at `start`. Lines that are no header line are renamed where more
   * header follows, and end the block where text does; nothing is dropped but control characters
   * and, with `skipBlank`, blank lines before a header.
   */
  constructor(bytes: Buffer, start: number, limit: number, skipBlank = false) {
    this.start = start;
    const first = skipBlank ? this.#afterBlankLines(bytes, start, limit) : start;
    let at = first;
    let lines = 0;
    let ended = false;
    while (at < limit && lines < LINE_LIMIT) {
      const stop = bytes.indexOf(10, at);
      const next = stop < 0 || stop >= limit ? limit : stop + 1;
      if (isBlank(bytes, at, next)) {
        ended = true;
        break;
      }
      at = next;
      lines++;
    }
    const read = bytes.toString('latin1', first, at);
    const text = HARMFUL.test(read) ? this.#clean(read) : read;
    this.eol = text.slice(0, 1000).includes('\r\n') ? '\r\n' : '\n';
    const rest = this.#fill(text);
    if (rest < text.length || (!ended && at < limit)) {
      // Cleaning leaves the number of lines as it was, so lines tell where the text begins.
      this.end = rest < text.length ? afterLines(bytes, first, text.slice(0, rest)) : at;
      this.bodyStart = this.end;
      this.troubles.add('no-separator');
      this.#separator = this.eol;
      return;
    }
    this.end = at;
    const stop = bytes.indexOf(10, at);
    this.bodyStart = !ended ? limit : stop < 0 || stop >= limit ? limit : stop + 1;
    if (ended) return;
    // Fields to the very end: whatever is added must still stand on lines of its own.
    const last = this.fields.at(-1);
    if (last !== undefined && !last.raw.endsWith('\n')) {
      last.raw += this.eol;
      this.changed = true;
    }
  }

  get(name: string): Field | undefined {
    for (const field of this.fields) if (field.name === name) return field;
    return undefined;
  }

  all(name: string): Field[] {
    return this.fields.filter((field) => field.name === name);
  }

  /** @param value latin1; may hold folds */
  set(field: Field, value: string): void {
    const colon = field.raw.indexOf(':');
    field.raw = `${field.raw.slice(0, colon)}: ${this.#folded(value)}${this.eol}`;
    this.changed = true;
  }

  add(name: string, value: string): void {
    this.fields.push({
      name: name.toLowerCase(),
      raw: `${name}: ${this.#folded(value)}${this.eol}`,
    });
    this.changed = true;
  }

  rename(field: Field, name: string): void {
    field.raw = name + field.raw.slice(field.raw.indexOf(':'));
    field.name = name.toLowerCase();
    this.changed = true;
  }

  /** Latin1; stands for the bytes from `start` to `end`, the blank line at `end` not included. */
  toText(): string {
    return this.fields.map((field) => field.raw).join('') + this.#separator;
  }

  #folded(value: string): string {
    return this.eol === '\n' ? value : value.replaceAll(/\r?\n/g, this.eol);
  }

  #clean(text: string): string {
    this.troubles.add('control');
    this.changed = true;
    return text
      .replaceAll('\0', '')
      .replaceAll(/\r+(?=\r\n)/g, '')
      .replaceAll(/\r(?!\n)/g, ' ')

      .replaceAll(/[\v\f\x1c-\x1f]/g, ' ');
  }

  #afterBlankLines(bytes: Buffer, start: number, limit: number): number {
    let at = start;
    while (at < limit) {
      const stop = bytes.indexOf(10, at);
      const next = stop < 0 || stop >= limit ? limit : stop + 1;
      if (!isBlank(bytes, at, next)) break;
      at = next;
    }
    if (at === start || !isHeaderBlock(linesOf(bytes.subarray(at, limit), 40))) return start;
    this.troubles.add('leading-blank');
    this.changed = true;
    return at;
  }

  /** Returns where the text stopped being a header. */
  #fill(text: string): number {
    let at = 0;
    let last: Field | undefined;
    while (at < text.length) {
      const stop = text.indexOf('\n', at);
      const next = stop < 0 ? text.length : stop + 1;
      const code = text.charCodeAt(at);
      if ((code === 32 || code === 9) && last !== undefined) {
        last.raw += text.slice(at, next);
      } else {
        const line = text.slice(at, next);
        const field = this.#fieldOf(line) ?? this.#oddField(line, text.slice(next));
        if (field === undefined) return at;
        this.fields.push(field);
        last = field;
      }
      at = next;
    }
    return at;
  }

  #fieldOf(line: string): Field | undefined {
    const colon = line.indexOf(':');
    if (colon <= 0 || !NAME.test(line)) return undefined;
    return { name: line.slice(0, colon).toLowerCase(), raw: line };
  }

  #oddField(line: string, rest: string): Field | undefined {
    const spaced = SPACED_NAME.exec(line);
    if (spaced !== null) {
      this.troubles.add('spaced-name');
      this.changed = true;
      const [whole, name = ''] = spaced;
      return { name: name.toLowerCase(), raw: `${name}:${line.slice(whole.length)}` };
    }
    if (!headerFollows(rest)) return undefined;
    this.troubles.add('line');
    this.changed = true;
    return { name: 'x-unparsed-line', raw: `X-Unparsed-Line: ${line.trimStart()}` };
  }
}

/** A field's text without name, folds and surrounding white space; latin1. */
export function valueOf(field: Field): string {
  return field.raw
    .slice(field.raw.indexOf(':') + 1)
    .replaceAll(/\r?\n/g, '')
    .trim();
}

/** Blank for every reader: nothing, or carriage returns alone. */
function isBlank(bytes: Buffer, at: number, next: number): boolean {
  let index = at;
  while (index < next && bytes[index] === 13) index++;
  return index < next && bytes[index] === 10;
}

function afterLines(bytes: Buffer, start: number, text: string): number {
  let at = start;
  for (const character of text) if (character === '\n') at = bytes.indexOf(10, at) + 1;
  return at;
}

/** Whether what follows a stray line is mostly header, up to the blank line. */
function headerFollows(rest: string): boolean {
  let fields = 0;
  let others = 0;
  for (const line of rest.split('\n', 60)) {
    if (line === '' || line === '\r') break;
    if (NAME.test(line) && /^[A-Za-z][A-Za-z0-9-]*:/.test(line)) fields++;
    else if (!CONTINUATION.test(line)) others++;
  }
  return fields > 0 && fields > 2 * others;
}
