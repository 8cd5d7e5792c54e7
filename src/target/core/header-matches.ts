// SPDX-License-Identifier: GPL-3.0-or-later
import type { HeaderMatch } from '../../model/header-match.js';
import type { RestClient } from '../rest-client.js';

export function readHeaderMatches(
  _rest: RestClient,
  _listId: string,
): Promise<readonly HeaderMatch[]> {
  return Promise.resolve([]);
}

export function setHeaderMatches(
  _rest: RestClient,
  _listId: string,
  _matches: readonly HeaderMatch[],
): Promise<void> {
  throw new Error('nothing plans this yet');
}
