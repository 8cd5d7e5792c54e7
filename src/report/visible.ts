// SPDX-License-Identifier: GPL-3.0-or-later

// What a terminal, a browser or an eye would take for something other than a character of the
// text: control characters (an ESC drives a terminal), marks that turn the direction of writing
// (a name could spell itself into another one), and what has no width at all. Joiners within
// words (U+200C, U+200D) belong to the writing of several languages and stay.
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** A text in which every character can be seen: hidden ones become `⟨U+202E⟩`. Keeps line breaks. */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(
      HIDDEN,
      (found) => `⟨U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
}
