// SPDX-License-Identifier: GPL-3.0-or-later
import { type Alternatives, type Item, parseRegex, type Sequence } from './regex.js';

/** A pattern's text from its parts. */
export function renderAlternatives(
  alternatives: Alternatives,
  each: (item: Item) => string,
): string {
  return alternatives.map((items) => renderSequence(items, each)).join('|');
}

export function renderSequence(items: Sequence, each: (item: Item) => string): string {
  return items.map(each).join('');
}

/** An item as it was written, but for what the parser left out. */
export function asWritten(item: Item): string {
  const inside =
    'alternatives' in item
      ? `${item.opening}${renderAlternatives(item.alternatives, asWritten)})`
      : item.text;
  return `${inside}${item.quantifier?.text ?? ''}`;
}

/**
 * A pattern of Python 2's as Python 3 takes it, of the same meaning where case is ignored; one that
 * cannot be taken apart stays as it is.
 */
export function modernPattern(pattern: string): string {
  const alternatives = parseRegex(pattern);
  if (alternatives === null) return pattern;
  return `${passesLines(pattern) ? '(?s)' : ''}${renderAlternatives(alternatives, asWritten)}`;
}

/** Whether its dots match line breaks, too. */
export const passesLines = (pattern: string): boolean => /\(\?[imu]*s[imsu]*\)/.test(pattern);

/**
 * A pattern for addresses that Core tries as Mailman 2 did. Mailman 2 searches (GetPattern of its
 * MailList.py, matches_p of Handlers/Moderate.py), so that of `^a|b` the second half may stand
 * anywhere; Core matches from the start. A pattern that cannot be taken apart stays as it is.
 */
export function addressPattern(pattern: string): string {
  const alternatives = parseRegex(pattern);
  if (alternatives === null) return pattern;
  if (alternatives.length === 1) return renderAlternatives(alternatives, asWritten);
  const anchored = alternatives.map((items) => {
    const [first, ...rest] = items;
    return first?.kind === 'start' && first.quantifier === null
      ? renderSequence(rest, asWritten)
      : `.*${renderSequence(items, asWritten)}`;
  });
  return `^(?:${anchored.join('|')})`;
}

/**
 * The same for the lists of nonmembers, where Core minds upper and lower case and knows senders in
 * lower case only (mailman/rules/moderation.py).
 */
export function senderPattern(pattern: string): string {
  const anchored = addressPattern(pattern);
  if (!/(?<!\\)[A-Z]/.test(anchored) || !anchored.startsWith('^')) return anchored;
  return `^(?i:${anchored.slice(1)})`;
}
