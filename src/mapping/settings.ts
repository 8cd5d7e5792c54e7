// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Json } from '../model/json.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { AttributeVerdict, SettingValue } from '../model/mailman3-list.js';
import { ATTRIBUTE_TABLE } from './attribute-table.js';
import { MAILMAN2_DEFAULTS } from './defaults.js';
import type { AttributeRow, MappingContext } from './row.js';

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
  for (const [attribute, source] of Object.entries(list.attributes).sort(byName)) {
    const row = ATTRIBUTE_TABLE.get(attribute);
    const verdict =
      row === undefined ? unknown(attribute, source) : judge(row, source, list, context);
    verdicts.push(verdict);
    if (verdict.target !== null && verdict.desired !== null) {
      settings[verdict.target] = verdict.desired;
      Object.assign(settings, row?.also?.(source, list));
    }
    const finding = findingFor(verdict, row, list.name);
    if (finding !== null) findings.push(finding);
  }
  for (const [attribute, value] of Object.entries(MAILMAN2_DEFAULTS)) {
    const row = ATTRIBUTE_TABLE.get(attribute);
    if (attribute in list.attributes || row === undefined) continue;
    const verdict = judge(row, value, list, context);
    if (verdict.target === null || verdict.desired === null || verdict.target in settings) continue;
    const reason = `the list is of an older release without it: the default of Mailman 2`;
    verdicts.push({ ...verdict, verdict: 'exact', source: null, reason });
    settings[verdict.target] = verdict.desired;
    Object.assign(settings, row.also?.(value, list));
  }
  return { settings, verdicts, findings };
}

const byName = ([a]: [string, Json], [b]: [string, Json]): number => (a < b ? -1 : 1);

function judge(
  row: AttributeRow,
  source: Json,
  list: Mailman2List,
  context: MappingContext,
): AttributeVerdict {
  const { attribute, verdict, target, reason } = row;
  const unused = row.unused?.(source, list) ?? false;
  if (row.convert === undefined) {
    return unused
      ? {
          attribute,
          verdict: 'exact',
          source,
          target,
          desired: null,
          reason: `not in use: ${reason}`,
        }
      : { attribute, verdict, source, target, desired: null, reason };
  }
  const converted = row.convert(source, list, context);
  if (converted.kind === 'lost') {
    return {
      attribute,
      verdict: 'unsupported',
      source,
      target,
      desired: null,
      reason: `${converted.why}; Mailman 3's default stays`,
    };
  }
  return {
    attribute,
    verdict: converted.note !== undefined ? 'approximate' : unused ? 'exact' : verdict,
    source,
    target,
    desired: converted.value,
    reason: converted.note ?? (unused ? 'same meaning' : reason),
  };
}

function unknown(attribute: string, source: Json): AttributeVerdict {
  return {
    attribute,
    verdict: 'unsupported',
    source,
    target: null,
    desired: null,
    reason: 'no release of Mailman 2 has this attribute: a local change or a plug-in set it',
  };
}

function findingFor(
  verdict: AttributeVerdict,
  row: AttributeRow | undefined,
  list: string,
): Diagnostic | null {
  if (verdict.verdict === 'exact' || verdict.verdict === 'internal') return null;
  const known = row !== undefined;
  return {
    code: known ? `mapping.${verdict.verdict}` : 'mapping.unknown-attribute',
    severity: verdict.verdict === 'approximate' || row?.harmless === true ? 'info' : 'warning',
    list,
    attribute: verdict.attribute,
    summary: `${verdict.attribute} is ${verdict.verdict === 'approximate' ? 'approximated' : 'not carried over'}`,
    why: verdict.reason,
    ...(row?.instead === undefined ? {} : { next: row.instead }),
  };
}
