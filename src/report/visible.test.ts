// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { visible } from './visible.js';

describe('visible', () => {
  it.each([
    ['a terminal’s commands', 'a\u001b[31mb\u009b0m', 'a⟨U+001B⟩[31mb⟨U+009B⟩0m'],
    ['a turn of the writing', 'exe.\u202egnp\u2066', 'exe.⟨U+202E⟩gnp⟨U+2066⟩'],
    ['what has no width', 'a\u200bb\ufeffc\u00add', 'a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩d'],
    ['half a character', 'a\ud800b', 'a⟨U+D800⟩b'],
    ['tags', 'a\u{e0041}', 'a⟨U+E0041⟩'],
    ['a lone carriage return', 'safe\rfake', 'safe⟨U+000D⟩fake'],
  ])('shows %s', (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves texts of all languages, joiners, line breaks and pictures as they are', () => {
    const texts = 'Müller 山田 שלום می\u200cخواهم 👩\u200d💻\n\tend';
    expect(visible(texts)).toBe(texts);
    expect(visible('a\r\nb')).toBe('a\nb');
  });
});
