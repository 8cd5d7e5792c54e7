// SPDX-License-Identifier: GPL-3.0-or-later
import { jsonArray, jsonText } from '../../model/json.js';
import type { MemberBounce } from '../../plan/target-port.js';
import type { CoreSession } from '../core-session.js';

/** Writes what Mailman 2 knew of bounces; returns the addresses that are no members (any more). */
export async function setBounceStates(
  core: CoreSession | null,
  listId: string,
  states: readonly MemberBounce[],
): Promise<readonly string[]> {
  if (core === null) throw new Error('planned without a way to Core');
  const members = states.map(({ email, state }) => ({ email, ...state }));
  const records = await core.ask('core_helper.py', { do: 'bounce-state', list: listId, members });
  return records
    .flatMap((record) => jsonArray(record['missing']))
    .flatMap((email) => jsonText(email) ?? []);
}
