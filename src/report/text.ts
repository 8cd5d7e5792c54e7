// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { ListReport, SurveyedList } from '../model/report.js';
import { findingsText } from './findings.js';
import { verified } from './json.js';
import { textTable } from './table.js';

const blocks = (...parts: readonly string[]): string =>
  `${parts.filter((part) => part !== '').join('\n\n')}\n`;

const count = (value: number | null): string => (value === null ? '?' : String(value));

export function surveyText(lists: readonly SurveyedList[]): string {
  const table = textTable<SurveyedList>(
    [
      { title: 'list', cell: ({ name, fqdn }) => fqdn ?? name },
      { title: 'members', right: true, cell: ({ members }) => count(members) },
      { title: 'owners', right: true, cell: ({ owners }) => count(owners) },
      { title: 'moderators', right: true, cell: ({ moderators }) => count(moderators) },
      {
        title: 'messages',
        right: true,
        cell: ({ archive }) => (archive === null ? '-' : String(archive.messages)),
      },
      {
        title: 'mbox MB',
        right: true,
        cell: ({ archive }) => (archive === null ? '-' : (archive.bytes / 1e6).toFixed(1)),
      },
      { title: 'problems', right: true, cell: ({ problems }) => String(problems.length) },
    ],
    lists,
  );
  return blocks(table, findingsText(lists.flatMap(({ problems }) => problems)));
}

export function verifyText(reports: readonly ListReport[]): string {
  return blocks(
    ...reports.map((report) => {
      const checks = report.phases.flatMap((phase) => phase.checks ?? []);
      const head = `${report.fqdn}: ${verified(report) ? 'as it should be' : 'NOT as it should be'}`;
      const lines = checks.map(
        ({ id, ok, summary }) => `  ${ok ? 'ok  ' : 'FAIL'}  ${id}: ${summary}`,
      );
      return [head, ...lines, ...notChecks(report)].join('\n');
    }),
  );
}

/** Findings other than the failed checks, which stand in the list above already. */
function notChecks({ findings, phases }: ListReport): readonly string[] {
  if (phases.some(({ checks }) => checks !== undefined)) return [];
  return findings.length === 0 ? [] : [findingsText(findings)];
}

/** One line a list, then everything that somebody should read. */
export function runText(reports: readonly ListReport[], verbose: boolean): string {
  const names = [...new Set(reports.flatMap(({ phases }) => phases.map(({ phase }) => phase)))];
  const table = textTable<ListReport>(
    [
      { title: 'list', cell: ({ fqdn }) => fqdn },
      { title: 'outcome', cell: ({ outcome }) => outcome },
      ...names.map((name) => ({
        title: name,
        cell: ({ phases }: ListReport) => {
          const phase = phases.find((candidate) => candidate.phase === name);
          return phase === undefined ? '-' : `${phase.outcome} ${phase.seconds.toFixed(1)}s`;
        },
      })),
      { title: 'findings', right: true, cell: ({ findings }) => String(findings.length) },
    ],
    reports,
  );
  const findings = reports.flatMap((report) => report.findings);
  const shown = verbose ? findings : findings.filter(({ severity }) => severity !== 'info');
  const hidden = findings.length - shown.length;
  return blocks(
    table,
    findingsText(shown),
    hidden === 0 ? '' : `${hidden} notes more with --verbose or --json`,
  );
}

/** What went wrong before anything could be done. */
export function errorsText(errors: readonly Diagnostic[]): string {
  return `${findingsText(errors)}\n`;
}
