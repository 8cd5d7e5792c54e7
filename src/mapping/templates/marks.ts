// SPDX-License-Identifier: GPL-3.0-or-later

// While a text is being translated, its placeholders are names between NULs, which no text holds:
// so patterns see placeholders, and a percent sign that is none is just a character.

/** A placeholder within a text that is being translated; `@…` where it is a whole address. */
export const marked = (name: string): string => `\0${name}\0`;

export const MARKS = /\0([^\0]*)\0/g;

/** A placeholder as its owner wrote it. */
export const unmarked = (name: string): string =>
  name.startsWith('@') ? name.slice(1) : `%(${name})s`;
