// SPDX-License-Identifier: GPL-3.0-or-later
import type { JsonObject } from '../model/json.js';
import type { ListReport, SurveyedList } from '../model/report.js';
import { findingJson } from './findings.js';

/** Version of the JSON that every command prints; raised when a key changes its meaning or goes. */
export const SCHEMA_VERSION = 1;

const lists = (items: readonly JsonObject[]): JsonObject => ({
  schemaVersion: SCHEMA_VERSION,
  lists: items,
});

export function surveyJson(surveyed: readonly SurveyedList[]): JsonObject {
  return lists(
    surveyed.map(({ name, fqdn, members, owners, moderators, archive, problems }) => ({
      name,
      fqdn,
      members,
      owners,
      moderators,
      archive: archive === null ? null : { messages: archive.messages, bytes: archive.bytes },
      problems: problems.map(findingJson),
    })),
  );
}

export function verifyJson(reports: readonly ListReport[]): JsonObject {
  return lists(
    reports.map((report) => {
      const checks = report.phases.flatMap((phase) => phase.checks ?? []);
      return {
        name: report.name,
        fqdn: report.fqdn,
        ok: verified(report),
        checks: checks.map(({ id, ok, expected, actual, summary }) => ({
          id,
          ok,
          expected,
          actual,
          summary,
        })),
        findings: report.findings.map(findingJson),
      };
    }),
  );
}

/** Whether a list was verified and nothing was wrong. */
export function verified(report: ListReport): boolean {
  const checks = report.phases.flatMap((phase) => phase.checks ?? []);
  return report.outcome !== 'failed' && checks.length > 0 && checks.every(({ ok }) => ok);
}

export function runJson(reports: readonly ListReport[]): JsonObject {
  return lists(reports.map(listJson));
}

/** A list's part of what a run prints. */
export const listJson = ({ name, fqdn, outcome, phases, findings }: ListReport): JsonObject => ({
  name,
  fqdn,
  outcome,
  phases: phases.map((phase) => ({
    phase: phase.phase,
    outcome: phase.outcome,
    seconds: phase.seconds,
  })),
  findings: findings.map(findingJson),
});
