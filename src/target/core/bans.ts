// SPDX-License-Identifier: GPL-3.0-or-later
import type { RestClient } from '../rest-client.js';

export function readBans(_rest: RestClient, _listId: string): Promise<readonly string[]> {
  return Promise.resolve([]);
}

export function addBan(_rest: RestClient, _listId: string, _ban: string): Promise<void> {
  throw new Error('nothing plans this yet');
}

export function removeBan(_rest: RestClient, _listId: string, _ban: string): Promise<void> {
  throw new Error('nothing plans this yet');
}
