// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { type CoreAttributes, fallsShort, movementOf } from '../../model/core-attributes.js';
import type { Json } from '../../model/json.js';
import type { Conflict } from '../../model/plan-report.js';
import { NOTHING_TO_DO, type PlanFacet } from './facet.js';

/**
 * Attributes that only Core's own Python can write. What Core counts itself is raised to where
 * Mailman 2 stood and never lowered; a value that somebody chose is compared three ways.
 */
export const planCoreAttributes: PlanFacet = (desired, observed, last, options) => {
  if (!options.reachesCore) return NOTHING_TO_DO;
  const found = observed?.coreAttributes ?? {};
  const findings: Diagnostic[] = [];
  const conflicts: Conflict[] = [];
  const attributes: Record<string, Json> = {};
  for (const [name, value] of Object.entries(desired.coreAttributes)) {
    if (!fallsShort(name, desired.coreAttributes, found)) continue;
    const ours =
      movementOf(name) !== 'setting' ||
      observed === null ||
      (last.coreAttributes[name] === undefined
        ? last.created
        : !fallsShort(name, last.coreAttributes, found));
    if (!ours) {
      conflicts.push({
        kind: 'other',
        what: name,
        role: null,
        lastApplied: last.coreAttributes[name] ?? null,
        observed: found[name] ?? null,
        desired: value,
        overruled: options.overwrite,
      });
    }
    if (ours || options.overwrite) attributes[name] = value;
    else findings.push(conflict(desired.sourceName, name, last.coreAttributes));
  }
  const names = Object.keys(attributes);
  if (names.length === 0) return { operations: [], findings, conflicts };
  return {
    operations: [
      {
        id: 'core-attributes',
        kind: 'set-core-attributes',
        attributes,
        summary: `set ${names.join(', ')} in Core's database`,
      },
    ],
    findings,
    conflicts,
  };
};

function conflict(list: string, name: string, last: CoreAttributes): Diagnostic {
  return {
    code: 'plan.attribute-conflict',
    severity: 'warning',
    list,
    attribute: name,
    summary: `${name} is left as it is in Mailman 3`,
    why:
      last[name] === undefined
        ? 'the list was in Mailman 3 before; Mailman 2 has another value'
        : 'it was changed in Mailman 3 since the last apply; Mailman 2 has another value',
    next: 'apply with --overwrite to give it the value of Mailman 2',
  };
}
