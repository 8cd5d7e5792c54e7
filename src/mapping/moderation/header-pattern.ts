// SPDX-License-Identifier: GPL-3.0-or-later
import { asWritten, passesLines, renderAlternatives, renderSequence } from './render.js';
import {
  type Item,
  minLength,
  parseRegex,
  type Quantifier,
  type Sequence,
  someItem,
} from './regex.js';

// Mailman 2 searches one text: all headers of a message and of its parts, decoded, each unfolded to
// a line `Name: value`, ignoring case, `^` and `$` at every line (Handlers/SpamDetect.py). Core
// takes one header's name and searches each value of it, decoded but folded as it came
// (chains/headers.py). Here a pattern for the former becomes patterns for the latter.

// Old patterns may be hostile: rearranging must end, and what comes of it must be readable.
const MAX_STEPS = 60;
const MAX_ITEMS = 200;
const MAX_PATTERN = 1_000;
interface Budget {
  steps: number;
}

/** What becomes of one pattern. */
export interface HeaderTranslation {
  readonly matches: readonly { readonly header: string; readonly pattern: string }[];
  /** Parts that Core cannot be told, each with the reason. */
  readonly lost: readonly { readonly part: string; readonly why: string }[];
  /** Parts that matched nothing in Mailman 2 either. */
  readonly idle: readonly string[];
  /** Nothing tied the pattern to the start of a header, so Mailman 2 found it in values, too. */
  readonly loose: boolean;
}

/** Translates a pattern; null where it cannot be taken apart. Never throws. */
export function translateHeaderPattern(pattern: string): HeaderTranslation | null {
  const alternatives = parseRegex(pattern);
  if (alternatives === null) return null;
  const matches: { header: string; pattern: string }[] = [];
  const lost: { part: string; why: string }[] = [];
  const idle: string[] = [];
  let loose = false;
  const runsOn = passesLines(pattern);
  for (const items of alternatives) {
    const part = renderSequence(items, asWritten);
    const named = runsOn
      ? 'its (?s) lets it run from one header into the next'
      : nameHeaders(items);
    if (typeof named === 'string') {
      lost.push({ part, why: named });
      continue;
    }
    loose ||= !named.anchored;
    for (const { header, rest } of named.variants) {
      const value = valuePattern(rest);
      const shown =
        named.variants.length === 1 ? part : `${header}:${renderSequence(rest, asWritten)}`;
      if (value.kind === 'lost') lost.push({ part: shown, why: value.why });
      else if (value.kind === 'never') idle.push(shown);
      else matches.push({ header, pattern: value.pattern });
    }
  }
  return { matches: distinct(matches), lost, idle, loose };
}

function distinct<Match extends { header: string; pattern: string }>(
  matches: readonly Match[],
): readonly Match[] {
  return [...new Map(matches.map((match) => [`${match.header} ${match.pattern}`, match])).values()];
}

interface Variant {
  readonly header: string;
  /** What follows the colon. */
  readonly rest: Sequence;
}

// More headers than this from one pattern are no alternatives that somebody wrote down.
const MAX_VARIANTS = 24;
const NO_NAME = 'it names no header, and Core wants to know which one to look at';
const PATTERN_NAME = "the header's name is itself a pattern, and Core takes plain names only";

/** The headers that a pattern begins with; why not, where it does not. */
function nameHeaders(
  items: Sequence,
): { readonly variants: readonly Variant[]; readonly anchored: boolean } | string {
  let [anchored, from] = [false, 0];
  for (; from < items.length; from += 1) {
    const item = items[from];
    if (item?.kind === 'start') anchored = true;
    // `.*Subject:` finds the same as `Subject:`.
    else if (!(item?.kind === 'any' && item.quantifier?.min === 0 && item.quantifier.max === null))
      break;
  }
  // In `.*^Subject:` the start of a line comes last, in `^.*Subject:` the name may end anything.
  const last = items[from - 1];
  const variants = readName(items.slice(from), '');
  if (typeof variants === 'string') return variants;
  if (variants.length > MAX_VARIANTS) return 'it stands for too many headers';
  return { variants, anchored: anchored && last?.kind === 'start' };
}

/** Reads a header's name up to its colon, one variant for each way that alternatives allow. */
function readName(items: Sequence, name: string): readonly Variant[] | string {
  const [first, ...rest] = items;
  if (first === undefined) return NO_NAME;
  const { quantifier } = first;
  const choices = nameChoices(first);
  if (choices === null) return hasColon(items) ? PATTERN_NAME : NO_NAME;
  const often: readonly (readonly Sequence[])[] =
    quantifier === null
      ? [choices]
      : quantifier.min === 0 && quantifier.max === 1
        ? [choices, [[]]]
        : [];
  if (often.length === 0) return hasColon(items) ? PATTERN_NAME : NO_NAME;
  const all: Variant[] = [];
  for (const choice of often.flat()) {
    const found =
      choice.length === 1 && choice[0]?.kind === 'char'
        ? readChar(choice[0].char, rest, name)
        : readName([...choice, ...rest], name);
    if (typeof found === 'string') return found;
    all.push(...found);
    if (all.length > MAX_VARIANTS) return 'it stands for too many headers';
  }
  return all;
}

function readChar(char: string, rest: Sequence, name: string): readonly Variant[] | string {
  if (char === ':') return name === '' ? NO_NAME : [{ header: name, rest }];
  // RFC 5322: printable characters without the colon.
  return /^[!-9;-~]$/.test(char) ? readName(rest, name + char.toLowerCase()) : NO_NAME;
}

/** What may stand in a name for an item; null where that is no list of characters. */
function nameChoices(item: Item): readonly Sequence[] | null {
  const char = (text: string): Sequence => [{ kind: 'char', char: text, text, quantifier: null }];
  switch (item.kind) {
    case 'char':
      return [char(item.char)];
    case 'class': {
      if (item.chars === null) return null;
      return [...new Set(item.chars.map((each) => each.toLowerCase()))].map(char);
    }
    case 'group':
      return item.alternatives;
    default:
      return null;
  }
}

const hasColon = (items: Sequence): boolean =>
  someItem(items, (item) => item.kind === 'char' && item.char === ':');

type Value =
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'never' }
  | { readonly kind: 'lost'; readonly why: string };

/** The pattern for a header's value from what follows the colon. */
function valuePattern(rest: Sequence): Value {
  if (someItem(rest, ({ kind }) => kind === 'start'))
    return lost('it goes on at the start of a line');
  if (someItem(rest, (item) => item.kind === 'assertion' && /[AZ]/.test(item.letter)))
    return lost('it means the start or the end of all headers together');
  if (someItem(rest, (item) => item.kind === 'char' && item.char === '\n'))
    return lost('it runs from one header into the next');
  if (rest.length > MAX_ITEMS) return UNREAD;
  if (!someItem(rest, (item) => item.kind === 'backreference' || item.kind === 'lookbehind')) {
    const items = afterBlank(rest, { steps: MAX_STEPS });
    return items === 'never' ? { kind: 'never' } : items === null ? UNREAD : finish(items);
  }
  // Numbers of groups must not shift: only what needs no rearranging is taken.
  const [first, ...others] = rest;
  const simple = first !== undefined && first.kind !== 'group' && isBlank(first);
  return simple ? finish([...(isOften(first) ? [first] : []), ...others]) : UNREAD;
}

const lost = (why: string): Value => ({ kind: 'lost', why });
const UNREAD = lost('what follows the colon is too involved to be carried over');

/** Puts the anchor where it is wanted, and drops what only says "anything" at the beginning. */
function finish(items: Sequence): Value {
  const [first, second] = items;
  const skip =
    first !== undefined && isAnything(first)
      ? 1
      : first?.quantifier?.min === 0 && isBlank(first) && second !== undefined && isAnything(second)
        ? 2
        : 0;
  const kept = items.slice(skip);
  const text = renderSequence(kept, forFolded);
  const anchored = skip > 0 ? text : `^${text}`;
  // A value comes folded as the mail was: what meant "anything" has to pass line breaks.
  const dots = someItem(kept, ({ kind }) => kind === 'any');
  const pattern = `${dots ? '(?s)' : ''}${anchored === '' ? '^' : anchored}`;
  return pattern.length > MAX_PATTERN ? UNREAD : { kind: 'pattern', pattern };
}

/** `.*`, `.*?`. */
const isAnything = ({ kind, quantifier }: Item): boolean =>
  kind === 'any' && quantifier !== null && quantifier.min === 0 && quantifier.max === null;

const isOften = ({ quantifier }: Item): boolean => quantifier !== null && quantifier.max === null;

/** Whether an item matches blanks and nothing else that a value could begin with. */
function isBlank(item: Item): boolean {
  return (
    (item.kind === 'char' && item.char === ' ') ||
    (item.kind === 'category' && item.letter === 's') ||
    (item.kind === 'class' && item.chars?.every((char) => /\s/.test(char)) === true)
  );
}

function matchesBlank(item: Item): boolean {
  switch (item.kind) {
    case 'any':
      return true;
    case 'category':
      return /[sDW]/.test(item.letter);
    case 'class':
      return item.matchesBlank;
    default:
      return isBlank(item);
  }
}

/**
 * In Mailman 2's text a blank stands between the colon and the value, in Core's there is none. So
 * the item that matched the blank has to give way. `never`: nothing matched the blank, so the
 * pattern never matched. null: too involved.
 */
function afterBlank(items: Sequence, budget: Budget): Sequence | 'never' | null {
  budget.steps -= 1;
  if (budget.steps < 0) return null;
  const [first, ...rest] = items;
  if (first === undefined) return [];
  const { quantifier } = first;
  switch (first.kind) {
    case 'char':
    case 'any':
    case 'category':
    case 'class':
      break;
    case 'group':
      return afterBlankInGroup(first, rest, budget);
    case 'lookahead':
      return afterBlankInLookahead(first, rest, budget);
    case 'assertion':
      // Neither the colon nor the blank belongs to a word.
      return first.letter === 'B' ? afterBlank(rest, budget) : 'never';
    case 'end':
      return 'never';
    default:
      return null;
  }
  const without = quantifier !== null && quantifier.min === 0 ? afterBlank(rest, budget) : 'never';
  if (!matchesBlank(first)) return without;
  const taken = oneLess(first, rest);
  if (taken === 'never' || without === 'never' || without === null) {
    return taken === 'never' ? without : taken;
  }
  return either([taken, without]);
}

/** The items after the first one took the blank. */
function oneLess(first: Item, rest: Sequence): Sequence | 'never' {
  const { quantifier } = first;
  if (quantifier === null) return rest;
  const { min, max, text } = quantifier;
  const blank = isBlank(first);
  // A value does not begin with a blank.
  if (blank && min > 1) return 'never';
  const [next] = rest;
  if (blank && next !== undefined && isAnything(next)) return rest;
  if (max === null) {
    // Blanks stay: a value may begin with a line break, where the mail had it so.
    if (min <= 1) return [{ ...first, quantifier: repeat('*', text) }, ...rest];
    return [{ ...first, quantifier: repeat(`{${min - 1},}`, text) }, ...rest];
  }
  if (max <= 1 || blank) return max === 0 ? 'never' : rest;
  const less = `{${Math.max(min - 1, 0)},${max - 1}}`;
  return [{ ...first, quantifier: repeat(less, text) }, ...rest];
}

/** A quantifier of another number that is lazy where the old one was. */
function repeat(text: string, old: string): Quantifier {
  const lazy = old.length > 1 && old.endsWith('?') ? '?' : '';
  const [min = 0, max = null] = text === '*' ? [0] : text.slice(1, -1).split(',').map(numberOrNull);
  return { text: `${text}${lazy}`, min: min ?? 0, max };
}

const numberOrNull = (text: string): number | null => (text === '' ? null : Number(text));

function afterBlankInGroup(
  group: Extract<Item, { kind: 'group' }>,
  rest: Sequence,
  budget: Budget,
): Sequence | 'never' | null {
  const { quantifier } = group;
  if (quantifier !== null) {
    if (quantifier.min !== 0 || quantifier.max !== 1) return null;
    return oneOf([[{ ...group, quantifier: null }, ...rest], rest], budget);
  }
  const inside = group.alternatives;
  if (inside.every((items) => minLength(items) > 0)) {
    // Every alternative takes the blank itself: what follows the group stays.
    const found = oneOf(inside, budget);
    return found === null || found === 'never' ? found : [...found, ...rest];
  }
  return oneOf(
    inside.map((items) => [...items, ...rest]),
    budget,
  );
}

function afterBlankInLookahead(
  lookahead: Extract<Item, { kind: 'lookahead' }>,
  rest: Sequence,
  budget: Budget,
): Sequence | 'never' | null {
  const inside = oneOf(lookahead.alternatives, budget);
  const after = afterBlank(rest, budget);
  if (inside === null || after === null || after === 'never') return inside === null ? null : after;
  const negative = lookahead.opening === '(?!';
  if (inside === 'never') return negative ? after : 'never';
  return [{ ...lookahead, alternatives: [inside] }, ...after];
}

/** The ways that are possible, as one sequence. */
function oneOf(ways: readonly Sequence[], budget: Budget): Sequence | 'never' | null {
  const found = ways.map((way) => afterBlank(way, budget)).filter((way) => way !== 'never');
  const known = found.filter((way) => way !== null);
  if (known.length < found.length) return null;
  return known.length === 0 ? 'never' : either(known);
}

function either(ways: readonly Sequence[]): Sequence {
  const [first = [], ...others] = [
    ...new Map(ways.map((items) => [renderSequence(items, asWritten), items])).values(),
  ];
  if (others.length === 0) return first;
  const alternatives = [first, ...others];
  return [{ kind: 'group', opening: '(?:', alternatives, text: '', quantifier: null }];
}

/** An item for a value that is still folded: where a blank stood there may be a line break, too. */
function forFolded(item: Item): string {
  if ('alternatives' in item) {
    const inside = renderAlternatives(item.alternatives, forFolded);
    return `${item.opening}${inside})${item.quantifier?.text ?? ''}`;
  }
  const blank =
    (item.kind === 'char' && item.char === ' ') ||
    (item.kind === 'category' && item.letter === 's');
  if (!blank) return asWritten(item);
  const text = item.quantifier?.text ?? '';
  return `\\s${/^[*+]/.test(text) ? text : text.startsWith('?') ? '*' : '+'}`;
}
