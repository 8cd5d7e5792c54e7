// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * A text in Markdown (CommonMark with GitHub's tables) that shows just its own characters, on one
 * line, in a paragraph as well as in a cell of a table: no markup, no link, no picture, and nobody
 * is called by an `@name`.
 */
export function md(text: string): string {
  return text
    .split(/(?<![\w@])(@[\w.-]+)/)
    .map((part, at) => (at % 2 === 1 ? `\`${part}\`` : escaped(part)))
    .join('');
}

function escaped(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll(/[\\`*[\]<>~$#]/g, String.raw`\$&`)
      // Between letters it is no markup, and attributes are full of it.
      .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
      .replaceAll('|', '&#124;')
      .replaceAll('://', String.raw`\://`)
      .replaceAll(/www\./gi, (found) => `${found.slice(0, -1)}\\.`)
      .replaceAll(/\s*\n\s*/g, ' ')
      // What would begin a list, a heading or a line at the start of a paragraph.
      .replace(/^(\s*)([-+=]|\d+[.)])/, (_, blanks: string, mark: string) =>
        mark.length === 1
          ? `${blanks}\\${mark}`
          : `${blanks}${mark.slice(0, -1)}\\${mark.slice(-1)}`,
      )
  );
}

/** A text as code, in a paragraph as well as in a cell of a table. */
export function code(text: string): string {
  if (text === '') return '';
  // A code span cannot hold these in every place; the HTML element can.
  return /[`|\n]/.test(text) || text.trim() === ''
    ? `<code>${escaped(text)}</code>`
    : `\`${text}\``;
}

/** A table; cells are Markdown already. */
export function mdTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}
