// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlannedListReport, PlanReport } from '../../model/plan-report.js';
import { code, md, mdTable } from '../markdown-escape.js';
import { mattersMd, nextMd } from '../markdown-parts.js';
import { counted, minute } from '../words.js';
import { isHarmless, overviewOf } from './overview.js';
import { presentable } from './presentable.js';
import { conflictRows, listFacts, otherFindings, siteFacts } from './list-facts.js';
import { OUTCOMES, PRIVACY, shown, stateOf, STATES } from './words.js';

const VALUE = 60;

/** A plan for a ticket. Without `members` it holds no address of a person. */
export function planMarkdown(report: PlanReport, options: { readonly members: boolean }): string {
  const shownReport = presentable(report, options);
  const overview = overviewOf(shownReport);
  const { matters } = overview;
  const parts = [
    `<!-- mm2to3 plan -->\n# Plan for ${counted(report.lists.length, 'list')}`,
    `Nothing was changed. ${options.members ? PRIVACY.shown : PRIVACY.hidden}`,
    mdTable(
      ['', ''],
      [
        ['from', code(shownReport.source)],
        ['to', code(shownReport.target)],
        [
          'planned',
          `${minute(report.plannedAt)} by mm2to3 ${report.version}${report.overwrite ? ', with `--overwrite`' : ''}`,
        ],
        ...siteFacts(overview),
      ],
    ),
    ...mattersMd('In the way', matters.blocked),
    ...mattersMd('To be decided', matters.decide),
    ...mattersMd('Lost, approximated, or to do by hand', matters.lost),
    ...nextMd(overview.next),
    ...shownReport.lists.flatMap((list) => listMd(list, options)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function listMd(
  list: PlannedListReport,
  options: { readonly members: boolean },
): readonly string[] {
  const facts = listFacts(list);
  return [
    `## ${code(list.name)} → ${code(list.fqdn)}: ${STATES[stateOf(list)]}`,
    ...(facts.length === 0
      ? []
      : [
          mdTable(
            ['', ''],
            facts.map(([name, words]) => [name, md(words)]),
          ),
        ]),
    ...settingsMd(list),
    ...conflictsMd(list),
    ...(options.members ? rosterMd(list) : []),
    ...findingsMd(list),
  ];
}

function settingsMd({ settings }: PlannedListReport): readonly string[] {
  const rows = [
    ...settings.filter(({ verdict }) => verdict === 'approximate'),
    ...settings.filter((row) => row.verdict === 'unsupported' && !isHarmless(row)),
  ];
  if (rows.length === 0) return [];
  return [
    '### Settings that do not arrive as they are',
    mdTable(
      ['Attribute', 'Verdict', 'Mailman 2', 'Mailman 3', 'Why', 'What to do'],
      rows.map((row) => [
        code(row.attribute),
        row.verdict === 'approximate' ? 'approximated' : 'lost',
        code(shown(row.source, VALUE)),
        code(shown(row.desired, VALUE)),
        md(row.reason),
        md(row.next ?? '–'),
      ]),
    ),
  ];
}

function conflictsMd({ conflicts }: PlannedListReport): readonly string[] {
  if (conflicts.length === 0) return [];
  return [
    '### Conflicts',
    mdTable(
      ['What', 'Last applied', 'In Mailman 3', 'In Mailman 2', 'Wins'],
      conflictRows(conflicts).map(
        ({ role, what, option, lastApplied, observed, desired, wins }) => [
          [
            ...(role === null ? [] : [role]),
            code(what),
            ...(option === null ? [] : [code(option)]),
          ].join(' '),
          code(shown(lastApplied, VALUE)),
          code(shown(observed, VALUE)),
          code(shown(desired, VALUE)),
          wins,
        ],
      ),
    ),
  ];
}

function rosterMd({ members }: PlannedListReport): readonly string[] {
  if (members.length === 0) return [];
  return [
    '### Members',
    mdTable(
      ['Role', 'What', 'Address', 'Name', 'Details'],
      members.map(({ role, outcome, address, name, fields, reason }) => [
        role,
        OUTCOMES[outcome],
        code(address),
        md(name),
        [
          ...fields.map(
            ({ field, from, to }) =>
              `${code(field)}: ${code(shown(from, VALUE))} → ${code(shown(to, VALUE))}`,
          ),
          ...(reason === null ? [] : [md(reason)]),
        ].join('; '),
      ]),
    ),
  ];
}

function findingsMd(list: PlannedListReport): readonly string[] {
  const findings = otherFindings(list, false);
  if (findings.length === 0) return [];
  return [
    '### Findings',
    findings
      .map(({ severity, summary, why, next }) =>
        [
          `- **${severity}**: ${md(summary)}`,
          ...(why === undefined ? [] : [md(why)]),
          ...(next === undefined ? [] : [`→ ${md(next)}`]),
        ].join('  \n  '),
      )
      .join('\n'),
  ];
}
