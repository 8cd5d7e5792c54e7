// SPDX-License-Identifier: GPL-3.0-or-later

/** What a real Python said of a regular expression. */
export type PatternVerdict =
  | {
      readonly kind: 'valid';
      /** Of the texts that it was tried on from their start, without regard to case: those matched. */
      readonly matches: ReadonlySet<string>;
    }
  | { readonly kind: 'invalid'; readonly why: string }
  /** It took too long, or there was no Python to ask. */
  | { readonly kind: 'unjudged'; readonly why: string };

/** One pattern to be judged: valid or not, and which of some texts it matches. */
export interface PatternQuestion {
  readonly pattern: string;
  /** Whether it is to be tried on the texts. */
  readonly tried: boolean;
}

/** A header filter in both its meanings, to be tried on messages. */
export interface TrialRule {
  /** Each searched in the whole header block, as Mailman 2 does. */
  readonly old: readonly string[];
  /** Each searched in one header, as Core does. */
  readonly new: readonly { readonly header: string; readonly pattern: string }[];
}

/** How many messages a rule matches in both meanings. */
export interface RuleTrial {
  /** The patterns took too long: the counts say nothing. */
  readonly slow: boolean;
  readonly old: number;
  readonly new: number;
  readonly onlyOld: number;
  readonly onlyNew: number;
  /** The first of those that one meaning matches only, by their numbers. */
  readonly named: { readonly onlyOld: readonly number[]; readonly onlyNew: readonly number[] };
}

export interface HeaderTrial {
  /** In the order of the rules. */
  readonly rules: readonly RuleTrial[];
  /** Messages that were tried. */
  readonly messages: number;
  /** Among them: headers that the rules look at are in a character set that Python does not know. */
  readonly undecodable: number;
}

/** One message to try rules on. */
export interface TrialMessage {
  /** From 1, in the order of the archive. */
  readonly number: number;
  /** As mail, without a separator line. */
  readonly bytes: Uint8Array;
}
