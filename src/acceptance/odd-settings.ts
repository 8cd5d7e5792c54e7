// SPDX-License-Identifier: GPL-3.0-or-later
import { ATTRIBUTE_TABLE } from '../mapping/attribute-table.js';
import { mapSettings } from '../mapping/settings.js';
import type { Json } from '../model/json.js';
import type { Settings, SettingValue } from '../model/mailman3-list.js';
import type { Languages } from '../plan/target-port.js';
import { mailman2List, mappingContext } from '../testing/builders.js';

// What no form of Mailman 2 lets through, and its files can hold all the same.
const ODD: readonly Json[] = [
  ...[null, true, 0, 1, 2, 3, 4, -1, 0.5, 9, 40.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e300, '12'],
  ...[
    '',
    ' ',
    'one\ntwo\r\n',
    'a\0b',
    'a\ud800b',
    '\u{1f600} é',
    'a\u2028b\x85c\x1c',
    '7d',
    '1d5s',
  ],
  ...['%d', '[100%] ', '%(listname)s ${list_id} $$', '^', '^(?i)[A-Z]+@', 'Old@Example.ORG\n*@x'],
  ...['x'.repeat(20_000), '@', 'true', 'None', '"', "'; drop table mailinglist; --", 'fr', 'eo'],
  ...[[], [''], ['a', 'a', ' A '], ['\0', '\udfff'], ['x'.repeat(5_000)], [1, null, ['a']]],
  ...['^.*@example\\.org$', 'friend@example.org', '@other'].map((entry) => [entry]),
  ...[{}, { a: 1 }],
];

/**
 * Every value that the attribute table makes of odd ones, each at least once: one set of settings
 * after the other, all of them whole.
 */
export function oddSettings(languages: Languages): readonly Settings[] {
  const context = { ...mappingContext, languages: languages.known, siteLanguage: languages.site };
  const values = new Map<string, Map<string, SettingValue>>();
  for (const [attribute, { convert }] of ATTRIBUTE_TABLE) {
    if (convert === undefined) continue;
    for (const value of ODD) {
      const list = mailman2List({ attributes: { [attribute]: value } });
      for (const [name, desired] of Object.entries(mapSettings(list, context).settings)) {
        const found = values.get(name) ?? new Map<string, SettingValue>();
        values.set(name, found.set(JSON.stringify(desired), desired));
      }
    }
  }
  const most = Math.max(...[...values.values()].map(({ size }) => size));
  return Array.from({ length: most }, (_, turn) =>
    Object.fromEntries(
      [...values].map(([name, found]) => {
        const all = [...found.values()];
        return [name, all[turn % all.length] ?? ''];
      }),
    ),
  );
}
