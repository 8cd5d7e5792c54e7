// SPDX-License-Identifier: GPL-3.0-or-later
import type { AttributeGroup } from './attribute-table.js';
import type { AttributeRow } from './row.js';

const WIDTH = 100;

/** The attribute table as a chapter of the administrator's guide, in Markdown. */
export function attributeGuide(groups: readonly AttributeGroup[]): string {
  return groups.map(section).join('\n\n');
}

function section({ title, rows }: AttributeGroup): string {
  const plain = rows.filter(isPlain);
  const internal = rows.filter(({ verdict }) => verdict === 'internal');
  const other = rows.filter((row) => !isPlain(row) && row.verdict !== 'internal');
  return [
    `### ${title}`,
    ...(plain.length === 0 ? [] : [wrap(`Exact: ${plain.map(named).join(', ')}.`, '')]),
    ...(other.length === 0 ? [] : [entries(other).join('\n')]),
    ...(internal.length === 0 ? [] : [wrap(`Internal: ${bookkeeping(internal)}.`, '')]),
  ].join('\n\n');
}

/** Nothing to say about it but where it goes. */
const isPlain = (row: AttributeRow): boolean =>
  row.verdict === 'exact' && row.reason === 'same meaning' && row.limit === undefined;

const code = (name: string): string => `\`${name}\``;

/** The name, and the new one where that is another. */
function named({ attribute, target }: AttributeRow): string {
  if (target === null || target === attribute) return code(attribute);
  // Names have underscores; what else carries an attribute is a word of the language.
  return `${code(attribute)} → ${/[_:]/.test(target) ? code(target) : target}`;
}

/** One item for all rows that have the same to say. */
function entries(rows: readonly AttributeRow[]): readonly string[] {
  const names = grouped(rows, (row) => `**${row.verdict}**. ${remarks(row).join(' ')}`);
  return [...names].map(([said, items]) => wrap(`- ${items.map(named).join(', ')}: ${said}`, '  '));
}

function remarks({ reason, limit, instead }: AttributeRow): readonly string[] {
  return [
    ...(reason === 'same meaning' ? [] : [sentence(reason)]),
    ...(limit === undefined ? [] : [sentence(`Except: ${limit}`)]),
    ...(instead === undefined || instead === 'nothing to do'
      ? []
      : [sentence(`Instead: ${instead}`)]),
  ];
}

function bookkeeping(rows: readonly AttributeRow[]): string {
  return [...grouped(rows, ({ reason }) => reason)]
    .map(([reason, items]) => `${items.map(named).join(', ')} (${reason})`)
    .join('; ');
}

function grouped(
  rows: readonly AttributeRow[],
  key: (row: AttributeRow) => string,
): ReadonlyMap<string, readonly AttributeRow[]> {
  const groups = new Map<string, AttributeRow[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

// Code stays on one line.
const WORDS = /(?:`[^`]*`|[^` ])+/g;
// At the start of a line Markdown would take such a word for a list, a heading or a quotation.
const MARKS = /^(?:[-+*>]|#+|\d+[.)])$/;

function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(WORDS) ?? []) {
    if (line !== '' && line.length + 1 + word.length > WIDTH && !MARKS.test(word)) {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
