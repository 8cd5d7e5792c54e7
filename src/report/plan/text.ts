// SPDX-License-Identifier: GPL-3.0-or-later
import type { Conflict, PlannedListReport, PlanReport } from '../../model/plan-report.js';
import { type Paint, plain } from '../paint.js';
import { textTable } from '../table.js';
import { wrap } from '../wrap.js';
import { conflictRows, type Fact, listFacts, otherFindings, siteFacts } from './list-facts.js';
import type { Matter } from '../matters.js';
import { counted, minute, names, number } from '../words.js';
import { isHarmless, type Overview, overviewOf } from './overview.js';
import { presentable } from './presentable.js';
import { OUTCOMES, shown, stateOf, STATES } from './words.js';

export interface PlanTextOptions {
  /** Show memberships one by one. */
  readonly members: boolean;
  /** Show notes, too. */
  readonly verbose: boolean;
  /** Characters a line. */
  readonly width: number;
  readonly paint: Paint;
}

const DEFAULTS: PlanTextOptions = { members: false, verbose: false, width: 100, paint: plain };

// Of each kind of matter, so many are on the first page; the lists' own parts have them all.
const FIRST = 8;
const VALUE = 32;

/**
 * A plan for a terminal: first what a tired reader needs (how many lists, what to type next, what
 * stands in the way, what is to be decided, what is lost), then every list.
 */
export function planText(report: PlanReport, given: Partial<PlanTextOptions> = {}): string {
  const options = { ...DEFAULTS, ...given };
  // The reader of a terminal runs the migration: addresses in findings are needed there.
  const shownReport = presentable(report, { members: true });
  const overview = overviewOf(shownReport);
  const parts = [
    head(shownReport, overview, options),
    next(overview, options),
    ...(['blocked', 'decide', 'lost'] as const).map((concern) =>
      matters(TITLES[concern], overview.matters[concern], options),
    ),
    notes(overview, options),
    ...shownReport.lists.map((list) => listText(list, options)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const TITLES = {
  blocked: 'In the way',
  decide: 'To be decided',
  lost: 'Lost, approximated, or to do by hand',
} as const;

function head(report: PlanReport, overview: Overview, { paint, width }: PlanTextOptions): string {
  const title = `Plan for ${counted(report.lists.length, 'list')}; nothing was changed`;
  return [
    paint('bold', title),
    ...facts(
      [
        ['from', report.source],
        ['to', report.target],
        [
          'planned',
          `${minute(report.plannedAt)} by mm2to3 ${report.version}${report.overwrite ? ', with --overwrite' : ''}`,
        ],
      ],
      width,
    ),
    '',
    ...facts(siteFacts(overview), width),
  ].join('\n');
}

/** Facts as lines, their words below one another. */
function facts(all: readonly Fact[], width: number): readonly string[] {
  const room = Math.max(9, ...all.map(([name]) => name.length)) + 4;
  return all.map(
    ([name, words]) =>
      `  ${name.padEnd(room - 2)}${wrap(words, width - room, ' '.repeat(room)).trimStart()}`,
  );
}

function matters(title: string, all: readonly Matter[], options: PlanTextOptions): string {
  if (all.length === 0) return '';
  const { paint, width } = options;
  const lists = new Set(all.flatMap((matter) => matter.lists)).size;
  const ofSite = all.filter((matter) => matter.lists.length === 0).length;
  const lines = all.slice(0, ofSite + FIRST).flatMap((matter) => {
    const more = matter.uniform ? '' : ` (and ${number(matter.count - 1)} more like it)`;
    const where =
      matter.lists.length === 0 ? 'on the site as a whole' : `in ${names(matter.lists)}`;
    const said = wrap(`${matter.summary}${more}`, width - 2, '    ');
    return [
      `  ${said}`,
      paint('dim', `    ${wrap(where, width - 4, '    ')}`),
      ...(matter.next === null ? [] : [`    ${arrow(matter.next, width - 4, '    ')}`]),
    ];
  });
  const rest = all.length - ofSite - FIRST;
  if (rest > 0) lines.push(`  ${counted(rest, 'kind')} more; each stands with its list below`);
  const color = title === TITLES.blocked ? 'red' : 'yellow';
  return [
    paint(color, lists === 0 ? title : `${title} (${counted(lists, 'list')})`),
    ...lines,
  ].join('\n');
}

const arrow = (text: string, width: number, indent: string): string =>
  wrap(`→ ${text}`, width, `${indent}  `);

function notes({ matters: { note } }: Overview, { verbose }: PlanTextOptions): string {
  const total = note.reduce((sum, { count }) => sum + count, 0);
  if (total === 0 || verbose) return '';
  return `${counted(total, 'note')} about what needs nothing from you: with --verbose or --json`;
}

function next({ next: steps }: Overview, { paint, width }: PlanTextOptions): string {
  if (steps.length === 0) return '';
  return [
    paint('bold', 'What to do next'),
    ...steps.flatMap(({ why, command }) => [
      `  ${wrap(why, width - 2, '  ')}`,
      ...(command === null ? [] : [paint('green', `    ${command}`)]),
    ]),
  ].join('\n');
}

function listText(list: PlannedListReport, options: PlanTextOptions): string {
  const { paint, width } = options;
  const state = stateOf(list);
  const title = `${list.name} → ${list.fqdn}`;
  return [
    `${paint('bold', title)}: ${state === 'blocked' ? paint('red', STATES[state]) : STATES[state]}`,
    ...facts(listFacts(list), width),
    ...settingsText(list, options),
    ...conflictsText(list.conflicts, options),
    ...rosterText(list, options),
    ...findingsText(list, options),
  ].join('\n');
}

function settingsText(
  { settings }: PlannedListReport,
  { paint, width }: PlanTextOptions,
): readonly string[] {
  const approximated = settings.filter(({ verdict }) => verdict === 'approximate');
  const lost = settings.filter((row) => row.verdict === 'unsupported' && !isHarmless(row));
  const lines: string[] = [];
  if (approximated.length > 0) lines.push(paint('yellow', '  Approximated'));
  for (const row of approximated) {
    const values = `${shown(row.source, VALUE)} → ${shown(row.desired, VALUE)}`;
    lines.push(`    ${row.attribute}: ${values}`, `      ${wrap(row.reason, width - 6, '      ')}`);
    if (row.next !== null) lines.push(`      ${arrow(row.next, width - 6, '      ')}`);
  }
  if (lost.length > 0) lines.push(paint('yellow', '  Lost'));
  for (const row of lost) {
    lines.push(
      `    ${row.attribute}: ${shown(row.source, 2 * VALUE)}`,
      `      ${wrap(row.reason, width - 6, '      ')}`,
    );
    if (row.next !== null) lines.push(`      ${arrow(row.next, width - 6, '      ')}`);
  }
  return lines;
}

function conflictsText(
  conflicts: readonly Conflict[],
  { paint, width }: PlanTextOptions,
): readonly string[] {
  if (conflicts.length === 0) return [];
  const room = Math.max(2 * VALUE, width - 20);
  return [
    paint('yellow', '  Conflicts'),
    ...conflictRows(conflicts).flatMap((row) => [
      `    ${[row.role, row.what, row.option].filter((part) => part !== null).join(' ')} (${row.wins} wins)`,
      `      last applied  ${shown(row.lastApplied, room)}`,
      `      in Mailman 3  ${shown(row.observed, room)}`,
      `      in Mailman 2  ${shown(row.desired, room)}`,
    ]),
  ];
}

function rosterText({ members }: PlannedListReport, options: PlanTextOptions): readonly string[] {
  if (!options.members || members.length === 0) return [];
  const table = textTable(
    [
      { title: 'role', cell: ({ role }) => role },
      { title: 'what', cell: ({ outcome }) => OUTCOMES[outcome] },
      { title: 'address', cell: ({ address }) => address },
      {
        title: '',
        cell: ({ fields, reason }) =>
          [
            ...fields.map(
              ({ field, from, to }) => `${field}: ${shown(from, VALUE)} → ${shown(to, VALUE)}`,
            ),
            ...(reason === null ? [] : [reason]),
          ].join('; '),
      },
    ],
    members,
  );
  return ['  Members', ...table.split('\n').map((line) => `    ${line}`)];
}

function findingsText(
  list: PlannedListReport,
  { verbose, paint, width }: PlanTextOptions,
): readonly string[] {
  const findings = otherFindings(list, verbose);
  if (findings.length === 0) return [];
  const lines = findings.flatMap(({ severity, path, summary, why, next: todo }) => {
    const mark = severity === 'error' ? paint('red', 'error') : severity;
    const where = path === undefined ? '' : ` (${path})`;
    return [
      `    ${mark}: ${wrap(`${summary}${where}`, width - 6, '      ')}`,
      ...(why === undefined ? [] : [`      ${wrap(why, width - 6, '      ')}`]),
      ...(todo === undefined ? [] : [`      ${arrow(todo, width - 6, '      ')}`]),
    ];
  });
  return ['  Findings', ...lines];
}
