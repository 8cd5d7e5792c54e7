// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchList, BatchReport } from '../../model/batch.js';
import { durationText } from '../duration.js';
import { counted, number } from '../words.js';
import { BATCH_STATES, type BatchOverview, type BatchState, messagesOf } from './overview.js';

/** A batch in a few lines, term by term. */
export function batchFacts(
  { lists, began, ended, concurrency }: BatchReport,
  { states, messages, compared, members, addresses, exact, retries, checks }: BatchOverview,
): readonly (readonly [string, string])[] {
  const outcomes = (Object.keys(BATCH_STATES) as BatchState[])
    .filter((state) => states[state] > 0)
    .map((state) => `${number(states[state])} ${BATCH_STATES[state]}`);
  const tried = retries === 0 ? '' : `; ${counted(retries, 'step')} tried again`;
  return [
    ['lists', `${number(lists.length)}: ${outcomes.length === 0 ? 'none' : outcomes.join('; ')}`],
    [
      'time',
      `${durationText((ended - began) / 1000)}, ${counted(concurrency, 'list')} at a time${tried}`,
    ],
    ['memberships', number(members)],
    [
      'messages',
      `${number(messages.old)} in ${counted(compared, 'old archive')}, ${number(messages.new)} in HyperKitty, ${messages.missing === 0 ? 'none missing' : `${number(messages.missing)} missing`}`,
    ],
    [
      'verification',
      checks.all === 0
        ? 'nothing was verified'
        : `${counted(checks.all, 'check')}, ${checks.wrong === 0 ? 'none failed' : `${number(checks.wrong)} failed`}`,
    ],
    [
      'old links',
      `${number(addresses)} lead on, ${number(exact)} of them to the very message, file or page`,
    ],
  ];
}

/** `1,500`, or `1,490 of 1,500` where some are missing; null where they were not compared. */
export function arrivedWords({ months }: BatchList): string | null {
  if (months === null) return null;
  const { old, new: there, missing } = messagesOf(months);
  return missing === 0 ? number(there) : `${number(old - missing)} of ${number(old)}`;
}
