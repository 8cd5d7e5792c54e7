// SPDX-License-Identifier: GPL-3.0-or-later

// Enough of Python's regular expressions (its documentation of `re`) to take a pattern apart and
// put it together again. Whether a pattern is valid, and what it matches, only a real Python says.

export interface Quantifier {
  readonly text: string;
  readonly min: number;
  /** null: without limit. */
  readonly max: number | null;
}

export type Item = { readonly text: string; readonly quantifier: Quantifier | null } & (
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  /** `\d`, `\S` and their like: the letter. */
  | { readonly kind: 'category'; readonly letter: string }
  | {
      readonly kind: 'class';
      readonly matchesBlank: boolean;
      /** Its characters, where it lists characters only. */
      readonly chars: readonly string[] | null;
    }
  /** `opening` is what stands before its alternatives: `(`, `(?:`, `(?P<name>`. */
  | { readonly kind: 'group'; readonly opening: string; readonly alternatives: Alternatives }
  | { readonly kind: 'lookahead'; readonly opening: string; readonly alternatives: Alternatives }
  | { readonly kind: 'lookbehind' }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  /** `\b`, `\B`, `\A`, `\Z`: the letter. */
  | { readonly kind: 'assertion'; readonly letter: string }
  | { readonly kind: 'backreference' }
);

export type Sequence = readonly Item[];
export type Alternatives = readonly Sequence[];

// Old data may be hostile: nobody writes longer or deeper ones by hand.
const MAX_LENGTH = 4_000;
const MAX_DEPTH = 40;

/**
 * Takes a pattern apart; null where it is invalid or uses what Python 2 did not have or nobody can
 * carry over (`(?x)`, `(?L)`, conditions). The flags `(?i)`, `(?m)` and `(?u)` vanish: wherever
 * Mailman 2 searches they are on, and Python 3.11 refuses them after the start of a pattern.
 */
export function parseRegex(pattern: string): Alternatives | null {
  if (pattern.length > MAX_LENGTH) return null;
  try {
    const parser = new Parser(pattern);
    const alternatives = parser.alternatives(0);
    return parser.atEnd ? alternatives : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Unreadable extends Error {}

const QUANTIFIER = /^(?:[*+?]|\{(\d*)(?:(,)(\d*))?\})\??/;
const GROUP = /^\((?:\?(?::|P<\w+>))?/;
const FLAGS = /^\(\?([a-zA-Z]+)\)/;
const NO_ITEM = 'a quantifier without anything to repeat';

class Parser {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get atEnd(): boolean {
    return this.#at === this.#pattern.length;
  }

  get #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  alternatives(depth: number): Alternatives {
    if (depth > MAX_DEPTH) throw new Unreadable('too deep');
    const all: Item[][] = [[]];
    while (!this.atEnd && !this.#looksAt(')')) {
      if (this.#take('|')) all.push([]);
      else {
        const item = this.#item(depth);
        if (item !== null) all.at(-1)?.push(item);
      }
    }
    return all;
  }

  #looksAt(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    const found = this.#looksAt(text);
    if (found) this.#at += text.length;
    return found;
  }

  #item(depth: number): Item | null {
    const from = this.#at;
    const atom = this.#atom(depth);
    if (atom === null) return null;
    const text = 'text' in atom ? atom.text : this.#pattern.slice(from, this.#at);
    const quantifier = this.#quantifier();
    if (quantifier !== null && /^(start|end|assertion)$/.test(atom.kind ?? ''))
      throw new Unreadable(NO_ITEM);
    return { ...atom, text, quantifier } as Item;
  }

  #quantifier(): Quantifier | null {
    const match = QUANTIFIER.exec(this.#rest);
    // `{}` and `{x` are plain characters.
    if (match === null || match[0].startsWith('{}')) return null;
    const [text, low, comma, high] = match;
    this.#at += text.length;
    // Python 3.11's possessive ones; to Python 2 these are mistakes, as are repeated repeats.
    if (/^[*+?]/.test(this.#rest) || QUANTIFIER.exec(this.#rest)?.[0].startsWith('{}') === false)
      throw new Unreadable('a quantifier of a quantifier');
    if (text.startsWith('*')) return { text, min: 0, max: null };
    if (text.startsWith('+')) return { text, min: 1, max: null };
    if (text.startsWith('?')) return { text, min: 0, max: 1 };
    const min = low === undefined || low === '' ? 0 : Number(low);
    const max = comma === undefined ? min : high === undefined || high === '' ? null : Number(high);
    return { text, min, max };
  }

  #atom(depth: number): Partial<Item> | null {
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    switch (char) {
      case '(':
        return this.#group(depth);
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw new Unreadable(NO_ITEM);
    }
    if (char === '{' && this.#quantifierAhead()) throw new Unreadable(NO_ITEM);
    this.#at += char.length;
    if (char === '.') return { kind: 'any' };
    if (char === '^') return { kind: 'start' };
    if (char === '$') return { kind: 'end' };
    return { kind: 'char', char };
  }

  #quantifierAhead(): boolean {
    const match = QUANTIFIER.exec(this.#rest);
    return match !== null && !match[0].startsWith('{}');
  }

  #group(depth: number): Partial<Item> | null {
    const flags = FLAGS.exec(this.#rest);
    if (flags !== null) {
      if (!/^[imsu]+$/.test(flags[1] ?? '')) throw new Unreadable('flags');
      this.#at += flags[0].length;
      return null;
    }
    if (this.#take('(?#')) {
      const end = this.#pattern.indexOf(')', this.#at);
      if (end < 0) throw new Unreadable('a comment without an end');
      this.#at = end + 1;
      return null;
    }
    const named = /^\(\?P=\w+\)/.exec(this.#rest);
    if (named !== null) {
      this.#at += named[0].length;
      return { kind: 'backreference' };
    }
    for (const opening of ['(?=', '(?!', '(?<=', '(?<!']) {
      if (!this.#take(opening)) continue;
      const alternatives = this.#inside(depth);
      return opening.includes('<')
        ? { kind: 'lookbehind' }
        : { kind: 'lookahead', opening, alternatives };
    }
    const opening = GROUP.exec(this.#rest)?.[0] ?? '(';
    this.#at += opening.length;
    if (opening === '(' && this.#looksAt('?')) throw new Unreadable('an unknown kind of group');
    return { kind: 'group', opening, alternatives: this.#inside(depth) };
  }

  #inside(depth: number): Alternatives {
    const alternatives = this.alternatives(depth + 1);
    if (!this.#take(')')) throw new Unreadable('a group without an end');
    return alternatives;
  }

  #escape(): Partial<Item> {
    const { text, char } = escape(this.#rest);
    this.#at += text.length;
    const letter = text[1] ?? '';
    if (/^\\[1-9]/.test(text)) return { kind: 'backreference' };
    if (/[dDsSwW]/.test(letter)) return { kind: 'category', letter };
    if (/[bBAZ]/.test(letter)) return { kind: 'assertion', letter };
    // Python 2 takes a letter without a meaning for itself, Python 3 for a mistake.
    return { kind: 'char', char, ...(isIdle(letter) ? { text: letter } : {}) };
  }

  #class(): Partial<Item> {
    const from = this.#at;
    this.#at += 1;
    const negated = this.#take('^');
    const chars: string[] = [];
    let plain = true;
    let blank = false;
    let text = this.#pattern.slice(from, this.#at);
    for (let first = true; first || !this.#looksAt(']'); first = false) {
      const low = this.#member();
      text += low.text;
      if (low.char === null) {
        plain = false;
        blank ||= /[sWD]/.test(low.text[1] ?? '');
        continue;
      }
      let high = low;
      if (this.#looksAt('-') && !this.#looksAt('-]')) {
        this.#at += 1;
        high = this.#member();
        text += `-${high.text}`;
        plain = false;
        if (high.char === null || high.char < low.char) throw new Unreadable('a range');
      }
      chars.push(low.char);
      blank ||= low.char <= ' ' && ' ' <= (high.char ?? low.char);
    }
    this.#at += 1;
    return {
      kind: 'class',
      text: `${text}]`,
      matchesBlank: blank !== negated,
      chars: plain && !negated ? chars : null,
    };
  }

  /** One member of a class; `char` is null for a category. */
  #member(): { readonly text: string; readonly char: string | null } {
    if (this.atEnd) throw new Unreadable('a class without an end');
    if (!this.#looksAt('\\')) {
      const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
      this.#at += char.length;
      return { text: char, char };
    }
    const { text, char } = escape(this.#rest);
    this.#at += text.length;
    const letter = text[1] ?? '';
    if (/[dDsSwW]/.test(letter)) return { text, char: null };
    if (letter === 'b') return { text, char: '\b' };
    return { text: isIdle(letter) || /[ABZ]/.test(letter) ? letter : text, char };
  }
}

const NAMED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  a: '\u0007',
  '0': '\0',
};

const isIdle = (letter: string): boolean =>
  /[a-zA-Z]/.test(letter) && !/[abABdDfnrsStvwWxuUZ]/.test(letter);

/** An escape at the start of a text, whole, and the character that it stands for. */
function escape(rest: string): { readonly text: string; readonly char: string } {
  const numbered = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest);
  if (numbered !== null) {
    const code = Number.parseInt(numbered[1] ?? numbered[2] ?? '0', 16);
    return { text: numbered[0], char: String.fromCharCode(code) };
  }
  const octal = /^\\(?:0[0-7]{0,2}|[1-3][0-7]{2})/.exec(rest);
  if (octal !== null) {
    return { text: octal[0], char: String.fromCharCode(Number.parseInt(octal[0].slice(1), 8)) };
  }
  const reference = /^\\[1-9]\d?/.exec(rest);
  if (reference !== null) return { text: reference[0], char: '' };
  const point = rest.codePointAt(1);
  if (point === undefined) throw new Unreadable('a backslash at the end');
  const char = String.fromCodePoint(point);
  if (/[xuUN]/.test(char)) throw new Unreadable('an escape cut short');
  return { text: `\\${char}`, char: NAMED[char] ?? char };
}

/** The least number of characters that a sequence takes. */
export function minLength(items: Sequence): number {
  return items.reduce((sum, item) => sum + atomLength(item) * (item.quantifier?.min ?? 1), 0);
}

function atomLength(item: Item): number {
  switch (item.kind) {
    case 'char':
    case 'any':
    case 'category':
    case 'class':
      return 1;
    case 'group':
      return Math.min(...item.alternatives.map(minLength));
    default:
      return 0;
  }
}

/** Whether a condition holds for an item or for one inside of it. */
export function someItem(items: Sequence, test: (item: Item) => boolean): boolean {
  return items.some(
    (item) =>
      test(item) ||
      ('alternatives' in item && item.alternatives.some((each) => someItem(each, test))),
  );
}
