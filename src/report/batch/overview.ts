// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { BatchList, BatchReport, BatchStop, LeaveOut, MonthCount } from '../../model/batch.js';
import type { ListOutcome } from '../../model/report.js';
import { type Concern, CONCERNS, type Matter, mattersOf, type ShownConcern } from '../matters.js';
import type { NextStep } from '../next-step.js';
import { eachText, oneLine, withoutAddresses } from '../private-texts.js';
import { visible } from '../visible.js';
import { counted, names, shellWord } from '../words.js';

/** What became of a list, as a reader sees it: a list that had no turn is not one that was skipped. */
export type BatchState =
  'failed' | 'wrong' | 'waiting' | 'findings' | 'migrated' | 'unchanged' | 'skipped';

/** The states in words, what asks for attention first. */
export const BATCH_STATES: Readonly<Record<BatchState, string>> = {
  failed: 'failed',
  wrong: 'not as it should be',
  waiting: 'not begun',
  findings: 'migrated, with findings',
  migrated: 'migrated',
  unchanged: 'nothing new',
  skipped: 'skipped',
};

const STATE_OF: Readonly<Record<ListOutcome, BatchState>> = {
  failed: 'failed',
  findings: 'findings',
  migrated: 'migrated',
  unchanged: 'unchanged',
  skipped: 'skipped',
};

export function batchStateOf(list: BatchList): BatchState {
  if (list.notBegun !== null) return 'waiting';
  if (list.outcome !== 'failed' && wrongChecks(list).length > 0) return 'wrong';
  return STATE_OF[list.outcome];
}

const ATTENTION: readonly BatchState[] = ['failed', 'wrong', 'waiting'];

/** Lists in the order of the batch, but those first that ask for attention. */
export function byAttention(lists: readonly BatchList[]): readonly BatchList[] {
  const rank = (list: BatchList): number => {
    const at = ATTENTION.indexOf(batchStateOf(list));
    return at < 0 ? ATTENTION.length : at;
  };
  return lists.toSorted((a, b) => rank(a) - rank(b));
}

/** Ids of the checks of its verification that failed. */
export const wrongChecks = ({ phases }: BatchList): readonly string[] =>
  phases.flatMap(({ checks }) => checks ?? []).flatMap(({ id, ok }) => (ok ? [] : [id]));

/** What a reader of a batch should know of, by why. */
export const BATCH_CONCERNS: Readonly<Record<ShownConcern, string>> = {
  ...CONCERNS,
  blocked: 'What went wrong',
};

/** Seconds that a list took, over all of its phases. */
export const secondsOf = ({ phases }: Pick<BatchList, 'phases'>): number =>
  phases.reduce((sum, { seconds }) => sum + seconds, 0);

/** Old addresses of a list that lead on; null where its redirects were not written. */
export const addressesOf = ({ redirects }: BatchList): number | null =>
  redirects === null ? null : redirects.reduce((sum, { addresses }) => sum + addresses, 0);

/** Messages on both sides, over all months. */
export interface MessageCount {
  readonly old: number;
  readonly new: number;
  /** Of the old side's, month by month, those that the new side has not. */
  readonly missing: number;
}

export function messagesOf(months: readonly MonthCount[]): MessageCount {
  const sum = { old: 0, new: 0, missing: 0 };
  for (const month of months) {
    sum.old += month.old;
    sum.new += month.new;
    sum.missing += Math.max(0, month.old - month.new);
  }
  return sum;
}

/** The batch in numbers, what asks for attention, and what to do next. */
export interface BatchOverview {
  readonly states: Readonly<Record<BatchState, number>>;
  readonly messages: MessageCount;
  /** Lists whose archives were compared. */
  readonly compared: number;
  readonly members: number;
  readonly addresses: number;
  /** Old addresses that lead to the very message or file. */
  readonly exact: number;
  readonly retries: number;
  readonly checks: { readonly all: number; readonly wrong: number };
  readonly matters: Readonly<Record<Concern, readonly Matter[]>>;
  readonly next: readonly NextStep[];
}

export function batchOverview(report: BatchReport): BatchOverview {
  const { lists } = report;
  const states = {
    failed: 0,
    wrong: 0,
    waiting: 0,
    findings: 0,
    migrated: 0,
    unchanged: 0,
    skipped: 0,
  };
  const checks = { all: 0, wrong: 0 };
  let [members, addresses, exact, retries] = [0, 0, 0, 0];
  for (const list of lists) {
    states[batchStateOf(list)] += 1;
    // What was not begun has brought nobody over.
    if (list.notBegun === null) members += list.members;
    retries += list.retries.length;
    for (const kind of list.redirects ?? []) {
      addresses += kind.addresses;
      exact += kind.exact;
    }
    checks.all += list.phases.flatMap((phase) => phase.checks ?? []).length;
    checks.wrong += wrongChecks(list).length;
  }
  const archives = lists.flatMap((list) => (list.months === null ? [] : [list.months]));
  return {
    states,
    messages: messagesOf(archives.flat()),
    compared: archives.length,
    members,
    addresses,
    exact,
    retries,
    checks,
    // That a list had no turn is no loss; it stands with the lists and in what to do next.
    matters: mattersOf([
      ...report.findings,
      ...lists.flatMap(({ findings, notBegun }) =>
        findings.filter(({ code }) => code !== notBegun?.code),
      ),
    ]),
    next: nextSteps(report, states),
  };
}

const STOPS: Readonly<Record<BatchStop, string>> = {
  window: 'the window closed',
  SIGINT: 'somebody stopped it',
  SIGTERM: 'it was told to end',
  trouble: 'it could not go on',
};

/** Why it ended early, as a half sentence; null where every list had its turn. */
export const stopWords = ({ stopped }: BatchReport): string | null =>
  stopped === null ? null : STOPS[stopped];

function nextSteps(report: BatchReport, states: BatchOverview['states']): readonly NextStep[] {
  const { lists, command, typed, program, leaveOut } = report;
  const steps: NextStep[] = [];
  const one = (count: number, words: string): string => `${counted(count, 'list')} ${words}`;
  const stop = stopWords(report);
  if (states.failed > 0) {
    steps.push({
      why: `${one(states.failed, 'failed')}. What went wrong is told with what to do about it; once that is mended, try again:`,
      command,
    });
  }
  if (leaveOut !== null) steps.push(leaveOutStep(leaveOut));
  if (states.waiting > 0 || stop !== null) {
    steps.push({
      why: `${one(states.waiting, 'had no turn')}${stop === null ? '' : `, since ${stop}`}. ${states.failed > 0 ? 'The same command goes' : 'This goes'} on where it ended${states.failed > 0 ? '.' : ':'}`,
      command: states.failed > 0 ? null : command,
    });
  } else if (command !== null && states.failed === 0) {
    steps.push({ why: 'Something is left to do. This goes on with it:', command });
  }
  if (states.wrong > 0) {
    const wrong = lists
      .filter((list) => batchStateOf(list) === 'wrong')
      .map(({ name }) => shellWord(name))
      .join(' ');
    steps.push({
      why: `${one(states.wrong, 'did not pass verification')}. To see each check:`,
      command: `${program} verify ${wrong}`,
    });
  }
  if (states.findings > 0) {
    steps.push({
      why: 'Read what was lost, approximated or is to be done by hand, and tell the owners of the lists what concerns them.',
      command: null,
    });
  }
  const sound = states.findings + states.migrated + states.unchanged;
  if (sound > 0 && states.failed + states.waiting + states.wrong === 0) {
    steps.push({
      why: 'Every list is brought over. Before the switch, bring over what came meanwhile and compare both sides afresh:',
      command: typed,
    });
  }
  return steps;
}

/** A list that no repetition brings over would keep a batch from ever ending well. */
function leaveOutStep({ lists, line, file, replaces }: LeaveOut): NextStep {
  const them = `${counted(lists.length, 'list')} cannot be read (${names(lists)}) and ${lists.length === 1 ? 'fails' : 'fail'} each time until ${lists.length === 1 ? 'it is' : 'they are'} mended on the old server.`;
  if (line === null) return { why: `${them} To go on without, do not name them.`, command: null };
  const where = replaces ? 'in the place of the exclude: that stands under lists' : 'under lists';
  return { why: `${them} To go on without, write this into ${file}, ${where}:`, command: line };
}

/** A finding whose commands can be typed as they stand. */
const typeable = (finding: Diagnostic, program: string): Diagnostic =>
  finding.next === undefined
    ? finding
    : { ...finding, next: finding.next.replaceAll(/\bmm2to3 (?=[a-z])/g, () => `${program} `) };

/**
 * A batch as people may see it: nothing in it moves a cursor or turns the direction of writing, and
 * no address of a person is left in it. Posting addresses of lists stay.
 */
export function presentableBatch(report: BatchReport): BatchReport {
  const ofLists = new Set(report.lists.map(({ fqdn }) => fqdn.toLowerCase()));
  const shown = eachText(report, (text) => visible(withoutAddresses(text, ofLists)));
  // A command must work as it stands: an account on the old server is nobody's address.
  const [program, typed] = [oneLine(report.program), oneLine(report.typed)];
  const findings = (all: readonly Diagnostic[]): readonly Diagnostic[] =>
    all.map((finding) => typeable(finding, program));
  return {
    ...shown,
    program,
    typed,
    command: report.command === null ? null : oneLine(report.command),
    findings: findings(shown.findings),
    lists: shown.lists.map((list, at) => ({
      ...list,
      // A name may look like anybody's address.
      name: oneLine(report.lists[at]?.name ?? ''),
      fqdn: oneLine(list.fqdn),
      findings: findings(list.findings),
      phases: list.phases.map((phase) => ({ ...phase, findings: findings(phase.findings) })),
    })),
  };
}
