// SPDX-License-Identifier: GPL-3.0-or-later
import type { CoreAttributes } from '../../model/core-attributes.js';
import { isJsonObject, type JsonObject, jsonText } from '../../model/json.js';
import type { Refused } from '../../plan/target-port.js';
import type { CoreSession } from '../core-session.js';

const HELPER = ['core_transaction.py', 'core_attributes_helper.py'];

/** Empty where Core's host is out of reach. */
export async function readCoreAttributes(
  core: CoreSession | null,
  listId: string,
): Promise<CoreAttributes> {
  if (core === null) return {};
  const records = await core.ask(HELPER, { do: 'read', list: listId });
  const found = records.find(({ type }) => type === 'attributes')?.['attributes'];
  return isJsonObject(found) ? found : {};
}

/** Sets attributes in one transaction; returns those that stay as they were. */
export async function setCoreAttributes(
  core: CoreSession | null,
  listId: string,
  attributes: CoreAttributes,
): Promise<readonly Refused<string>[]> {
  if (core === null) throw new Error('planned without a way to Core');
  const records = await core.ask(HELPER, { do: 'set', list: listId, attributes });
  return records.filter(({ type }) => type === 'refused').map(refusal);
}

function refusal(record: JsonObject): Refused<string> {
  const item = jsonText(record['attribute']) ?? '';
  return {
    item,
    finding: {
      code: 'target.refused',
      severity: 'warning',
      attribute: item,
      summary: `${item} stays as it is in Mailman 3`,
      why: jsonText(record['why']) ?? 'the helper gave no reason',
      next: 'mend the cause and run the same command again',
    },
  };
}
