// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { BatchReport } from '../../model/batch.js';
import type { ListUnit, ReadLists } from '../each-list.js';
import { listOutcome } from '../phase.js';
import type { Ports, ProgressEvent } from '../ports.js';
import { publishRedirects } from '../publish-redirects.js';
import { embeddedLanes } from '../queue.js';
import { reloadWebServer } from '../run-lists.js';
import type { RunSettings } from '../steps.js';
import { batchList, Stopped } from './batch-list.js';
import { batchBook, type LedgerState } from './batch-book.js';
import { batchFiles } from './batch-files.js';
import { batchReport } from './batch-report.js';
import type { Clock } from './clock.js';
import { Ending } from './ending.js';
import { batchEntries, finishedBefore } from './entries.js';
import { expectedSeconds } from './estimates.js';
import { feedLists } from './feed.js';
import { IndexRounds } from './index-rounds.js';
import { LANES } from './lanes.js';
import type { BatchRequest } from './request.js';
import { inOrder, type Situation, wholeSeconds } from './schedule.js';
import { tracked, type Tracked } from './tracked-list.js';
import { RETRY_WAITS } from './transient.js';
import { UnderWay } from './under-way.js';
import { openingAt } from './window.js';

interface World {
  readonly ports: Ports;
  readonly settings: RunSettings;
  readonly readLists: ReadLists;
}

/**
 * Takes many lists through all phases, side by side in lanes, within a window of time. What fails
 * in one list is in its report. What was not begun is in the report as `skipped`, with the reason.
 *
 * Throws `run.locked` where another batch works in this workspace.
 */
export async function runBatch(
  request: BatchRequest,
  world: World,
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
  readonly #world: World;
  readonly #clock: Clock;
  readonly #ending: Ending;
  readonly #underWay: UnderWay;
  readonly #lists: Tracked[] = [];
  readonly #findings: Diagnostic[] = [];
  readonly #state: LedgerState = { rates: {}, waits: null };
  #closes: number | null = null;
  #isReading = false;

  constructor(request: BatchRequest, world: World, clock: Clock) {
    this.#request = request;
    this.#world = world;
    this.#clock = clock;
    this.#ending = new Ending(clock);
    this.#underWay = new UnderWay(clock, this.#ending);
  }

  async run(files: ReturnType<typeof batchFiles>): Promise<BatchReport> {
    const { stop, window, until, order, concurrency, command } = this.#request;
    const began = this.#clock.now();
    const letGo = this.#ending.on(stop);
    this.#state.rates = await files.rates();
    const opening = window === null ? null : openingAt(window, began);
    this.#closes = minimum(opening?.closes ?? null, until);
    await this.#enlist();
    const lists = this.#lists.map(({ entry, estimate }) => ({ ...entry, estimate }));
    const plan = { run: began, window: window?.text ?? null, closes: this.#closes };
    await files.savePlan({ ...plan, order, concurrency, lists, command });
    const book = this.#book(began, files);
    const { ports } = this.#world;
    const progress = (event: ProgressEvent): void => {
      ports.progress(event);
      book.watch(event);
    };
    try {
      await book.tell();
      if (opening !== null && opening.opens > began) await this.#wait(opening.opens, began, book);
      await this.#work(book, { ...ports, progress });
    } finally {
      letGo();
      book.close();
    }
    this.#underWay.throwBug();
    const report = batchReport(this.#request, {
      began,
      ended: this.#clock.now(),
      closes: this.#closes,
      why: this.#ending.why,
      lists: this.#lists,
      findings: this.#findings,
    });
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

  #book(began: number, files: ReturnType<typeof batchFiles>): ReturnType<typeof batchBook> {
    return batchBook(began, this.#lists, files, this.#state, this.#world.ports, {
      clock: this.#clock,
      light: (list) => {
        this.#underWay.light(list);
      },
      trouble: (finding) => {
        if (!this.#findings.some(({ code }) => code === finding.code)) this.#findings.push(finding);
        this.#ending.end('trouble');
      },
      situation: () => this.#situation(),
    });
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

  /** Waits for the window to open, and says so. */
  async #wait(opens: number, now: number, book: ReturnType<typeof batchBook>): Promise<void> {
    this.#state.waits = `for ${new Date(opens).toLocaleString()}`;
    await book.tell();
    this.#world.ports.progress({ list: 'batch', phase: 'waits', text: this.#state.waits });
    await this.#clock.sleep(opens - now, this.#ending.signal);
    this.#state.waits = null;
  }

  async #work(book: ReturnType<typeof batchBook>, ports: Ports): Promise<void> {
    const { settings } = this.#world;
    const { signal } = this.#ending;
    let webTrouble: Diagnostic | null = null;
    const rounds = new IndexRounds({
      index: (names, tell) => ports.archive.index(names, tell),
      tell: ([first = '', ...others], progress) => {
        const list = others.length === 0 ? first : `${first} and ${others.length} more`;
        ports.progress({ list, phase: 'index', unit: 'documents', ...progress });
      },
      steady: this.#clock.steady,
      quiet: () => !this.#underWay.isHeavy && !this.#isReading,
      after: async () => {
        await this.#publish(ports);
        webTrouble = await reloadWebServer(ports);
      },
    });
    signal.addEventListener('abort', () => {
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
      signal,
      retrying: { waits: RETRY_WAITS, sleep: (ms: number) => sleep(ms, signal) },
      webTrouble: () => webTrouble,
    };
    const letGo = this.#ending.at(this.#closes);
    try {
      await this.#feed((unit, list) => batchList(unit, list, context), rounds);
      await this.#settled();
      await this.#publish(ports);
      const trouble = await reloadWebServer(ports);
      if (trouble !== null) this.#findings.push(trouble);
    } finally {
      letGo();
      rounds.end(new Stopped());
    }
  }

  async #feed(
    work: (unit: ListUnit, list: Tracked) => Promise<void>,
    rounds: IndexRounds,
  ): Promise<void> {
    const { selection, concurrency } = this.#request;
    const { readLists, settings } = this.#world;
    this.#isReading = true;
    try {
      await feedLists({
        lists: this.#lists,
        selection,
        concurrency,
        readLists,
        identities: settings.identities,
        work,
        underWay: this.#underWay,
        ending: this.#ending,
        situation: () => this.#situation(),
        clock: this.#clock,
        tell: (finding) => this.#findings.push(finding),
      });
    } finally {
      this.#isReading = false;
      rounds.look();
    }
  }

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

  async #settled(): Promise<void> {
    const { stop, grace } = this.#request;
    await this.#underWay.settled(stop, grace);
    for (const list of this.#lists) {
      if (list.began !== null && list.ended === null) list.interrupted = true;
    }
  }
}

const minimum = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
