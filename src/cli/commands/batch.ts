// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStartError } from '../../diagnostics.js';
import type { BatchOrder, BatchReport, LeaveOut } from '../../model/batch.js';
import { batchJson } from '../../report/batch/json.js';
import { batchText } from '../../report/batch/text.js';
import type { Clock } from '../../run/batch/clock.js';
import { runBatch } from '../../run/batch/run-batch.js';
import { parseUntil, parseWindow, type Window } from '../../run/batch/window.js';
import { selectLists } from '../../run/select.js';
import { banPolicy } from '../ban-policy.js';
import { DEFAULT_CONFIG } from '../config.js';
import { exitCodeOf, type Session } from '../command.js';
import { openContext } from '../context.js';
import { beginHyperKitty } from '../early-start.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, write } from '../io.js';
import { commandLine, programLine } from '../command-line.js';
import { writeReport } from '../report-folder.js';
import type { RunOptions } from './run-steps.js';

export interface BatchOptions extends RunOptions {
  readonly lists?: string;
  readonly all?: boolean;
  readonly order?: BatchOrder;
  readonly concurrency?: number;
  readonly window?: string;
  readonly until?: string;
  readonly report?: string;
}

/** Milliseconds in which phases may end after a signal: a service manager waits for ten seconds. */
const GRACE = 4_500;

const CLOCK: Clock = {
  now: Date.now,
  steady: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

export async function batch(
  session: Session,
  options: BatchOptions,
  lists: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const { config, options: globals } = session;
  const words = await wantedLists(lists, options, io.cwd());
  const selection = selectLists(words, config.lists.include, config.lists.exclude);
  const window = windowOf(options.window ?? config.batch.window);
  const until = untilOf(options.until, CLOCK.now());
  const bans = banPolicy(options.bans, session, true);
  const uses = { usesCore: true, hyperkitty: await beginHyperKitty(config) };
  const meant = { ...session, selection };
  const stop = stopping(io);
  try {
    const world = await openContext(meant, { ...options, bans, ...uses });
    const report = await runBatch(
      {
        selection,
        site: world.site,
        order: options.order ?? config.batch.order,
        concurrency: options.concurrency ?? config.batch.concurrency,
        window,
        until,
        program: programLine(globals),
        leaveOut: (names) => leaveOut(names, words.length > 0, session),
        command: commandLine(globals, 'batch', lists, withoutDefault(options)),
        commandFor: (name) => commandLine(globals, 'migrate', [name], forOne(options)),
        stop: stop.signal,
        grace: GRACE,
      },
      world,
      CLOCK,
    );
    await session.answer(
      () => batchJson(report),
      () => batchText(report),
    );
    const dir = resolve(io.cwd(), options.report ?? join(config.workspace, 'batch', 'reports'));
    await tellReport(report, dir, io);
    return codeOf(report);
  } finally {
    stop.done();
  }
}

/** The work is done by then: a report that cannot be written is told, and fails nothing. */
async function tellReport(report: BatchReport, dir: string, io: Io): Promise<void> {
  const words = await writeReport(report, dir).then(
    (page) => `report: ${page}`,
    (error: unknown) =>
      `the report was not written to ${dir}: ${error instanceof Error ? error.message : String(error)}; mm2to3 report --output DIR writes it elsewhere`,
  );
  await write(io.stderr, `${words}\n`);
}

function codeOf({ stopped, findings, lists }: BatchReport): ExitCode {
  if (stopped === 'SIGINT') return EXIT.interrupted;
  if (stopped === 'SIGTERM') return EXIT.terminated;
  if (findings.some(({ severity }) => severity === 'error')) return EXIT.listsFailed;
  return exitCodeOf(lists);
}

/** The importer is told where it is another than the usual one. */
const withoutDefault = ({ importer, ...options }: BatchOptions): BatchOptions =>
  importer === undefined || importer === 'bulk' ? options : { ...options, importer };

/** Options that mean the same to `migrate`. */
const forOne = (options: BatchOptions): object => {
  const { overwrite, bans, importer } = withoutDefault(options);
  return { overwrite, bans, importer };
};

/** Where lists were named, what is excluded does not count. */
function leaveOut(
  names: readonly string[],
  named: boolean,
  { config, options }: Session,
): LeaveOut {
  const { exclude } = config.lists;
  const all = [...new Set([...exclude, ...names])].map(yamlWord).join(', ');
  const line = named ? null : `exclude: [${all}]`;
  const file = options.config ?? DEFAULT_CONFIG;
  return { lists: names, line, file, replaces: exclude.length > 0 };
}

/** A text within a list of YAML's; JSON's strings are YAML, too. */
const yamlWord = (text: string): string =>
  /^[a-z][\w.+-]*$/i.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);

/** The first signal ends the batch in order; the second the process. */
function stopping(io: Io): { readonly signal: AbortSignal; readonly done: () => void } {
  const controller = new AbortController();
  if (io.stop !== undefined) {
    io.stop.handler = (signal) => {
      controller.abort(signal);
      void write(
        io.stderr,
        `\n${signal}: nothing more is begun; what runs has ${Math.round(GRACE / 1000)} s to end, and the same command continues. Once more ends it at once.\n`,
      );
    };
  }
  return {
    signal: controller.signal,
    done: () => {
      if (io.stop !== undefined) io.stop.handler = null;
    },
  };
}

/** Lists of the command line and of a file, in their order; empty for all. */
async function wantedLists(
  lists: readonly string[],
  { lists: file, all }: BatchOptions,
  cwd: string,
): Promise<readonly string[]> {
  if (all === true && (lists.length > 0 || file !== undefined)) {
    throw usage(
      '--all and lists were given',
      'either all lists are meant, or those that are named',
    );
  }
  if (file === undefined) return lists;
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: unknown) => {
    throw usage(`the file of lists ${file} cannot be read`, (error as Error).message);
  });
  const named = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  if (named.length + lists.length === 0)
    throw usage(`the file ${file} names no list`, 'it holds a name, an address or a glob a line');
  return [...lists, ...named];
}

function windowOf(text: string | undefined): Window | null {
  if (text === undefined) return null;
  const window = parseWindow(text);
  if (window === null)
    throw usage(`${text} is no window`, 'two times of a day are wanted: 22:00-06:00');
  return window;
}

function untilOf(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const until = parseUntil(text, now);
  if (until === null || until <= now)
    throw usage(`${text} is no time to come`, '06:00 is understood, or "2026-03-01 06:00"');
  return until;
}

const usage = (summary: string, why: string): CannotStartError =>
  new CannotStartError([{ code: 'usage.invalid', severity: 'error', summary, why }]);
