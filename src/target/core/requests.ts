// SPDX-License-Identifier: GPL-3.0-or-later
import { isTrouble } from '../../diagnostics.js';
import {
  isJsonObject,
  jsonArray,
  jsonNumber,
  type JsonObject,
  jsonText,
} from '../../model/json.js';
import type { ObservedRequests } from '../../model/mailman3-list.js';
import {
  type MembershipRequest,
  membershipKey,
  type ModerationRequests,
  type RefusedRequest,
} from '../../model/moderation-request.js';
import type { PythonCommand } from '../core.js';
import { helperRecords } from '../python-helper.js';
import type { RestClient } from '../rest-client.js';

/**
 * Held messages that are asked for over REST: Core sends every one of them whole, at some 60 a
 * second. Beyond that the helper, which takes a second to start, is the faster one.
 */
const FEW = 20;

const HELPER = 'core_requests_helper.py';

const KINDS: readonly MembershipRequest['kind'][] = ['subscription', 'unsubscription'];

/** Nothing where Core's host is out of reach: none of it is planned or verified then. */
export async function readRequests(
  rest: RestClient,
  python: PythonCommand | null,
  listId: string,
): Promise<ObservedRequests> {
  if (python === null) return { held: [], membership: [] };
  const membership: string[] = [];
  for (const kind of KINDS) {
    const waiting = await readMembership(rest, listId, kind);
    membership.push(...waiting.map(({ email }) => membershipKey({ kind, email })));
  }
  return { held: await readHeld(rest, python, listId), membership };
}

/** Message-IDs of what is held. */
async function readHeld(
  rest: RestClient,
  python: PythonCommand,
  listId: string,
): Promise<readonly string[]> {
  const path = `lists/${encodeURIComponent(listId)}/held`;
  const counted = await rest.get(`${path}/count`);
  const count = isJsonObject(counted) ? (jsonNumber(counted['count']) ?? 0) : 0;
  if (count === 0) return [];
  if (count <= FEW) {
    try {
      const entries = await entriesOf(rest, path);
      return entries.flatMap((entry) => jsonText(entry['message_id']) ?? []);
    } catch (error) {
      // There are messages that Core holds and cannot show; the helper does not look into them.
      if (!isTrouble(error, 'target.failed')) throw error;
    }
  }
  const held: string[] = [];
  const command = [...python.command, '-c'] as const;
  const request = { do: 'list-held', list: listId };
  const records = helperRecords(python.host, command, HELPER, request);
  for await (const record of records) {
    const id = jsonText(record['messageId']);
    if (record['type'] === 'held' && id !== null) held.push(id);
  }
  return held;
}

interface WaitingMembership {
  readonly email: string;
  readonly token: string;
}

/** What waits for a moderator; what waits for the person who asked is none of ours. */
async function readMembership(
  rest: RestClient,
  listId: string,
  kind: MembershipRequest['kind'],
): Promise<readonly WaitingMembership[]> {
  const entries = await entriesOf(
    rest,
    `lists/${encodeURIComponent(listId)}/requests?token_owner=moderator&request_type=${kind}`,
  );
  return entries.flatMap((entry) => {
    const email = jsonText(entry['email']);
    const token = jsonText(entry['token']);
    return email === null || token === null ? [] : [{ email, token }];
  });
}

async function entriesOf(rest: RestClient, path: string): Promise<readonly JsonObject[]> {
  const found = await rest.get(path);
  return isJsonObject(found) ? jsonArray(found['entries']).filter(isJsonObject) : [];
}

/**
 * Takes back somebody's wish to join, without any mail: Core subscribes nobody who has one
 * waiting. Returns whether there was one.
 */
export async function withdrawSubscription(
  rest: RestClient,
  listId: string,
  email: string,
): Promise<boolean> {
  const waiting = await readMembership(rest, listId, 'subscription');
  const found = waiting.find((each) => each.email.toLowerCase() === email.toLowerCase());
  if (found === undefined) return false;
  const path = `lists/${encodeURIComponent(listId)}/requests/${encodeURIComponent(found.token)}`;
  await rest.send('POST', path, { action: 'discard' });
  return true;
}

export async function addRequests(
  python: PythonCommand | null,
  listId: string,
  { held, membership }: ModerationRequests,
): Promise<readonly RefusedRequest[]> {
  if (python === null) throw new Error('planned without a way to Core');
  const request = {
    do: 'add-requests',
    list: listId,
    membership: membership.map((each) => ({ ...each })),
    held: held.length,
  };
  // One line a message, so that neither side has to hold all of them a second time.
  async function* lines(): AsyncGenerator<Uint8Array> {
    for (const message of held) yield Buffer.from(`${JSON.stringify(message)}\n`);
    await Promise.resolve();
  }
  const refused: RefusedRequest[] = [];
  const command = [...python.command, '-c'] as const;
  const records = helperRecords(python.host, command, HELPER, request, lines());
  for await (const record of records) {
    if (record['type'] !== 'refused') continue;
    refused.push({
      id: jsonText(record['id']) ?? '',
      why: jsonText(record['why']) ?? 'Core gave no reason',
    });
  }
  return refused;
}
