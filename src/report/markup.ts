// SPDX-License-Identifier: GPL-3.0-or-later
import { visible } from './visible.js';

/** A piece of HTML that is safe to put into a page: only {@link html} makes one. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template; null is nothing. */
export type Piece = Html | string | number | null | readonly Piece[];

/**
 * HTML from a template: texts put in are escaped, for content as for attributes in double quotes,
 * and hidden characters in them shown. Pieces of HTML stay as they are. Lines of a template lose
 * their indentation, so none may stand inside of preformatted text.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const literals = unindented(strings);
  let text = literals[0] ?? '';
  pieces.forEach((piece, at) => {
    text += written(piece) + (literals[at + 1] ?? '');
  });
  return new Html(text);
}

// A page has tens of thousands of rows from the same few templates.
const templates = new WeakMap<TemplateStringsArray, readonly string[]>();

function unindented(strings: TemplateStringsArray): readonly string[] {
  const known = templates.get(strings);
  if (known !== undefined) return known;
  const literals = strings.map((literal) => literal.replaceAll(/\n\s*/g, '\n'));
  templates.set(strings, literals);
  return literals;
}

/** HTML that this program itself wrote as it is: a style sheet, a script. */
export const trusted = (text: string): Html => new Html(text);

function written(piece: Piece): string {
  if (piece === null) return '';
  if (piece instanceof Html) return piece.toString();
  if (typeof piece === 'string') return escaped(piece);
  return typeof piece === 'number' ? String(piece) : piece.map(written).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  visible(text).replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
