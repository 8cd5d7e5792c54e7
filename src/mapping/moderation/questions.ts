// SPDX-License-Identifier: GPL-3.0-or-later
import { type Mailman2List, stringsAttribute } from '../../model/mailman2-list.js';
import type { PatternQuestion } from '../../model/pattern-verdict.js';
import { banPatterns } from './bans.js';
import { bounceMatchingPatterns } from './bounce-matching.js';
import { isStorable, type ModerationFacts } from './facts.js';
import { headerQuestions } from './header-rules.js';
import { nonmemberQuestions } from './nonmembers.js';

/** What a real Python is to be asked for one list. */
export interface ModerationQuestions {
  readonly patterns: readonly PatternQuestion[];
  /** Lower-case addresses that the `tried` ones are tried on. */
  readonly addresses: readonly string[];
}

/** Names of other lists whose members the list's moderation means. */
export const listsNamed = (list: Mailman2List): readonly string[] => nonmemberQuestions(list).lists;

/**
 * Questions without which moderation could only be guessed.
 *
 * @param joining people of the lists that are merged with this one
 * @param asking addresses that wait to join those
 */
export function moderationQuestions(
  list: Mailman2List,
  rosters: ModerationFacts['rosters'],
  joining: ModerationFacts['joining'] = [],
  asking: readonly string[] = [],
): ModerationQuestions {
  const nonmembers = nonmemberQuestions(list);
  const tried = new Set([...banPatterns(list), ...nonmembers.patterns]);
  const read = new Set([...headerQuestions(list), ...bounceMatchingPatterns(list)]);
  const people = [
    ...list.members.map(({ address }) => address),
    ...stringsAttribute(list, 'owner'),
    ...stringsAttribute(list, 'moderator'),
    ...joining.map(({ email }) => email),
    ...list.requests.membership.map(({ address }) => address),
    ...asking,
    ...nonmembers.addresses,
    ...nonmembers.lists.flatMap((name) => rosters.get(name) ?? []),
  ];
  return {
    patterns: [
      ...[...tried].map((pattern) => ({ pattern, tried: true })),
      ...[...read]
        .filter((pattern) => !tried.has(pattern) && isStorable(pattern))
        .map((pattern) => ({ pattern, tried: false })),
    ],
    addresses: [...new Set(people.map((email) => email.trim().toLowerCase()))].filter(isStorable),
  };
}
