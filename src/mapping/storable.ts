// SPDX-License-Identifier: GPL-3.0-or-later
import type { SettingValue } from '../model/mailman3-list.js';

/** A value as Core can keep it, and whether something had to go for that. */
export interface Storable {
  readonly value: SettingValue;
  readonly changed: boolean;
}

/**
 * PostgreSQL keeps no NUL in a text, and neither database a lone surrogate: Core would answer with
 * an error of the server's and keep nothing of the whole request.
 */
export function storable(value: SettingValue): Storable {
  if (typeof value === 'string') {
    const text = storableText(value);
    return { value: text, changed: text !== value };
  }
  if (typeof value === 'boolean' || typeof value === 'number') return { value, changed: false };
  const texts = value.map(storableText);
  return { value: texts, changed: texts.some((text, index) => text !== value[index]) };
}

const storableText = (text: string): string =>
  text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\uFFFD');
