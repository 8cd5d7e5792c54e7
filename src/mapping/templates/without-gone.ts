// SPDX-License-Identifier: GPL-3.0-or-later
import { MARKS, unmarked } from './marks.js';

/** Headers and footers are single lines; a mail is prose, in which a line is no unit. */
export type Layout = 'lines' | 'prose';

export interface Removed {
  readonly text: string;
  readonly why: string;
}

export type WithoutGone =
  { readonly text: string; readonly removed: readonly Removed[] } | { readonly refused: string };

/**
 * Takes out what holds placeholders that nothing stands for any more: of headers and footers the
 * line, of a mail the line where it says nothing else, with the words that lead up to it. Where such
 * a placeholder stands in the middle of a sentence the whole is refused: what would be left of the
 * sentence nobody wrote.
 */
export function withoutGone(
  text: string,
  whyGone: (name: string) => string | null,
  layout: Layout,
): WithoutGone {
  const lines = text.split('\n');
  const kept: string[] = [];
  const removed: Removed[] = [];
  let removedAt = -1;
  for (const [at, line] of lines.entries()) {
    const gone = names(line).find((name) => whyGone(name) !== null);
    if (gone === undefined) {
      // No two blank lines where one stood on each side of what is gone.
      if (removedAt === at - 1 && removedAt >= 0 && isBlank(line) && isBlank(kept.at(-1))) {
        removedAt = at;
        continue;
      }
      kept.push(line);
      continue;
    }
    const why = whyGone(gone) ?? '';
    if (layout === 'prose' && !standsAlone(lines, at)) {
      return { refused: `${unmarked(gone)} stands in a sentence, and ${why}` };
    }
    removedAt = at;
    const lead = layout === 'prose' ? takeSentence(kept) : takeLabel(kept, line);
    if (lead !== null) removed.push({ text: lead, why: 'it leads up to what is left out' });
    removed.push({ text: line, why });
  }
  return { text: kept.join('\n'), removed };
}

const names = (line: string): readonly string[] =>
  [...line.matchAll(MARKS)].map((match) => match[1] ?? '');

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';

const hasNoWords = (line: string): boolean => /^[^\p{L}\p{N}]*$/u.test(line.replaceAll(MARKS, ''));

const ENTRY = /^[^:\0]{1,40}:\s*\0[^\0]*\0\s*$/;
const isEntry = (line: string | undefined): boolean => line !== undefined && ENTRY.test(line);

/** Whether nothing would miss a line: it is a paragraph of its own, or a label and a value. */
function standsAlone(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  const before = lines[at - 1];
  const after = lines[at + 1];
  if (isEntry(line) && (isBlank(before) || isEntry(before))) return true;
  if (!isBlank(after) && !/^\s/.test(line)) return false;
  // The sentence goes on after it.
  if (/^\p{Ll}/u.test(lines.slice(at + 1, at + 4).find((next) => !isBlank(next)) ?? ''))
    return false;
  return hasNoWords(line) || (isBlank(before) && isBlank(after) && names(line).length === 1);
}

/** Takes "Unsubscribe here:" off the end, where what it speaks of was the whole next line. */
function takeLabel(kept: string[], line: string): string | null {
  const label = kept.at(-1);
  if (label === undefined || !label.trimEnd().endsWith(':') || !hasNoWords(line)) return null;
  if (names(label).length > 0) return null;
  kept.pop();
  return label;
}

// A sentence of more lines is none; and a hostile text must not keep us.
const LONGEST_PARAGRAPH = 50;

const SENTENCE_END = /[.!?…。！？][)"'’»”]*\s*$/u;

/** Takes the unfinished sentence off the end, if the lines before end in one ("It is:"). */
function takeSentence(kept: string[]): string | null {
  const last = kept.findLastIndex((line) => !isBlank(line));
  const end = kept[last];
  if (end === undefined || SENTENCE_END.test(end)) return null;
  let first = last;
  while (!isBlank(kept[first - 1]) && last - first < LONGEST_PARAGRAPH) first -= 1;
  const paragraph = kept.slice(first, last + 1).join('\n');
  const ends = [...paragraph.matchAll(/[.!?…。！？][)"'’»”]*\s+(?=\S)/gu)];
  const cut = ends.at(-1);
  const from = cut === undefined ? 0 : cut.index + cut[0].length;
  const sentence = paragraph.slice(from);
  if (names(sentence).length > 0) return null;
  const before = paragraph.slice(0, from).trimEnd();
  if (before === '') kept.splice(first);
  else kept.splice(first, last - first + 1, ...before.split('\n'));
  return sentence;
}
