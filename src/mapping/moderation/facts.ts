// SPDX-License-Identifier: GPL-3.0-or-later
import type { Role } from '../../model/mailman3-list.js';
import type { PatternVerdict } from '../../model/pattern-verdict.js';

/** Whether a ban that matches people of the list is carried over. */
export type BanDecision = 'keep' | 'drop';

/** What moderation needs to know beyond the list itself; gathered by run/, judged here. */
export interface ModerationFacts {
  /** By pattern, as {@link moderationQuestions} asked for it. */
  readonly verdicts: ReadonlyMap<string, PatternVerdict>;
  /** Members of the other lists that `@list` entries name, by list name; null: no such list. */
  readonly rosters: ReadonlyMap<string, readonly string[] | null>;
  /** By ban, as Core is to have it. */
  readonly decisions: ReadonlyMap<string, BanDecision>;
  /** People of the lists that are merged with this one: a ban of the one would silence them, too. */
  readonly joining: readonly { readonly role: Role; readonly email: string }[];
}

/** Nobody was asked anything: patterns count as unjudged, other lists as unread. */
export const NOTHING_ASKED: ModerationFacts = {
  verdicts: new Map(),
  rosters: new Map(),
  decisions: new Map(),
  joining: [],
};

/** The verdict on a pattern; `unjudged` where nobody was asked. */
export function verdictOn({ verdicts }: ModerationFacts, pattern: string): PatternVerdict {
  return verdicts.get(pattern) ?? { kind: 'unjudged', why: 'no Python was asked' };
}

/** Whether a text is one that databases and XML take: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);
