// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Json } from '../model/json.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { AttributeVerdict, SettingValue } from '../model/mailman3-list.js';
import { ATTRIBUTE_TABLE } from './attribute-table.js';
import { MAILMAN2_DEFAULTS } from './defaults.js';
import type { AttributeRow, Kept, MappingContext } from './row.js';
import { storable } from './storable.js';

export interface MappedSettings {
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly verdicts: readonly AttributeVerdict[];
  readonly findings: readonly Diagnostic[];
}

/**
 * Passes judgement on every attribute of a list and computes the REST settings it is to have.
 * Nothing is left out: an attribute that the table does not know is a finding.
 */
export function mapSettings(list: Mailman2List, context: MappingContext): MappedSettings {
  const settings: Record<string, SettingValue> = {};
  const verdicts: AttributeVerdict[] = [];
  const findings: Diagnostic[] = [];
  const secrets = list.secrets.map((name): [string, Json] => [name, null]);
  for (const [attribute, source] of [...Object.entries(list.attributes), ...secrets].sort(byName)) {
    const row = ATTRIBUTE_TABLE.get(attribute);
    const { verdict, felt } =
      row === undefined ? unknown(attribute, source) : judge(row, source, list, context);
    verdicts.push(verdict);
    if (verdict.target !== null && verdict.desired !== null) {
      settings[verdict.target] = verdict.desired;
      Object.assign(settings, row?.also?.(source, list));
    }
    const finding = findingFor(verdict, row, felt, list.name);
    if (finding !== null) findings.push(finding);
  }
  for (const [attribute, value] of Object.entries(MAILMAN2_DEFAULTS)) {
    const row = ATTRIBUTE_TABLE.get(attribute);
    if (attribute in list.attributes || row === undefined) continue;
    const { verdict } = judge(row, value, list, context);
    if (verdict.target === null || verdict.desired === null || verdict.target in settings) continue;
    const reason = `the list is of an older release without it: the default of Mailman 2`;
    verdicts.push({ ...verdict, verdict: 'exact', source: null, reason });
    settings[verdict.target] = verdict.desired;
    Object.assign(settings, row.also?.(value, list));
  }
  return { settings, verdicts, findings };
}

const byName = ([a]: [string, Json], [b]: [string, Json]): number => (a < b ? -1 : 1);

interface Judged {
  readonly verdict: AttributeVerdict;
  /** Somebody will feel what was lost or changed. */
  readonly felt: boolean;
}

function judge(
  row: AttributeRow,
  source: Json,
  list: Mailman2List,
  context: MappingContext,
): Judged {
  const { attribute, target } = row;
  const unused = row.unused?.(source, list) ?? false;
  const fate = { attribute, source, target, desired: null } as const;
  if (row.convert === undefined) {
    if (unused) {
      const reason = `not in use: ${row.reason}`;
      return { verdict: { ...fate, verdict: 'exact', reason }, felt: false };
    }
    const { verdict, reason } = row;
    return { verdict: { ...fate, verdict, reason }, felt: row.harmless !== true };
  }
  const converted = row.convert(source, list, context);
  if (converted.kind === 'lost') {
    const reason = `${converted.why}; Mailman 3's default stays`;
    return { verdict: { ...fate, verdict: 'unsupported', reason }, felt: true };
  }
  const { value: desired, note, felt } = inDatabase(converted);
  const verdict = note !== undefined ? 'approximate' : unused ? 'exact' : row.verdict;
  const reason = note ?? (unused ? 'same meaning' : row.reason);
  return { verdict: { ...fate, verdict, desired, reason }, felt: felt === true };
}

function inDatabase(converted: Kept): Kept {
  const { value, changed } = storable(converted.value);
  if (!changed) return converted;
  const note = 'characters that no database keeps are left out';
  return {
    ...converted,
    value,
    note: converted.note === undefined ? note : `${converted.note}; ${note}`,
  };
}

function unknown(attribute: string, source: Json): Judged {
  return {
    verdict: {
      attribute,
      verdict: 'unsupported',
      source,
      target: null,
      desired: null,
      reason: 'no release of Mailman 2 has this attribute: a local change or a plug-in set it',
    },
    felt: true,
  };
}

function findingFor(
  verdict: AttributeVerdict,
  row: AttributeRow | undefined,
  felt: boolean,
  list: string,
): Diagnostic | null {
  if (verdict.verdict === 'exact' || verdict.verdict === 'internal') return null;
  const approximate = verdict.verdict === 'approximate';
  return {
    code: row === undefined ? 'mapping.unknown-attribute' : `mapping.${verdict.verdict}`,
    severity: felt ? 'warning' : 'info',
    list,
    attribute: verdict.attribute,
    summary: `${verdict.attribute} is ${approximate ? 'approximated' : 'not carried over'}`,
    why: verdict.reason,
    next: row?.instead ?? instead(verdict),
  };
}

function instead({ target }: AttributeVerdict): string {
  return target === null
    ? 'find out what it was for; whoever added it to Mailman 2 knows'
    : `look at ${target} in the settings of the list in Postorius`;
}
