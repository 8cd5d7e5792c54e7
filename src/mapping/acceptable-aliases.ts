// SPDX-License-Identifier: GPL-3.0-or-later
import { renderAlternatives } from './moderation/render.js';
import { type Item, parseRegex } from './moderation/regex.js';
import { changed, type Conversion, kept, lost } from './row.js';

const escapeForRegExp = (literal: string): string => literal.replaceAll(/[^\w@-]/g, '\\$&');

/**
 * Mailman 2 takes each line as a regular expression that must match from the start, ignoring
 * case, and takes the list's own name at any domain as an explicit destination
 * (MailList.HasExplicitDest). Core takes a line as a pattern only where it begins with `^`.
 */
export const acceptableAliases: Conversion = (value, list) => {
  if (typeof value !== 'string') return lost('not a text');
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const patterns: string[] = [];
  const leftOut: string[] = [];
  for (const line of lines.filter((each) => each !== '')) {
    const pattern = inLowerCase(line);
    if (pattern === null) leftOut.push(line);
    else patterns.push(pattern.startsWith('^') ? pattern : `^${pattern}`);
  }
  const all = [...new Set([...patterns, `^${escapeForRegExp(list.name)}@`.toLowerCase()])];
  return leftOut.length === 0
    ? kept(all)
    : changed(all, `invalid, or not to be kept by Core: ${leftOut.join(', ').slice(0, 200)}`);
};

// What must not become its opposite when Core puts all of a pattern into lower case
// (model/mailinglist.py, AcceptableAliasSet).
const CAPITALS: Readonly<Record<string, string>> = {
  D: '[^\\d]',
  S: '[^\\s]',
  W: '[^\\w]',
  B: '(?!\\b)',
  A: '^',
  Z: '(?!.|\\n)',
};

/** A pattern in lower case that matches what it matched before; null where there is none. */
function inLowerCase(pattern: string): string | null {
  const alternatives = parseRegex(pattern);
  if (alternatives === null) return null;
  // Without an @, Mailman 2 tried it on what stands before the @ as well.
  const end = pattern.includes('@') ? '$' : '(?=@|$)';
  const unkept: string[] = [];
  const render = (item: Item): string => {
    if ('alternatives' in item) {
      const opening = item.opening.startsWith('(?P<') ? '(' : item.opening;
      return `${opening}${renderAlternatives(item.alternatives, render)})${item.quantifier?.text ?? ''}`;
    }
    const capital = 'letter' in item ? CAPITALS[item.letter] : undefined;
    const text = capital ?? (item.kind === 'end' ? end : item.text);
    if (/\\[A-Z]|\(\?P|[A-Z]-[^A-Z]|[^A-Z]-[A-Z]/.test(text)) unkept.push(text);
    return `${text}${item.quantifier?.text ?? ''}`;
  };
  const rendered = renderAlternatives(alternatives, render).toLowerCase();
  return unkept.length === 0 ? rendered : null;
}
