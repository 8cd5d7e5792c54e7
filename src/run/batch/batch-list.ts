// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { ListReport, PhaseName, PhaseReport } from '../../model/report.js';
import { failureFindings, type ListUnit } from '../each-list.js';
import { indexArchive } from '../index-archive.js';
import { archiveStep, prepareStep } from '../list-archive.js';
import { listOutcome, type PhaseResult } from '../phase.js';
import type { Ports } from '../ports.js';
import type { Lanes } from '../queue.js';
import { partReport } from '../run-lists.js';
import { applyStep, exportStep, redirectsStep, type RunSettings, verifyStep } from '../steps.js';
import type { IndexRounds } from './index-rounds.js';
import { LANE_OF, type LaneName } from './lanes.js';
import { inPhaseOrder, type Tracked } from './tracked-list.js';
import { retried, type Retrying } from './transient.js';

/** Thrown where a list goes no further because the batch is to end. */
export class Stopped extends Error {}

/** What the lists of a batch share. */
export interface BatchContext {
  readonly ports: Ports;
  readonly settings: RunSettings;
  readonly lanes: Lanes<LaneName>;
  readonly rounds: IndexRounds;
  readonly steady: () => number;
  /** Aborted when nothing is to be begun any more. */
  readonly signal: AbortSignal;
  readonly retrying: Pick<Retrying, 'waits' | 'sleep'>;
  /** Why the web server did not take the new redirects, where it did not. */
  readonly webTrouble: () => Diagnostic | null;
  readonly book: BatchBook;
}

/** Is told what happens, after it happened. */
export interface BatchBook {
  begun(list: Tracked): Promise<void>;
  phase(list: Tracked, report: PhaseReport): Promise<void>;
  retry(list: Tracked, phase: PhaseName, failure: Diagnostic): Promise<void>;
  ended(list: Tracked): Promise<void>;
  /** A list needs no room for its rosters any more: the next one can be read. */
  light(list: Tracked): void;
  /** The system refused to write. */
  trouble(error: unknown): void;
}

/**
 * Takes one list through all of its phases, each in its lane, and sets its reports; whatever
 * happens to it is its own. Throws bugs.
 */
export async function batchList(
  unit: ListUnit,
  list: Tracked,
  context: BatchContext,
): Promise<void> {
  const { ports, settings, rounds, book } = context;
  const { name } = unit.list;
  const unlocks: (() => Promise<void>)[] = [];
  try {
    await book.begun(list);
    const phase = <Value>(
      of: PhaseName,
      work: () => Promise<PhaseResult<Value>>,
      lane = LANE_OF[of],
    ) => context.lanes(lane, () => timed(list, of, work, context));
    const job = await phase('export', async () => {
      const result = await exportStep(unit, ports, settings);
      unlocks.push(result.value.unlock);
      return result;
    });
    const steps: readonly (readonly [PhaseName, () => Promise<PhaseResult<unknown>>])[] =
      job === null
        ? []
        : [
            ['apply', () => applyStep(job, ports, settings)],
            ['archive', () => archiveStep(job, ports, settings)],
            ['redirects', () => redirectsStep(job, ports, settings)],
          ];
    for (const [of, work] of steps) {
      if (hasFailed(list)) break;
      // Preparing is this process's own work, and need not wait for HyperKitty.
      if (of === 'archive' && job !== null)
        await phase('archive', () => prepareStep(job, ports), 'read');
      if (!hasFailed(list)) await phase(of, work);
    }
    book.light(list);
    if (job !== null && !hasFailed(list)) {
      await indexPhase(list, job.desired, context);
      if (!hasFailed(list)) await phase('verify', () => verifyStep(job, ports, settings));
    }
    list.reports = reportsOf(unit, list, job?.desired.fqdnListname ?? unit.list.fqdn);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    list.interrupted = true;
  } finally {
    book.light(list);
    rounds.look();
    for (const unlock of unlocks) await unlock();
  }
  ports.progress({ list: name, phase: 'batch', text: list.reports?.[0]?.outcome ?? 'stopped' });
  await book.ended(list);
}

const hasFailed = ({ phases }: Tracked): boolean =>
  phases.some(({ outcome }) => outcome === 'failed');

function reportsOf(unit: ListUnit, list: Tracked, fqdn: string): readonly ListReport[] {
  const phases = inPhaseOrder(list.phases);
  const findings = phases.flatMap((phase) => phase.findings);
  const whole = { name: unit.list.name, fqdn, outcome: listOutcome(phases), phases, findings };
  if (unit.merged.length === 0) return [whole];
  return [unit.list, ...unit.merged].map((part) => partReport(whole, part));
}

/** One phase, repeated while its trouble is of the kind that passes. */
async function timed<Value>(
  list: Tracked,
  phase: PhaseName,
  work: () => Promise<PhaseResult<Value>>,
  context: BatchContext,
  share: () => number | undefined = () => undefined,
): Promise<Value | null> {
  const { ports, book, signal, retrying, steady } = context;
  const { name } = list.entry;
  if (signal.aborted) throw new Stopped();
  const began = steady();
  list.current = { phase, since: ports.now(), event: null };
  ports.progress({ list: name, phase, text: 'begins' });
  const note: Retrying['note'] = async (failure, attempt, waited) => {
    const { code, summary } = failure;
    list.retries.push({ phase, attempt, code, summary, waited });
    ports.progress({ list: name, phase, text: `tries again in ${waited} s: ${summary}` });
    await book.retry(list, phase, failure);
  };
  const { value, ...result } = await retried(work, { ...retrying, signal, note }).catch(
    (error: unknown) => {
      // Ctrl-C reaches the helpers too: what they say then is no failure of the list.
      if (signal.aborted) throw new Stopped();
      book.trouble(error);
      return { outcome: 'failed' as const, findings: failureFindings(error, name), value: null };
    },
  );
  const seconds = Math.round((share() ?? (steady() - began) / 1000) * 1000) / 1000;
  await settle(list, phase, seconds, result, context);
  return value;
}

/** Keeps what a phase came to. Preparing and importing are one phase to everybody else. */
async function settle(
  list: Tracked,
  phase: PhaseName,
  seconds: number,
  result: Omit<PhaseResult<unknown>, 'value'>,
  { ports, book }: BatchContext,
): Promise<void> {
  const at = list.phases.findIndex((each) => each.phase === phase);
  const before = at < 0 ? undefined : list.phases[at];
  const report = { phase, ...result, seconds: seconds + (before?.seconds ?? 0) };
  const half = phase === 'archive' && before === undefined && result.outcome !== 'failed';
  if (at < 0) list.phases.push(report);
  else list.phases[at] = report;
  list.current = null;
  ports.progress({ list: list.entry.name, phase, text: result.outcome });
  if (!half) await book.phase(list, report);
}

/** Its lane is the rounds' own. */
async function indexPhase(
  list: Tracked,
  desired: Parameters<typeof indexArchive>[0],
  context: BatchContext,
): Promise<void> {
  const { ports, rounds, signal, webTrouble } = context;
  if (signal.aborted) throw new Stopped();
  const share: number[] = [];
  const archive = {
    index: async ([name]: readonly string[]) => {
      const result = await rounds.add(name ?? '');
      share.push(result.seconds);
      return result.indexed === undefined ? [] : [result.indexed];
    },
  };
  await timed(
    list,
    'index',
    () => indexArchive(desired, { archive, progress: ports.progress }),
    context,
    // Waiting for others is no time that the list took.
    () => share.at(-1),
  );
  const trouble = webTrouble();
  const led = list.phases.findIndex(({ phase }) => phase === 'redirects');
  const redirects = list.phases[led];
  if (trouble !== null && redirects !== undefined) {
    const finding = { ...trouble, list: list.entry.name };
    list.phases[led] = { ...redirects, findings: [...redirects.findings, finding] };
  }
}
