// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../../diagnostics.js';
import type { Command } from '../../host.js';
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

// Held messages of one answer: Core sends every one of them whole.
const PAGE = 20;

const KINDS: readonly MembershipRequest['kind'][] = ['subscription', 'unsubscription'];

export async function readRequests(rest: RestClient, listId: string): Promise<ObservedRequests> {
  const membership: string[] = [];
  for (const kind of KINDS) {
    const waiting = await readMembership(rest, listId, kind);
    membership.push(...waiting.map(({ email }) => membershipKey({ kind, email })));
  }
  return { held: await readHeld(rest, listId), membership };
}

/** Message-IDs of what is held. */
async function readHeld(rest: RestClient, listId: string): Promise<readonly string[]> {
  const path = `lists/${encodeURIComponent(listId)}/held`;
  const counted = await rest.get(`${path}/count`);
  const count = isJsonObject(counted) ? (jsonNumber(counted['count']) ?? 0) : 0;
  const ids: string[] = [];
  for (let start = 0; start < count; start += PAGE) {
    const page = (size: number, number: number): Promise<readonly JsonObject[]> =>
      entriesOf(rest, `${path}?count=${size}&page=${number}`);
    const entries = await page(PAGE, start / PAGE + 1).catch(async (error: unknown) => {
      if (!isFailureOfCore(error)) throw error;
      // Core cannot show one of these; the others are found one by one.
      const found: JsonObject[] = [];
      for (let at = start; at < Math.min(start + PAGE, count); at += 1) {
        const one = await page(1, at + 1).catch((failure: unknown) => {
          if (!isFailureOfCore(failure)) throw failure;
          return [];
        });
        found.push(...one);
      }
      return found;
    });
    ids.push(...entries.flatMap((entry) => jsonText(entry['message_id']) ?? []));
  }
  return ids;
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

const isFailureOfCore = (error: unknown): boolean =>
  error instanceof DiagnosticError && error.diagnostic.code === 'target.failed';

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
  const command: Command = [...python.command, '-c'];
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
  const records = helperRecords(python.host, command, 'core_requests_helper.py', request, lines());
  for await (const record of records) {
    if (record['type'] !== 'refused') continue;
    refused.push({
      id: jsonText(record['id']) ?? '',
      why: jsonText(record['why']) ?? 'Core gave no reason',
    });
  }
  return refused;
}
