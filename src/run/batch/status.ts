// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchStatus, StatusList } from '../../model/batch-status.js';
import type { Workspace } from '../workspace.js';
import { batchFiles, type BatchPlan, type BatchProgress } from './batch-files.js';
import { BATCH_PHASES } from './estimates.js';
import { JOURNAL, type JournalEntry, readJournal } from './journal.js';

/** Where the batch of a workspace stands; null where there was none. Reads the workspace only. */
export async function batchStatus(workspace: Workspace): Promise<BatchStatus | null> {
  const folder = await workspace.batch();
  const files = batchFiles(folder);
  const plan = await files.plan();
  if (plan === null) return null;
  const running = await folder.isLocked();
  const told = await files.progress();
  const progress = told?.run === plan.run ? told : null;
  const lists: StatusList[] = [];
  for (const { name, fqdn, estimate } of plan.lists) {
    const list = await workspace.list(name);
    const entries = (await readJournal(list.path(JOURNAL))).filter(({ run }) => run === plan.run);
    lists.push(listStatus(name, fqdn ?? name, estimate, entries, running ? progress : null));
  }
  const ended = running ? null : ((await files.report())?.ended ?? null);
  const left = lists.some(({ state }) => state !== 'done');
  return {
    running,
    began: plan.run,
    ended: ended !== null && ended >= plan.run ? ended : null,
    at: progress?.at ?? plan.run,
    window: plan.window,
    closes: plan.closes,
    waits: running ? (progress?.waits ?? null) : null,
    secondsLeft: running ? (progress?.left ?? null) : secondsLeft(plan, lists),
    lists,
    command: running || !left ? null : plan.command,
  };
}

function listStatus(
  name: string,
  fqdn: string,
  estimate: number,
  entries: readonly JournalEntry[],
  progress: BatchProgress | null,
): StatusList {
  const phases = BATCH_PHASES.flatMap((phase) => {
    const found = entries.findLast((entry) => entry.event === 'phase' && entry.phase === phase);
    return found?.event === 'phase'
      ? [{ phase, outcome: found.outcome, seconds: found.seconds }]
      : [];
  });
  const last = entries.findLast(({ event }) => event === 'ended' || event === 'interrupted');
  const ended = last?.event === 'ended' ? last : null;
  const current = progress?.running.find((each) => each.name === name) ?? null;
  return {
    name,
    fqdn,
    state: stateOf(entries, ended, progress),
    outcome: ended?.outcome ?? null,
    estimate,
    phases,
    current:
      current === null || ended !== null
        ? null
        : {
            phase: current.phase,
            since: current.since,
            done: current.done ?? null,
            total: current.total ?? null,
            unit: current.unit ?? null,
          },
    retries: entries.filter(({ event }) => event === 'retry').length,
    errors: ended?.errors ?? [],
  };
}

function stateOf(
  entries: readonly JournalEntry[],
  ended: { readonly outcome: string } | null,
  progress: BatchProgress | null,
): StatusList['state'] {
  if (ended !== null) return ended.outcome === 'failed' ? 'failed' : 'done';
  if (entries.length === 0) return 'waiting';
  // Nobody works on it any more: the next run continues.
  return progress === null ? 'interrupted' : 'running';
}

/** By the estimates of the plan, one list after the other: more than lanes will need. */
function secondsLeft({ lists: planned }: BatchPlan, lists: readonly StatusList[]): number {
  const open = new Set(lists.filter(({ state }) => state !== 'done').map(({ name }) => name));
  return planned.reduce((sum, { name, estimate }) => (open.has(name) ? sum + estimate : sum), 0);
}
