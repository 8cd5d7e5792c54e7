// SPDX-License-Identifier: GPL-3.0-or-later
import type { Check } from '../model/check.js';
import { counted } from '../model/counted.js';
import { isSameText } from '../model/list-template.js';
import type { DesiredList, ObservedList } from '../model/mailman3-list.js';

/** The text that Core uses for one of its templates; `trouble` says why there is none. */
interface TextInUse {
  readonly name: string;
  readonly text: string | null;
  readonly trouble: string | null;
}

/**
 * Texts of the list's own: whether Core uses them, and whether they stand in Postorius. No check
 * for a list that is to have none.
 */
export function templateChecks(
  desired: DesiredList,
  observed: ObservedList,
  used: readonly TextInUse[],
): readonly Check[] {
  if (desired.templates.length === 0) return [];
  const inUse = new Map(used.map((text) => [text.name, text]));
  const editable = new Set(
    observed.templates.filter(({ inPostorius }) => inPostorius).map(({ name }) => name),
  );
  const wrong = desired.templates.flatMap(({ name, text }) => {
    const found = inUse.get(name);
    const trouble =
      found?.text == null
        ? (found?.trouble ?? 'it is not there')
        : !isSameText(found.text, text)
          ? 'it is another text'
          : !editable.has(name)
            ? 'it is not in Postorius'
            : null;
    return trouble === null ? [] : [{ name, text, actual: found?.text ?? null, trouble }];
  });
  const total = desired.templates.length;
  return [
    {
      id: 'templates',
      ok: wrong.length === 0,
      expected:
        wrong.length === 0
          ? total
          : Object.fromEntries(wrong.map(({ name, text }) => [name, text])),
      actual:
        wrong.length === 0
          ? total
          : Object.fromEntries(wrong.map(({ name, actual }) => [name, actual])),
      summary:
        wrong.length === 0
          ? `${counted(total, 'template')} in use, and shown in Postorius`
          : `${wrong.length} of ${counted(total, 'template')} ${wrong.length === 1 ? 'is' : 'are'} not as wanted: ${wrong.map(({ name, trouble }) => `${name} (${trouble})`).join(', ')}`,
    },
  ];
}
