// SPDX-License-Identifier: GPL-3.0-or-later
import { type Command, localHost } from '../../host.js';
import { type Json, type JsonObject, jsonText } from '../../model/json.js';
import { helperRecords } from '../../target/python-helper.js';

/** One value that Core's database holds of a list. */
export interface Fact {
  /** `setting`, a role, `ban`, `header match`, `template`, `held`, `waiting`. */
  readonly area: string;
  /** The setting, the address, the ban, … */
  readonly key: string;
  /** Which value of that one; the empty text where there is but one. */
  readonly field: string;
  readonly value: Json;
}

/** All facts of each list, by its posting address. */
export type CoreState = ReadonlyMap<string, readonly Fact[]>;

/** Everything that a Core holds of its lists. */
export async function dumpCore(python: Command): Promise<CoreState> {
  const lists = new Map<string, Fact[]>();
  for await (const record of run(python, { do: 'dump', list: '' })) {
    const list = jsonText(record['list']) ?? '';
    const facts = lists.get(list) ?? [];
    lists.set(list, facts);
    facts.push(record as unknown as Fact);
  }
  return lists;
}

/** A list for import21: the address that it is to have, and its config.pck. */
export interface ListToImport {
  readonly fqdn: string;
  readonly pickle: Uint8Array;
}

/**
 * Makes lists with `mailman create` and feeds them to `mailman import21`, as its manual says.
 * Returns for each the error that ended it, or null.
 */
export async function import21(
  python: Command,
  lists: readonly ListToImport[],
): Promise<ReadonlyMap<string, string | null>> {
  const request = {
    do: 'import',
    list: '',
    lists: lists.map(({ fqdn, pickle }) => ({
      fqdn,
      pickle: Buffer.from(pickle).toString('base64'),
    })),
  };
  const outcomes = new Map<string, string | null>();
  for await (const record of run(python, request)) {
    outcomes.set(jsonText(record['fqdn']) ?? '', jsonText(record['error']));
  }
  return outcomes;
}

const run = (
  python: Command,
  request: Parameters<typeof helperRecords>[3],
): AsyncIterable<JsonObject> =>
  helperRecords(
    localHost(),
    [...python, '-c'],
    '../src/acceptance/import21/core_state.py',
    request,
  );
