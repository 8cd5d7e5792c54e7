// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError } from '../diagnostics.js';
import type { BanDecision } from '../mapping/moderation/facts.js';
import type { BanQuestion } from '../mapping/moderation/bans.js';
import type { BanPolicy } from '../run/moderation-facts.js';
import type { Session } from './command.js';

/** Values of `--bans`. */
export const BAN_CHOICES = ['keep', 'drop', 'ask'] as const;
export type BanChoice = (typeof BAN_CHOICES)[number];

// Names in a question; who wants all of them finds them in the report.
const NAMED = 5;

/**
 * What becomes of bans that match people of a list. Without a choice, what was decided before
 * holds. `remember` keeps the decisions for later runs: a plan does not.
 *
 * Throws `CannotStartError` where `ask` has nobody to ask.
 */
export function banPolicy(
  choice: BanChoice | undefined,
  { interactive, ask }: Pick<Session, 'interactive' | 'ask'>,
  remember: boolean,
): BanPolicy {
  if (choice === undefined) return { decide: null, remember };
  if (choice !== 'ask') return { decide: () => Promise.resolve(choice), remember };
  if (!interactive) {
    throw new CannotStartError([
      {
        code: 'usage.no-terminal',
        severity: 'error',
        summary: '--bans ask has nobody to ask',
        why: 'standard input or standard error is no terminal',
        next: 'give --bans keep or --bans drop; without --bans such bans are left out and named',
      },
    ]);
  }
  // A migration comes by every list twice.
  const answered = new Map<string, Promise<BanDecision>>();
  return {
    remember,
    decide: (list, question) => {
      const key = `${list} ${question.ban}`;
      const answer =
        answered.get(key) ??
        ask(inWords(list, question)).then((yes): BanDecision => (yes ? 'keep' : 'drop'));
      answered.set(key, answer);
      return answer;
    },
  };
}

function inWords(list: string, { ban, people, matches }: BanQuestion): string {
  const named = people.slice(0, NAMED).map(({ email }) => email);
  const more = people.length > named.length ? ', …' : '';
  const whom =
    matches === null
      ? 'nobody can say whom it matches'
      : `it matches ${matches} (${named.join(', ')}${more})`;
  return `${list}: the ban ${ban}: ${whom}. Mailman 3 would discard their posts. Carry it over?`;
}
