// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { BatchEntry, BatchOrder, BatchReport, BatchStop } from '../../model/batch.js';
import { apartFinding, failureFindings, type ReadLists, unitsOf } from '../each-list.js';
import { listOutcome, onePhaseReport } from '../phase.js';
import type { Ports, ProgressEvent } from '../ports.js';
import { publishRedirects } from '../publish-redirects.js';
import { embeddedLanes } from '../queue.js';
import { reloadWebServer } from '../run-lists.js';
import type { Selection } from '../select.js';
import type { RunSettings } from '../steps.js';
import { batchList, Stopped } from './batch-list.js';
import { batchBook, type LedgerState } from './batch-book.js';
import { batchFiles } from './batch-files.js';
import { type Clock, jumpWatch } from './clock.js';
import { expectedSeconds } from './estimates.js';
import { batchEntries, finishedBefore } from './entries.js';
import { IndexRounds } from './index-rounds.js';
import { LANES } from './lanes.js';
import { batchRates } from './measured-rates.js';
import { fits, inOrder, type Situation, thoseThatFit, wholeSeconds } from './schedule.js';
import { batchLists, tracked, type Tracked } from './tracked-list.js';
import { RETRY_WAITS, transience } from './transient.js';
import { openingAt, type Window } from './window.js';

/** What a batch is asked for. */
export interface BatchRequest {
  readonly selection: Selection;
  /** Every list of the old site, with its size. */
  readonly site: readonly BatchEntry[];
  readonly order: BatchOrder;
  /** Lists whose rosters are held at once. */
  readonly concurrency: number;
  readonly window: Window | null;
  /** Milliseconds since 1970. */
  readonly until: number | null;
  /** What was typed: the same continues. */
  readonly command: string;
  /** What to type for one list alone. */
  readonly commandFor: (name: string) => string;
  /** Aborted, with the signal's name as its reason, when somebody wants the batch to end. */
  readonly stop: AbortSignal;
  /** Milliseconds that phases under way have to end after that. */
  readonly grace: number;
}

// Lists that wait for the index or for verification, each with its roster: no more than that.
const OUTSTANDING = 50;

/**
 * Takes many lists through all phases, side by side in lanes, within a window of time. What fails
 * in one list is in its report. What was not begun is in the report as `skipped`, with the reason.
 *
 * Throws `run.locked` where another batch works in this workspace.
 */
export async function runBatch(
  request: BatchRequest,
  world: { readonly ports: Ports; readonly settings: RunSettings; readonly readLists: ReadLists },
  clock: Clock,
): Promise<BatchReport> {
  const folder = await world.ports.workspace.batch();
  const unlock = await folder.lock();
  try {
    return await new Batch(request, world, clock).run(batchFiles(folder));
  } finally {
    await unlock();
  }
}

class Batch {
  readonly #request: BatchRequest;
  readonly #world: Parameters<typeof runBatch>[1];
  readonly #clock: Clock;
  readonly #ending = new AbortController();
  readonly #lists: Tracked[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #heavy = new Set<Tracked>();
  readonly #findings: Diagnostic[] = [];
  readonly #state: LedgerState = { rates: {}, waits: null };
  #stopped: BatchStop | null = null;
  #closes: number | null = null;
  #bug: unknown = null;
  #wake: () => void = () => undefined;

  constructor(request: BatchRequest, world: Parameters<typeof runBatch>[1], clock: Clock) {
    this.#request = request;
    this.#world = world;
    this.#clock = clock;
  }

  async run(files: ReturnType<typeof batchFiles>): Promise<BatchReport> {
    const { stop, window, until, order, concurrency, command } = this.#request;
    const began = this.#clock.now();
    const onStop = (): void => {
      this.#end(stop.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
    };
    if (stop.aborted) onStop();
    else stop.addEventListener('abort', onStop, { once: true });

    this.#state.rates = await files.rates();
    const opening = window === null ? null : openingAt(window, began);
    this.#closes = minimum(opening?.closes ?? null, until);
    await this.#enlist();
    const lists = this.#lists.map(({ entry, estimate }) => ({ ...entry, estimate }));
    const plan = { run: began, window: window?.text ?? null, closes: this.#closes };
    await files.savePlan({ ...plan, order, concurrency, lists, command });
    const book = batchBook(began, this.#lists, files, this.#state, this.#world.ports, {
      clock: this.#clock,
      light: (list) => {
        this.#heavy.delete(list);
        this.#wake();
      },
      trouble: (finding) => {
        if (!this.#findings.some(({ code }) => code === finding.code)) this.#findings.push(finding);
        this.#end('trouble');
      },
      situation: () => this.#situation(),
    });
    const { ports } = this.#world;
    const progress = (event: ProgressEvent): void => {
      ports.progress(event);
      book.watch(event);
    };
    try {
      await book.tell();
      if (opening !== null && opening.opens > began) {
        this.#state.waits = `for ${new Date(opening.opens).toLocaleString()}`;
        await book.tell();
        ports.progress({ list: 'batch', phase: 'waits', text: this.#state.waits });
        await this.#clock.sleep(opening.opens - began, this.#ending.signal);
        this.#state.waits = null;
      }
      await this.#work(book, { ...ports, progress });
    } finally {
      stop.removeEventListener('abort', onStop);
      book.close();
    }
    if (this.#bug !== null) throw this.#bug as Error;
    const report = this.#report(began);
    await files.saveReport(report).catch(() => undefined);
    return report;
  }

  /** The lists in the order in which they are to be taken; those that were done before come last. */
  async #enlist(): Promise<void> {
    const { selection, site, order } = this.#request;
    const { ports, settings } = this.#world;
    const { rates } = this.#state;
    const sorted = inOrder(batchEntries(selection, site, settings.identities), order, rates);
    const done = await finishedBefore(sorted, ports.workspace);
    const all = [
      ...sorted.filter(({ name }) => !done.has(name)),
      ...sorted.filter(({ name }) => done.has(name)).map((entry) => ({ ...entry, again: true })),
    ];
    for (const [at, entry] of all.entries()) {
      const expected = expectedSeconds(entry, rates);
      this.#lists.push(tracked(entry, at, expected, wholeSeconds(expected)));
    }
  }

  #situation(): Situation {
    const running = this.#lists.filter(({ began, ended }) => began !== null && ended === null);
    return {
      now: this.#clock.now(),
      closes: this.#closes,
      running: running.map(({ remaining }) => remaining),
      rates: this.#state.rates,
    };
  }

  #end(why: BatchStop): void {
    this.#stopped ??= why;
    this.#ending.abort();
    this.#wake();
  }

  async #work(book: ReturnType<typeof batchBook>, ports: Ports): Promise<void> {
    const { settings } = this.#world;
    let webTrouble: Diagnostic | null = null;
    const rounds = new IndexRounds({
      index: (names, tell) => ports.archive.index(names, tell),
      tell: ([first = '', ...others], progress) => {
        const list = others.length === 0 ? first : `${first} and ${others.length} more`;
        ports.progress({ list, phase: 'index', unit: 'documents', ...progress });
      },
      steady: this.#clock.steady,
      quiet: () => this.#heavy.size === 0 && this.#reading === 0,
      after: async () => {
        await this.#publish(ports);
        webTrouble = await reloadWebServer(ports);
      },
    });
    this.#ending.signal.addEventListener('abort', () => {
      rounds.end(new Stopped());
    });
    const { sleep } = this.#clock;
    const context = {
      ports,
      settings,
      rounds,
      book,
      lanes: embeddedLanes(LANES),
      steady: this.#clock.steady,
      signal: this.#ending.signal,
      retrying: {
        waits: RETRY_WAITS,
        sleep: (ms: number) => sleep(ms, this.#ending.signal),
      },
      webTrouble: () => webTrouble,
    };
    const closing = this.#watchTheTime();
    try {
      await this.#feed((unit, list) => batchList(unit, list, context), rounds);
      await this.#settled();
      await this.#publish(ports);
      const trouble = await reloadWebServer(ports);
      if (trouble !== null) this.#findings.push(trouble);
    } finally {
      closing();
      rounds.end(new Stopped());
    }
  }

  #reading = 0;

  /** Puts the redirects that were written in their place, and says so to the lists under way. */
  async #publish(ports: Ports): Promise<void> {
    const led = this.#lists.filter(
      ({ ended, phases }) => ended === null && phases.some(({ phase }) => phase === 'redirects'),
    );
    const reports = led.map(({ entry: { name }, phases }) => {
      return { name, fqdn: name, outcome: listOutcome(phases), phases, findings: [] };
    });
    const published = await publishRedirects(reports, ports, this.#world.settings);
    for (const [at, list] of led.entries()) {
      for (const report of published[at]?.phases ?? []) {
        const own = list.phases.findIndex(({ phase }) => phase === report.phase);
        if (report.phase === 'redirects') list.phases[own] = report;
      }
    }
  }

  /** Reads lists while there are some that would end in time, and hands them on. */
  async #feed(
    work: (unit: Parameters<typeof batchList>[0], list: Tracked) => Promise<void>,
    rounds: IndexRounds,
  ): Promise<void> {
    const jumped = jumpWatch(this.#clock);
    let failures = 0;
    this.#reading = 1;
    try {
      for (;;) {
        const jump = jumped();
        if (jump !== null) this.#findings.push(jump);
        const waiting = this.#lists.filter((list) => list.began === null);
        const fitting = new Set(
          thoseThatFit(
            waiting.map(({ entry }) => entry),
            this.#situation(),
          ),
        );
        const next = waiting.filter(({ entry }) => fitting.has(entry));
        if (next.length === 0 || this.#ending.signal.aborted) return;
        try {
          await this.#read(next, work);
          failures = 0;
        } catch (error) {
          const wait = RETRY_WAITS[failures];
          failures += 1;
          if (this.#isEnding()) return;
          if (wait !== undefined && transience(error) !== null) {
            await this.#clock.sleep(wait, this.#ending.signal);
            continue;
          }
          // As long as nothing was done the program cannot start.
          if (this.#lists.every(({ began }) => began === null)) throw error;
          for (const list of this.#lists.filter((each) => each.began === null))
            this.#fail(list, failureFindings(error, list.entry.name));
          return;
        }
        if (next.every(({ began }) => began === null)) return;
      }
    } finally {
      this.#reading = 0;
      rounds.look();
    }
  }

  async #read(
    next: readonly Tracked[],
    work: (unit: Parameters<typeof batchList>[0], list: Tracked) => Promise<void>,
  ): Promise<void> {
    const { selection } = this.#request;
    const { readLists, settings } = this.#world;
    const byName = new Map(next.map((list) => [list.entry.name, list]));
    for await (const found of readLists([...byName.keys()])) {
      const list = byName.get(found.list.name);
      if (list === undefined) continue;
      await this.#room();
      if (this.#ending.signal.aborted) return;
      // By now others may have taken longer than was thought.
      if (!fits(list.entry, this.#situation())) continue;
      for (const each of await unitsOf(found, selection, readLists, settings.identities)) {
        if (each.kind === 'unit') this.#begin(list, () => work(each.unit, list));
        else if (each.kind === 'apart') {
          const finding = apartFinding(each.list.name, each.into);
          this.#tell(list, onePhaseReport(each.list, 'export', 'skipped', [finding]));
        } else this.#tell(list, onePhaseReport(each, 'export', 'failed', each.findings));
      }
    }
    // A list that the old site does not name has gone since it was looked at.
    for (const list of next) {
      if (list.began !== null || !fits(list.entry, this.#situation())) continue;
      this.#fail(list, [vanished(list.entry.name)]);
    }
  }

  #begin(list: Tracked, work: () => Promise<void>): void {
    list.began = this.#clock.now();
    this.#heavy.add(list);
    const running = work()
      .catch((error: unknown) => {
        this.#bug ??= error;
        this.#end('trouble');
      })
      .finally(() => {
        list.ended = this.#clock.now();
        this.#running.delete(running);
        this.#wake();
      });
    this.#running.add(running);
  }

  #tell(list: Tracked, report: ReturnType<typeof onePhaseReport>): void {
    list.began ??= this.#clock.now();
    list.ended = this.#clock.now();
    list.reports = [...(list.reports ?? []), report];
  }

  #fail(list: Tracked, findings: readonly Diagnostic[]): void {
    this.#tell(list, onePhaseReport(list.entry, 'export', 'failed', findings));
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Waits until another list may be held. */
  async #room(): Promise<void> {
    const { concurrency } = this.#request;
    while (
      !this.#ending.signal.aborted &&
      (this.#heavy.size >= concurrency || this.#running.size >= OUTSTANDING)
    ) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** When the window closes, what runs ends its phase and goes no further. */
  #watchTheTime(): () => void {
    const over = new AbortController();
    const watch = async (): Promise<void> => {
      while (!over.signal.aborted && this.#closes !== null) {
        const left = this.#closes - this.#clock.now();
        if (left <= 0) {
          this.#end('window');
          return;
        }
        // Not all at once: the clock may be set meanwhile.
        await this.#clock.sleep(Math.min(left, 60_000), over.signal);
      }
    };
    void watch();
    return () => {
      over.abort();
    };
  }

  /** Waits for what runs; after a signal not for longer than there is grace. */
  async #settled(): Promise<void> {
    const { stop, grace } = this.#request;
    const all = async (): Promise<void> => {
      while (this.#running.size > 0) await Promise.all(this.#running);
    };
    const over = new AbortController();
    const late = async (): Promise<void> => {
      await aborted(stop, over.signal);
      await this.#clock.sleep(grace, over.signal);
    };
    await Promise.race([all(), late()]);
    over.abort();
    for (const list of this.#lists) {
      if (list.began !== null && list.ended === null) list.interrupted = true;
    }
  }

  #report(began: number): BatchReport {
    const { order, concurrency, window, command, commandFor } = this.#request;
    const left = this.#lists.filter((list) => list.began === null);
    if (left.length > 0) this.#stopped ??= 'window';
    for (const list of left)
      list.notBegun = notBegun(list, this.#stopped ?? 'window', this.#closes);
    const lists = this.#lists.flatMap((list) => batchLists(list, commandFor));
    const open = lists.some(({ outcome, notBegun: why, findings }) => {
      return (
        outcome === 'failed' || why !== null || findings.some(({ code }) => code === INTERRUPTED)
      );
    });
    return {
      began,
      ended: this.#clock.now(),
      window: window?.text ?? null,
      closes: this.#closes,
      order,
      concurrency,
      lists,
      rates: batchRates(lists),
      stopped: open ? this.#stopped : null,
      findings: this.#findings,
      command: open ? command : null,
    };
  }
}

const INTERRUPTED = 'batch.interrupted';

const minimum = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** Resolves when the first signal is aborted, or the second, which gives the waiting up. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || over.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
    over.addEventListener('abort', () => {
      resolve();
    });
  });
}

const vanished = (list: string): Diagnostic => ({
  code: 'source.list-missing',
  severity: 'error',
  list,
  summary: 'the old site did not tell of this list any more',
  why: 'it was there when the batch began',
  next: 'look whether it was removed, then run the same command again',
});

function notBegun({ entry, estimate }: Tracked, why: BatchStop, closes: number | null): Diagnostic {
  const takes = `about ${Math.max(1, Math.round(estimate / 60))} min by the rates of this machine`;
  return {
    code: `batch.not-begun`,
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
