// SPDX-License-Identifier: GPL-3.0-or-later
import { isTrouble } from '../../diagnostics.js';
import {
  isJsonObject,
  jsonArray,
  jsonNumber,
  type JsonObject,
  jsonText,
} from '../../model/json.js';
import type {
  ModerationAction,
  ObservedMember,
  Preferences,
  Role,
  Rosters,
} from '../../model/mailman3-list.js';
import type { TaskQueue } from '../../plan/task-queue.js';
import type { MemberOutcome } from '../../plan/target-port.js';
import type { RestClient } from '../rest-client.js';
import { changeMember, subscribe } from './memberships-rest.js';
import type { RosterAccess } from './rosters.js';

// Entries of one page of a roster.
const PAGE = 500;
// The tool remembers after so many: a lost tail costs only a comparison on the next run.
const BATCH = 200;

const PREFERENCES: readonly (keyof Preferences)[] = [
  'acknowledge_posts',
  'delivery_mode',
  'delivery_status',
  'hide_address',
  'preferred_language',
  'receive_list_copy',
  'receive_own_postings',
];

/** Rosters over Core's REST API: some requests a member, side by side as far as `queue` lets them. */
export function restRosters(rest: RestClient, queue: TaskQueue): RosterAccess {
  // Core subscribes an address twice when it is asked for it twice at the same time.
  const inHand = new Map<string, Promise<unknown>>();
  function alone<Value>(email: string, work: () => Promise<Value>): Promise<Value> {
    const key = email.toLowerCase();
    const mine = (inHand.get(key) ?? Promise.resolve()).then(work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    inHand.set(key, settled);
    void settled.then(() => {
      if (inHand.get(key) === settled) inHand.delete(key);
    });
    return mine;
  }

  async function each<Entry extends { readonly email: string }>(
    entries: readonly Entry[],
    work: (entry: Entry) => Promise<string | null>,
  ): Promise<readonly MemberOutcome[]> {
    const outcomes: MemberOutcome[] = [];
    await queue.runAll(
      entries.map((entry, index) => async () => {
        const { email } = entry;
        try {
          const nameKept = await alone(email, () => work(entry));
          outcomes[index] = { email, refused: null, nameKept };
        } catch (error) {
          if (!isTrouble(error, 'target.refused')) throw error;
          outcomes[index] = { email, refused: error.diagnostic, nameKept: null };
        }
      }),
    );
    return outcomes;
  }

  return {
    batch: BATCH,
    async read(listId) {
      const roster = (role: Role): Promise<readonly ObservedMember[]> =>
        readRoster(rest, queue, listId, role);
      return {
        owner: await roster('owner'),
        moderator: await roster('moderator'),
        member: await roster('member'),
        nonmember: await roster('nonmember'),
      } satisfies Rosters<ObservedMember>;
    },
    add: (listId, role, members) =>
      each(members, (member) => subscribe(rest, listId, role, member)),
    change: (_listId, _role, changes) =>
      each(changes, ({ memberId, email, change }) => changeMember(rest, memberId, email, change)),
  };
}

async function readRoster(
  rest: RestClient,
  queue: TaskQueue,
  listId: string,
  role: Role,
): Promise<readonly ObservedMember[]> {
  const entries: JsonObject[] = [];
  for (let page = 1; ; page += 1) {
    const path = `lists/${encodeURIComponent(listId)}/roster/${role}?count=${PAGE}&page=${page}`;
    const found = await rest.get(path);
    const batch = isJsonObject(found) ? jsonArray(found['entries']) : [];
    entries.push(...batch.filter(isJsonObject));
    if (batch.length < PAGE) break;
  }
  const members: ObservedMember[] = [];
  await queue.runAll(
    entries.map((entry, index) => async () => {
      const memberId = jsonText(entry['member_id']) ?? '';
      // The roster shows neither status nor options; `all/preferences` leaves out hide_address.
      const preferences =
        role === 'member' ? await rest.get(`members/${memberId}/preferences`) : {};
      members[index] = {
        memberId,
        email: jsonText(entry['email']) ?? '',
        displayName: jsonText(entry['display_name']) ?? '',
        moderationAction: (entry['moderation_action'] as ModerationAction | undefined) ?? null,
        preferences: isJsonObject(preferences) ? onlyPreferences(preferences) : {},
        bounce: {
          score: jsonNumber(entry['bounce_score']) ?? 0,
          lastReceived: jsonText(entry['last_bounce_received']),
          lastWarned: warnedAt(jsonText(entry['last_warning_sent'])),
        },
      };
    }),
  );
  return members;
}

const onlyPreferences = (found: JsonObject): Partial<Preferences> =>
  Object.fromEntries(PREFERENCES.flatMap((name) => (name in found ? [[name, found[name]]] : [])));

/** Core writes the year 1 where it never warned. */
export const warnedAt = (time: string | null): string | null =>
  time === null || time.startsWith('0001') ? null : time;
