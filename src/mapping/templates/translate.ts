// SPDX-License-Identifier: GPL-3.0-or-later
import type { Mailman2List } from '../../model/mailman2-list.js';
import { markAddresses } from './addresses.js';
import { marked, MARKS, unmarked } from './marks.js';
import type { Pages } from './pages.js';
import { parsePercentFormat } from './percent-format.js';
import type { Placeholders, Substitution } from './placeholders.js';
import { type Layout, type Removed, withoutGone } from './without-gone.js';

/** A text with Core's placeholders, and what of the old one is not in it. */
export interface Translation {
  readonly text: string;
  /** What means something else now. */
  readonly notes: readonly string[];
  /** Lines and sentences that were left out. */
  readonly removed: readonly Removed[];
  /** False where Python could not have filled anything in. */
  readonly formatted: boolean;
}

/** Why a text cannot be translated without changing what it says. */
export interface Untranslatable {
  readonly refused: string;
}

export interface Source {
  readonly list: Pick<Mailman2List, 'name'>;
  readonly placeholders: Placeholders;
  readonly pages: Pages;
  readonly layout: Layout;
  /** Texts in the place of placeholders, as they stand: nothing in them is a placeholder. */
  readonly literals?: Readonly<Record<string, string>>;
}

/** Without what neither PostgreSQL nor UTF-8 can hold; line ends as Core's cache writes them. */
export function cleaned(text: string): string {
  return text
    .replaceAll('\0', '')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/\r\n?/g, '\n');
}

/** A text in which Core fills in nothing. */
export const escaped = (text: string): string => text.replaceAll('$', '$$$$');

/**
 * A text of Mailman 2, in percent form, with the placeholders that Core fills in. What Python could
 * not format went out as it stood, and so it does from Core.
 */
export function translate(source: string, how: Source): Translation | Untranslatable {
  const text = cleaned(source);
  const { placeholders, literals = {} } = how;
  const parsed = parsePercentFormat(text, (name) =>
    Object.hasOwn(placeholders, name) ? (placeholders[name]?.value ?? null) : null,
  );
  if (!parsed.ok) {
    const note = `Mailman 2 sent it without filling anything in (${parsed.why}), and so does Mailman 3`;
    return { text: escaped(text), notes: [note], removed: [], formatted: false };
  }
  const notes = new Set<string>();
  let line = '';
  for (const piece of parsed.pieces) {
    if ('literal' in piece) {
      line += piece.literal;
      continue;
    }
    if (!piece.plain) notes.add(`%(${piece.name}) is not formatted any more`);
    line += marked(piece.name);
  }
  const addresses = markAddresses(line, how.list.name);
  for (const note of addresses.notes) notes.add(note);

  const resolve = (name: string): Substitution =>
    addresses.meaning(name) ?? placeholders[name]?.becomes ?? { kind: 'fixed', text: '' };
  const whyGone = (name: string): string | null => {
    const becomes = resolve(name);
    if (becomes.kind === 'gone') return becomes.why;
    if (becomes.kind !== 'page' || how.pages(becomes.page) !== null) return null;
    const base = becomes.page === 'archive' ? 'hyperkittyUrl' : 'postoriusUrl';
    return `the configuration does not say where that page will be (target: ${base})`;
  };
  const rest = withoutGone(addresses.text, whyGone, how.layout);
  if ('refused' in rest) return rest;

  const write = (name: string, next: string): string => {
    if (Object.hasOwn(literals, name)) return escaped(literals[name] ?? '');
    const becomes = resolve(name);
    if ('note' in becomes) notes.add(becomes.note);
    switch (becomes.kind) {
      case 'placeholder':
        return placeholder(becomes.name, next);
      case 'page':
        return escaped(how.pages(becomes.page) ?? '').replace(marked('token'), () => '${token}');
      case 'core':
        return becomes.text;
      case 'fixed':
        return escaped(becomes.text);
      case 'gone':
        return '';
    }
  };
  return {
    text: written(rest.text, write),
    notes: [...notes],
    removed: rest.removed.map(({ text: gone, why }) => ({ text: shown(gone), why })),
    formatted: true,
  };
}

/** The text with every mark replaced by what `write` gives for its name and the character after it. */
function written(text: string, write: (name: string, next: string) => string): string {
  // Literal stretches at even places, names at odd ones.
  const parts = text.split(MARKS);
  const after = (index: number): string =>
    parts[index + 1]?.[0] ?? (index + 2 < parts.length ? 'another placeholder' : '');
  return parts
    .map((part, index) => (index % 2 === 0 ? escaped(part) : write(part, after(index))))
    .join('');
}

/** `$name`, or `${name}` where what follows could be taken for a part of the name. */
const placeholder = (name: string, next: string): string =>
  /^[\s.,:;!?<>()'"/@-]?$/.test(next) ? `$${name}` : `\${${name}}`;

/** A marked text as its owner wrote it. */
const shown = (text: string): string => text.replaceAll(MARKS, (_, name: string) => unmarked(name));
