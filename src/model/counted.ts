// SPDX-License-Identifier: GPL-3.0-or-later

const NUMBER = new Intl.NumberFormat('en');

/** `3,334` */
export const number = (value: number): string => NUMBER.format(value);

/**
 * `1 list`, `3,334 lists`. Where a verb agrees with it, both forms are given:
 * `counted(n, 'message repeats', 'messages repeat')`.
 */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;
