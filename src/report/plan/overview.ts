// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { Verdict } from '../../model/mailman3-list.js';
import type { MemberOutcome, PlannedListReport, PlanReport } from '../../model/plan-report.js';
import { type Concern, type Matter, mattersOf } from '../matters.js';
import type { NextStep } from '../next-step.js';
import { shellWord } from '../words.js';
import { type ListState, outcomes, stateOf } from './words.js';

/** Findings that a table of conflicts shows, too, with all three values. */
const IN_CONFLICTS =
  /^plan\.(attribute|header-matches|member|setting|template)-conflict$|^plan\.(ban-removed|member-left)$/;

export const isConflict = ({ code }: Diagnostic): boolean => IN_CONFLICTS.test(code);

/** The whole site in numbers, what asks for attention, and what to do next. */
export interface Overview {
  readonly states: Readonly<Record<ListState, number>>;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Of the unsupported attributes, those that nobody will miss. */
  readonly harmless: number;
  readonly members: Readonly<Record<MemberOutcome, number>>;
  readonly archives: {
    readonly mboxes: number;
    readonly bytes: number;
    /** Known messages, and how many mboxes they are of. */
    readonly messages: number;
    readonly counted: number;
    readonly pages: number;
  };
  readonly addresses: number;
  readonly conflicts: number;
  readonly matters: Readonly<Record<Concern, readonly Matter[]>>;
  readonly next: readonly NextStep[];
}

export function overviewOf(report: PlanReport): Overview {
  const { lists } = report;
  const states = { blocked: 0, new: 0, changed: 0, disputed: 0, unchanged: 0 };
  const verdicts = { exact: 0, approximate: 0, unsupported: 0, internal: 0 };
  const members = outcomes({ members: lists.flatMap((list) => list.members) });
  const archives = { mboxes: 0, bytes: 0, messages: 0, counted: 0, pages: 0 };
  let harmless = 0;
  let addresses = 0;
  for (const list of lists) {
    states[stateOf(list)] += 1;
    for (const setting of list.settings) {
      verdicts[setting.verdict] += 1;
      if (isHarmless(setting)) harmless += 1;
    }
    const { archive } = list;
    if (archive?.bytes != null) {
      archives.mboxes += 1;
      archives.bytes += archive.bytes;
      archives.counted += archive.prepared === null ? 0 : 1;
      archives.messages += archive.prepared?.messages ?? 0;
    }
    archives.pages += archive?.pages ?? 0;
    addresses += list.addresses?.total ?? 0;
  }
  const matters = mattersOf([...report.findings, ...lists.flatMap(({ findings }) => findings)]);
  return {
    states,
    verdicts,
    harmless,
    members,
    archives,
    addresses,
    conflicts: lists.reduce((sum, { conflicts }) => sum + conflicts.length, 0),
    matters,
    next: nextSteps(report, states),
  };
}

/** An attribute that is not carried over and that nobody will miss. */
export const isHarmless = ({ verdict, harmless }: PlannedListReport['settings'][number]): boolean =>
  verdict === 'unsupported' && harmless;

/** What to type next, in this order. */
function nextSteps(
  { lists, asked, overwrite }: PlanReport,
  states: Overview['states'],
): readonly NextStep[] {
  const words = asked.map(shellWord).join(' ');
  const command = (verb: string, options = ''): string =>
    ['mm2to3', verb, words, options].filter((part) => part !== '').join(' ');
  const steps: NextStep[] = [];
  if (states.blocked > 0) {
    steps.push({
      why: 'Mend what stands in the way, or leave those lists out; then plan again.',
      command: command('plan'),
    });
  }
  if (lists.some(({ conflicts }) => conflicts.some(({ overruled }) => !overruled))) {
    steps.push({
      why: "Decide on the conflicts. As planned, Mailman 3's values stay; for Mailman 2's values:",
      command: command('plan', '--overwrite'),
    });
  }
  const busy = states.new + states.changed;
  if (busy > 0) {
    steps.push({
      why:
        states.blocked > 0
          ? 'The other lists can go meanwhile; this can be stopped and started again at any time.'
          : 'Migrate; this can be stopped and started again at any time.',
      command: command('migrate', overwrite ? '--overwrite' : ''),
    });
  } else if (states.unchanged + states.disputed > 0) {
    steps.push({
      why:
        states.disputed > 0
          ? 'Nothing else is to be done. Bring over what is new in the archives, and compare:'
          : 'Settings and rosters are as wanted. Bring over what is new in the archives, and compare:',
      command: command('migrate'),
    });
  }
  if (lists.length === 0) {
    steps.push({ why: 'No list was meant. See what there is:', command: 'mm2to3 survey' });
  }
  return steps;
}
