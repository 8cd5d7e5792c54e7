// SPDX-License-Identifier: GPL-3.0-or-later
import { isTrouble } from '../../diagnostics.js';
import type { HeaderMatch } from '../../model/header-match.js';
import { isJsonObject, jsonArray, jsonNumber, jsonText } from '../../model/json.js';
import type { ModerationAction } from '../../model/mailman3-list.js';
import type { Refused } from '../../plan/target-port.js';
import type { RestClient } from '../rest-client.js';

const path = (listId: string): string => `lists/${encodeURIComponent(listId)}/header-matches`;

/** In the order in which Core tries them. */
export async function readHeaderMatches(
  rest: RestClient,
  listId: string,
): Promise<readonly HeaderMatch[]> {
  const found = await rest.get(path(listId));
  const entries = isJsonObject(found) ? jsonArray(found['entries']).filter(isJsonObject) : [];
  return entries
    .toSorted((a, b) => (jsonNumber(a['position']) ?? 0) - (jsonNumber(b['position']) ?? 0))
    .map((entry) => ({
      header: jsonText(entry['header']) ?? '',
      pattern: jsonText(entry['pattern']) ?? '',
      action: jsonText(entry['action']) as ModerationAction | null,
    }));
}

/** Core appends only, so filters that differ from the first wanted ones make way for all. */
export async function setHeaderMatches(
  rest: RestClient,
  listId: string,
  matches: readonly HeaderMatch[],
): Promise<readonly Refused<HeaderMatch>[]> {
  const standing = await readHeaderMatches(rest, listId);
  const continued = standing.every((match, position) => {
    const wanted = matches[position];
    return (
      wanted?.header === match.header &&
      wanted.pattern === match.pattern &&
      wanted.action === match.action
    );
  });
  if (!continued) await rest.send('DELETE', path(listId), null);
  const refused: Refused<HeaderMatch>[] = [];
  for (const match of continued ? matches.slice(standing.length) : matches) {
    const { header, pattern, action } = match;
    try {
      await rest.send('POST', path(listId), {
        header,
        pattern,
        ...(action === null ? {} : { action }),
      });
    } catch (error) {
      if (!isTrouble(error, 'target.refused')) throw error;
      refused.push({
        item: match,
        finding: {
          ...error.diagnostic,
          code: 'apply.header-match-refused',
          severity: 'warning',
          summary: `Core refuses the header filter ${header}: ${pattern}`,
          next: "enter it by hand under the list's header filters in Postorius",
        },
      });
    }
  }
  return refused;
}
