// SPDX-License-Identifier: GPL-3.0-or-later
import type { JsonObject } from '../../model/json.js';
import type { PlannedListReport, PlanReport } from '../../model/plan-report.js';
import { findingJson } from '../findings.js';
import { SCHEMA_VERSION } from '../json.js';

/**
 * All of a plan, for other programs: the one form in which nothing is cut short or left out. It
 * has no time in it, so that two plans of the same state are equal.
 */
export function planJson(report: PlanReport): JsonObject {
  return {
    schemaVersion: SCHEMA_VERSION,
    source: report.source,
    target: report.target,
    overwrite: report.overwrite,
    lists: report.lists.map(listJson),
    ...(report.findings.length === 0 ? {} : { siteFindings: report.findings.map(findingJson) }),
  };
}

function listJson(list: PlannedListReport): JsonObject {
  const { name, fqdn, failed, exists, archive, addresses, roster } = list;
  return {
    name,
    fqdn,
    failed,
    exists,
    settings: list.settings.map((setting) => ({
      attribute: setting.attribute,
      verdict: setting.verdict,
      source: setting.source,
      target: setting.target,
      desired: setting.desired,
      observed: setting.observed,
      lastApplied: setting.lastApplied,
      change: setting.change,
      reason: setting.reason,
      next: setting.next,
    })),
    roster: { add: roster.add, change: roster.change, keep: roster.keep, remove: roster.remove },
    members: list.members.map((member) => ({
      role: member.role,
      address: member.address,
      name: member.name,
      outcome: member.outcome,
      fields: member.fields.map(({ field, from, to }) => ({ field, from, to })),
      reason: member.reason,
    })),
    archive:
      archive === null
        ? null
        : {
            policy: archive.policy,
            bytes: archive.bytes,
            pages: archive.pages,
            prepared:
              archive.prepared === null
                ? null
                : {
                    messages: archive.prepared.messages,
                    kept: archive.prepared.kept,
                    repaired: archive.prepared.repaired,
                  },
            held: archive.held,
            missing: archive.missing,
          },
    addresses:
      addresses === null
        ? null
        : { total: addresses.total, matched: addresses.matched, kinds: { ...addresses.kinds } },
    conflicts: list.conflicts.map((conflict) => ({
      kind: conflict.kind,
      what: conflict.what,
      role: conflict.role,
      lastApplied: conflict.lastApplied,
      observed: conflict.observed,
      desired: conflict.desired,
      overruled: conflict.overruled,
    })),
    operations: list.operations.map(({ id, kind, summary }) => ({ id, kind, summary })),
    findings: list.findings.map(findingJson),
  };
}
