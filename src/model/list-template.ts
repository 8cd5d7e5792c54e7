// SPDX-License-Identifier: GPL-3.0-or-later

/** A text of a list's own that takes the place of one of Mailman 3's. */
export interface ListTemplate {
  /** Core's name for it, such as `list:member:regular:footer`. */
  readonly name: string;
  /** Language code of the text; the empty text where it serves every language, as Postorius has it. */
  readonly language: string;
  /** With Core's placeholders (`$display_name`). */
  readonly text: string;
}
