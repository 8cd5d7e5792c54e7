// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * A text as lines of at most `width` characters, broken at blanks; a longer word (a URL, a regular
 * expression) is broken nowhere, so that it can be copied. Lines after the first start with
 * `indent`, which counts.
 */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = lines.length === 0 ? '' : indent;
    let empty = true;
    for (const word of paragraph.split(' ').filter((part) => part !== '')) {
      if (!empty && line.length + 1 + word.length > width) {
        lines.push(line);
        line = indent;
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    lines.push(line);
  }
  return lines.join('\n');
}
