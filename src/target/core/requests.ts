// SPDX-License-Identifier: GPL-3.0-or-later
import type { ObservedRequests } from '../../model/mailman3-list.js';
import type { ModerationRequests } from '../../model/moderation-request.js';
import type { PythonCommand } from '../core.js';
import type { RestClient } from '../rest-client.js';

export function readRequests(_rest: RestClient, _listId: string): Promise<ObservedRequests> {
  return Promise.resolve({ held: [], membership: [] });
}

export function addRequests(
  _python: PythonCommand | null,
  _listId: string,
  _requests: ModerationRequests,
): Promise<void> {
  throw new Error('nothing plans this yet');
}
