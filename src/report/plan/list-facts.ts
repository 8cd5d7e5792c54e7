// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { isJsonObject, type Json } from '../../model/json.js';
import type { Role, Verdict } from '../../model/mailman3-list.js';
import type { Conflict, PlannedListReport } from '../../model/plan-report.js';
import { isConflict, isHarmless, type Overview } from './overview.js';
import {
  addressWords,
  archiveWords,
  type ListState,
  outcomes,
  rosterWords,
  stages,
  STATES,
} from './words.js';
import { counted, number, size } from '../words.js';

/** What a report says in a line: the name of a fact, and its words. */
export type Fact = readonly [name: string, words: string];

/** The whole site, a line each. */
export function siteFacts(overview: Overview): readonly Fact[] {
  const { states, verdicts, harmless, members, archives, addresses } = overview;
  const lists = (Object.keys(STATES) as ListState[])
    .filter((state) => states[state] > 0)
    .map((state) => `${number(states[state])} ${STATES[state]}`);
  return [
    ['lists', lists.length === 0 ? 'none' : lists.join(', ')],
    ['settings', verdictWords(verdicts, harmless)],
    ['rosters', rosterWords(members)],
    ['archives', archivesWords(archives)],
    ['addresses', `${counted(addresses, 'old web address', 'old web addresses')} will lead on`],
  ];
}

/** One list, a line each: what is known of it, then what would be done, in its order. */
export function listFacts(list: PlannedListReport): readonly Fact[] {
  const { verdicts, harmless } = verdictsOf(list.settings);
  return [
    ...(list.settings.length === 0
      ? []
      : ([
          ['settings', verdictWords(verdicts, harmless)],
          ['rosters', rosterWords(outcomes(list))],
        ] as const)),
    ...(list.archive === null ? [] : [['archive', archiveWords(list.archive)] as const]),
    ...(list.addresses === null ? [] : [['addresses', addressWords(list.addresses)] as const]),
    ...stages(list.operations).map(({ title, steps }, at): Fact => [
      `${at + 1}. ${title.toLowerCase()}`,
      steps.join('; '),
    ]),
  ];
}

/** Verdicts of a list's attributes; `harmless` of them are unsupported and will not be missed. */
function verdictsOf(settings: PlannedListReport['settings']): {
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly harmless: number;
} {
  const verdicts = { exact: 0, approximate: 0, unsupported: 0, internal: 0 };
  for (const { verdict } of settings) verdicts[verdict] += 1;
  return { verdicts, harmless: settings.filter(isHarmless).length };
}

const verdictWords = (verdicts: Overview['verdicts'], harmless: number): string =>
  [
    `${number(verdicts.exact)} exact`,
    `${number(verdicts.approximate)} approximated`,
    `${number(verdicts.unsupported - harmless)} lost`,
    `${number(harmless + verdicts.internal)} not needed`,
  ].join(', ');

function archivesWords({
  mboxes,
  bytes,
  messages,
  counted: known,
  pages,
}: Overview['archives']): string {
  if (mboxes === 0 && pages === 0) return 'none';
  const open = mboxes - known;
  return [
    `${counted(mboxes, 'mbox', 'mboxes')} of ${size(bytes)}`,
    ...(known > 0
      ? [`${counted(messages, 'message')}${open > 0 ? ` in ${number(known)} of them` : ''}`]
      : []),
    ...(open > 0 ? [`${number(open)} not counted yet`] : []),
    counted(pages, 'message page'),
  ].join(', ');
}

/** One row of a table of conflicts: of a membership, one for each option that differs. */
export interface ConflictRow {
  readonly role: Role | null;
  readonly what: string;
  /** Of a membership; null where all of it is in dispute. */
  readonly option: string | null;
  readonly lastApplied: Json;
  readonly observed: Json;
  readonly desired: Json;
  readonly wins: string;
}

export function conflictRows(conflicts: readonly Conflict[]): readonly ConflictRow[] {
  return conflicts.flatMap<ConflictRow>(
    ({ kind, role, what, lastApplied, observed, desired, overruled }) => {
      const wins = overruled ? 'Mailman 2' : 'Mailman 3';
      const row = { role, what, option: null, wins };
      if (kind !== 'member') return [{ ...row, lastApplied, observed, desired }];
      const there = (value: Json): Json => (value === null ? null : 'subscribed');
      if (!isJsonObject(observed) || !isJsonObject(desired)) {
        const values = [lastApplied, observed, desired].map(there);
        const [last = null, now = null, wanted = null] = values;
        return [{ ...row, lastApplied: last, observed: now, desired: wanted }];
      }
      return Object.keys(desired).map((option) => ({
        ...row,
        option,
        lastApplied: isJsonObject(lastApplied) ? (lastApplied[option] ?? null) : null,
        observed: observed[option] ?? null,
        desired: desired[option] ?? null,
      }));
    },
  );
}

// What these say of an attribute is what its row says; other findings about it say more.
const VERDICTS: ReadonlySet<string> = new Set([
  'mapping.approximate',
  'mapping.unknown-attribute',
  'mapping.unsupported',
]);

/** Findings that neither the settings nor the conflicts of a list show already. */
export function otherFindings(
  { settings, conflicts, findings }: PlannedListReport,
  notes: boolean,
): readonly Diagnostic[] {
  const shownAsSetting = new Set(
    settings
      .filter((row) => row.verdict === 'approximate' || row.verdict === 'unsupported')
      .filter((row) => !isHarmless(row))
      .map(({ attribute }) => attribute),
  );
  return findings.filter((finding) => {
    const { code, attribute } = finding;
    if (VERDICTS.has(code) && attribute !== undefined && shownAsSetting.has(attribute))
      return false;
    if (conflicts.length > 0 && isConflict(finding)) return false;
    return notes || finding.severity !== 'info';
  });
}
