// SPDX-License-Identifier: GPL-3.0-or-later
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../model/json.js';
import type { Fact } from './core-state.js';

/** One value that differs between two lists; undefined on the side that does not have it. */
export interface Difference {
  readonly area: string;
  readonly key: string;
  /** `*` where one side lacks the whole of it: the member, the ban, … */
  readonly field: string;
  readonly ours: Json | undefined;
  readonly theirs: Json | undefined;
}

const entryOf = ({ area, key }: Fact): string => JSON.stringify([area, key]);

/** Every field in which two lists differ; what one of them lacks as a whole is one difference. */
export function differences(ours: readonly Fact[], theirs: readonly Fact[]): readonly Difference[] {
  const found: Difference[] = [];
  const left = grouped(ours);
  const right = grouped(theirs);
  for (const entry of new Set([...left.keys(), ...right.keys()])) {
    const [area, key] = JSON.parse(entry) as [string, string];
    const mine = left.get(entry);
    const other = right.get(entry);
    if (mine === undefined || other === undefined) {
      found.push({ area, key, field: '*', ours: whole(mine), theirs: whole(other) });
      continue;
    }
    for (const field of new Set([...mine.keys(), ...other.keys()])) {
      const [a, b] = [mine.get(field), other.get(field)];
      if (!isDeepStrictEqual(a, b)) found.push({ area, key, field, ours: a, theirs: b });
    }
  }
  return found;
}

function grouped(facts: readonly Fact[]): ReadonlyMap<string, ReadonlyMap<string, Json>> {
  const entries = new Map<string, Map<string, Json>>();
  for (const fact of facts) {
    const fields = entries.get(entryOf(fact)) ?? new Map<string, Json>();
    entries.set(entryOf(fact), fields.set(fact.field, fact.value));
  }
  return entries;
}

const whole = (fields: ReadonlyMap<string, Json> | undefined): Json | undefined =>
  fields === undefined ? undefined : Object.fromEntries(fields);
