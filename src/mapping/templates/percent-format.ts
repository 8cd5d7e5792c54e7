// SPDX-License-Identifier: GPL-3.0-or-later

/** What a name in a text of Mailman 2 stands for: Python formats numbers by other letters. */
export type ValueKind = 'text' | 'number';

/** A literal stretch of a text, or a name that a value is put in for. */
export type Piece =
  | { readonly literal: string }
  | {
      readonly name: string;
      /** Widths and the like, beyond a plain `s`. */ readonly plain: boolean;
    };

export type Parsed =
  | { readonly ok: true; readonly pieces: readonly Piece[] }
  /** Python raised an error here, on which Mailman 2 sent the text as it stands. */
  | { readonly ok: false; readonly why: string };

const FLAGS = /^[-+ #0]*/;
const WIDTH = /^(?:\d+|\*)?(?:\.(?:\d+|\*)?)?/;
const TEXT_CONVERSIONS = 'sr';
const NUMBER_CONVERSIONS = 'diouxXeEfFgGc';

/**
 * Takes a text apart as `text % dictionary` of Python 2 does (Objects/stringobject.c,
 * PyString_Format), with a dictionary that answers an unknown name with the placeholder itself
 * (Mailman/SafeDict.py). `kindOf` says what a name stands for, null where it is unknown.
 */
export function parsePercentFormat(
  text: string,
  kindOf: (name: string) => ValueKind | null,
): Parsed {
  const pieces: Piece[] = [];
  let literal = '';
  for (let at = 0; at < text.length;) {
    const percent = text.indexOf('%', at);
    if (percent === -1) {
      literal += text.slice(at);
      break;
    }
    literal += text.slice(at, percent);
    const directive = parseDirective(text, percent);
    if ('why' in directive) return { ok: false, why: directive.why };
    at = directive.end;
    if (directive.conversion === '%') {
      literal += '%';
      continue;
    }
    const problem = mismatch(directive, kindOf);
    if (problem !== null) return { ok: false, why: problem };
    const { name } = directive;
    if (kindOf(name) === null) {
      literal += `%(${name})s`;
      continue;
    }
    if (literal !== '') pieces.push({ literal });
    literal = '';
    pieces.push({ name, plain: directive.modifiers === '' && directive.conversion !== 'r' });
  }
  if (literal !== '') pieces.push({ literal });
  return { ok: true, pieces };
}

interface Directive {
  /** Empty for a directive without one. */
  readonly name: string;
  readonly keyed: boolean;
  readonly modifiers: string;
  readonly conversion: string;
  readonly end: number;
}

function parseDirective(text: string, percent: number): Directive | { readonly why: string } {
  let at = percent + 1;
  let name = '';
  const keyed = text[at] === '(';
  if (keyed) {
    const end = closingParenthesis(text, at);
    if (end === -1) return { why: 'a parenthesis is not closed' };
    name = text.slice(at + 1, end);
    at = end + 1;
  }
  const flags = FLAGS.exec(text.slice(at, at + 100))?.[0] ?? '';
  const width = WIDTH.exec(text.slice(at + flags.length, at + flags.length + 100))?.[0] ?? '';
  at += flags.length + width.length;
  if ('hlL'.includes(text[at] ?? '?')) at += 1;
  const conversion = text[at];
  if (conversion === undefined) return { why: 'a % stands at the end' };
  return { name, keyed, modifiers: flags + width, conversion, end: at + 1 };
}

/** Names may hold parentheses, in pairs. */
function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function mismatch(
  { name, keyed, modifiers, conversion }: Directive,
  kindOf: (name: string) => ValueKind | null,
): string | null {
  const shown = JSON.stringify(`%${keyed ? `(${name})` : ''}${modifiers}${conversion}`);
  const known = TEXT_CONVERSIONS.includes(conversion) || NUMBER_CONVERSIONS.includes(conversion);
  if (!known) return `${shown} is no placeholder`;
  // Mailman 2 put a dump of all values here, or failed.
  if (!keyed) return `${shown} has no name`;
  if (modifiers.includes('*')) return `${shown} asks for a width`;
  if (NUMBER_CONVERSIONS.includes(conversion) && kindOf(name) !== 'number') {
    return `${shown} asks for a number`;
  }
  return null;
}
