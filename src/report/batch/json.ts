// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchList, BatchReport } from '../../model/batch.js';
import type { JsonObject } from '../../model/json.js';
import { findingJson } from '../findings.js';
import { listJson, SCHEMA_VERSION } from '../json.js';

/** A batch as JSON: the keys of `migrate`, and what only a batch knows. Times are ISO 8601. */
export function batchJson(report: BatchReport): JsonObject {
  const { began, ended, window, closes, order, concurrency, stopped, command, leaveOut } = report;
  return {
    schemaVersion: SCHEMA_VERSION,
    began: instant(began),
    ended: instant(ended),
    window,
    closes: closes === null ? null : instant(closes),
    order,
    concurrency,
    stopped,
    command,
    leaveOut: leaveOut === null ? null : { ...leaveOut },
    lists: report.lists.map(batchListJson),
    rates: report.rates.map((rate) => ({ ...rate })),
    findings: report.findings.map(findingJson),
  };
}

function batchListJson(list: BatchList): JsonObject {
  const { phases, members, archiveBytes, order, estimate } = list;
  const { began, ended, retries, notBegun, command, months, redirects } = list;
  return {
    ...listJson(list),
    order,
    members,
    archiveBytes,
    began: began === null ? null : instant(began),
    ended: ended === null ? null : instant(ended),
    estimate,
    retries: retries.map((retry) => ({ ...retry })),
    notBegun: notBegun === null ? null : findingJson(notBegun),
    command,
    months: months === null ? null : months.map((month) => ({ ...month })),
    redirects: redirects === null ? null : redirects.map((kind) => ({ ...kind })),
    checks: phases.flatMap(({ checks }) =>
      (checks ?? []).map(({ id, ok, summary }) => ({ id, ok, summary })),
    ),
  };
}

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();
