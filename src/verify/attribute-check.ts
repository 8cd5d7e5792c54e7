// SPDX-License-Identifier: GPL-3.0-or-later
import type { Check } from '../model/check.js';
import { type CoreAttributes, fallsShort } from '../model/core-attributes.js';
import { counted } from '../model/counted.js';
import type { Json } from '../model/json.js';
import type { DesiredList, ObservedList } from '../model/mailman3-list.js';

/** What only Core's own Python shows; Core may have counted on. No check where nothing is wanted. */
export function attributeCheck(desired: DesiredList, observed: ObservedList): readonly Check[] {
  const names = Object.keys(desired.coreAttributes);
  if (names.length === 0) return [];
  const short = names.filter((name) =>
    fallsShort(name, desired.coreAttributes, observed.coreAttributes),
  );
  const pick = (from: CoreAttributes): Json =>
    short.length === 0
      ? names.length
      : Object.fromEntries(short.map((name) => [name, from[name] ?? null]));
  return [
    {
      id: 'core-attributes',
      ok: short.length === 0,
      expected: pick(desired.coreAttributes),
      actual: pick(observed.coreAttributes),
      summary:
        short.length === 0
          ? `${counted(names.length, 'attribute')} in Core's database as wanted`
          : `${short.length} of ${counted(names.length, 'attribute')} in Core's database ${short.length === 1 ? 'differs' : 'differ'}: ${short.join(', ')}`,
    },
  ];
}
