// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { BatchList, BatchReport, BatchStop } from '../../model/batch.js';
import { batchRates } from './measured-rates.js';
import type { BatchRequest } from './request.js';
import { batchLists, INTERRUPTED, type Tracked } from './tracked-list.js';

/** What is known of a batch when it ends. */
interface Ended {
  readonly began: number;
  readonly ended: number;
  readonly closes: number | null;
  /** Why it began nothing more; null where nothing made it end. */
  readonly why: BatchStop | null;
  readonly lists: readonly Tracked[];
  readonly findings: readonly Diagnostic[];
}

/** The report of a batch, once nothing runs any more. */
export function batchReport(
  { order, concurrency, window, command, program, commandFor, leaveOut }: BatchRequest,
  { began, ended, closes, why, lists: all, findings }: Ended,
): BatchReport {
  const left = all.filter((list) => list.began === null);
  const stopped = why ?? (left.length > 0 ? 'window' : null);
  for (const list of left) list.notBegun = notBegun(list, stopped ?? 'window', closes);
  const lists = all.flatMap((list) => batchLists(list, commandFor));
  const hopeless = lists.filter(isUnreadable).map(({ name }) => name);
  const open = lists.some(
    (list) =>
      list.outcome === 'failed' ||
      list.notBegun !== null ||
      list.findings.some(({ code }) => code === INTERRUPTED),
  );
  return {
    began,
    ended,
    window: window?.text ?? null,
    closes,
    order,
    concurrency,
    lists,
    rates: batchRates(lists),
    stopped: open ? stopped : null,
    findings,
    command: open ? command : null,
    typed: command,
    program,
    leaveOut: hopeless.length === 0 ? null : leaveOut(hopeless),
  };
}

/** What the old site says of a list that stays as it is, however often it is asked. */
const UNREADABLE =
  /^source\.(?:list-(?:unreadable|empty-folder|outside-root|failed)|archive-outside-root|extend-present)$/;

const isUnreadable = ({ phases }: BatchList): boolean =>
  phases.some(
    ({ phase, outcome, findings }) =>
      phase === 'export' &&
      outcome === 'failed' &&
      findings.some(({ code }) => UNREADABLE.test(code)),
  );

function notBegun({ entry, estimate }: Tracked, why: BatchStop, closes: number | null): Diagnostic {
  const takes = `about ${Math.max(1, Math.round(estimate / 60))} min by the rates of this machine`;
  return {
    code: 'batch.not-begun',
    severity: 'warning',
    list: entry.name,
    summary: 'the list was not begun',
    why:
      why === 'window'
        ? `it takes ${takes}, and would not have ended by ${new Date(closes ?? 0).toLocaleString()}`
        : why === 'trouble'
          ? `the batch ended early: see what is said of it as a whole; the list takes ${takes}`
          : `the batch was stopped by ${why}; the list takes ${takes}`,
    next: 'run the same command again: it goes on with what is left',
  };
}
