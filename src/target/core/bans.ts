// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError, isTrouble } from '../../diagnostics.js';
import type { Command } from '../../host.js';
import { isJsonObject, jsonArray, jsonText } from '../../model/json.js';
import type { BanChange, Refused } from '../../plan/target-port.js';
import type { PythonCommand } from '../core.js';
import { helperRecords } from '../python-helper.js';
import type { RestClient } from '../rest-client.js';

const path = (listId: string): string => `lists/${encodeURIComponent(listId)}/bans`;

/** The list's own bans; those of the whole site are another resource. */
export async function readBans(rest: RestClient, listId: string): Promise<readonly string[]> {
  const found = await rest.get(path(listId));
  const entries = isJsonObject(found) ? jsonArray(found['entries']).filter(isJsonObject) : [];
  return entries.flatMap((entry) => jsonText(entry['email']) ?? []);
}

/**
 * Over REST as far as that goes. It does not lift a ban with a slash in it (the path ends there),
 * and does not add one whose own text another ban matches (mailman/rest/bans.py asks `is_banned`
 * first); those go through Core's own Python where the tool reaches it.
 */
export async function changeBans(
  rest: RestClient,
  python: PythonCommand | null,
  listId: string,
  { add, remove }: BanChange,
): Promise<readonly Refused<string>[]> {
  const refused: Refused<string>[] = [];
  const stubborn = remove.filter((ban) => ban.includes('/'));
  for (const ban of remove.filter((each) => !each.includes('/'))) await lift(rest, listId, ban);
  const covered: string[] = [];
  // Addresses first: a pattern that stands already would keep them out.
  const ordered = add.toSorted((a, b) => Number(a.startsWith('^')) - Number(b.startsWith('^')));
  for (const ban of ordered) {
    const refusal = await put(rest, listId, ban);
    if (refusal === null) continue;
    if (refusal.why?.includes('already banned') === true) covered.push(ban);
    else refused.push({ item: ban, finding: refusal });
  }
  const standing = new Set(covered.length === 0 ? [] : await readBans(rest, listId));
  const kept = covered.filter((ban) => !standing.has(ban));
  if (kept.length === 0 && stubborn.length === 0) return refused;
  if (python === null) {
    return [
      ...refused,
      ...stubborn.map((ban) => outOfReach(ban, 'lifted', 'its REST interface cannot name a slash')),
      ...kept.map((ban) => outOfReach(ban, 'added', 'another ban matches its text')),
    ];
  }
  const request = { do: 'bans', list: listId, add: kept, remove: stubborn };
  const command: Command = [...python.command, '-c'];
  for await (const record of helperRecords(python.host, command, 'core_helper.py', request)) {
    if (record['type'] === 'result') continue;
  }
  return refused;
}

async function lift(rest: RestClient, listId: string, ban: string): Promise<void> {
  try {
    await rest.send('DELETE', `${path(listId)}/${encodeURIComponent(ban)}`, null);
  } catch (error) {
    // Gone already: by a run that was cut off, or by hand.
    if (!(error instanceof DiagnosticError) || !error.diagnostic.summary.includes('answered 404'))
      throw error;
  }
}

/** Why Core would not take a ban; null where it did. */
async function put(rest: RestClient, listId: string, ban: string): Promise<Diagnostic | null> {
  try {
    await rest.send('POST', path(listId), { email: ban });
    return null;
  } catch (error) {
    if (!isTrouble(error, 'target.refused')) throw error;
    return {
      ...error.diagnostic,
      code: 'apply.ban-refused',
      severity: 'warning',
      summary: `Core refuses the ban ${ban}`,
      next: "enter it by hand under the list's bans in Postorius",
    };
  }
}

function outOfReach(ban: string, verb: string, why: string): Refused<string> {
  return {
    item: ban,
    finding: {
      code: `apply.ban-not-${verb}`,
      severity: 'warning',
      summary: `the ban ${ban} was not ${verb}`,
      why: `Core does not do it over REST: ${why}`,
      next: "set target: core: python, so that the tool reaches Core's host, and apply again",
    },
  };
}
