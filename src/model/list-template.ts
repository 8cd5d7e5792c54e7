// SPDX-License-Identifier: GPL-3.0-or-later

/** A text of a list's own that takes the place of one of Mailman 3's. */
export interface ListTemplate {
  /** Core's name for it, such as `list:member:regular:footer`. */
  readonly name: string;
  /**
   * Language code of the text. It is for the reader of a report: Postorius and Core know one text
   * for each name, whatever language a member has.
   */
  readonly language: string;
  /** With Core's placeholders (`$display_name`); empty where nothing is to be sent. */
  readonly text: string;
}

/** A template of a list as it stands in Mailman 3. */
export interface ObservedTemplate {
  readonly name: string;
  /** The address from which Core takes it. */
  readonly uri: string;
  /** Whether that is Postorius, which shows and edits it; otherwise somebody set it elsewhere. */
  readonly inPostorius: boolean;
  /** What stands at that address now; null where it could not be read. */
  readonly text: string | null;
}

/** Whether two texts are the same to Core; browsers turn LF into CR LF when a form is saved. */
export const isSameText = (one: string, other: string): boolean =>
  one.replaceAll(/\r\n?/g, '\n') === other.replaceAll(/\r\n?/g, '\n');
