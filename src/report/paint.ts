// SPDX-License-Identifier: GPL-3.0-or-later

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

/** Lends a text a style, where whoever prints it can show one. */
export type Paint = (style: Style, text: string) => string;

/** No styles at all. */
export const plain: Paint = (_style, text) => text;
