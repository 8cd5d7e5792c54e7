// SPDX-License-Identifier: GPL-3.0-or-later
import { createInterface } from 'node:readline/promises';
import type { Diagnostic } from '../diagnostics.js';
import type { JsonObject } from '../model/json.js';
import type { ListReport } from '../model/report.js';
import { findingJson, findingsText } from '../report/findings.js';
import { type Selection, selectLists } from '../run/select.js';
import { loadConfig } from './config.js';
import type { Config } from './config-schema.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { type Io, write } from './io.js';
import { type Progress, startProgress } from './progress.js';

/** The options that every command knows. */
export interface GlobalOptions {
  readonly config?: string;
  readonly workspace?: string;
  readonly source?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** false with --no-color. */
  readonly color?: boolean;
}

/** What a command works with: its configuration, the lists that are meant, the ways to speak. */
export interface Session {
  readonly config: Config;
  readonly selection: Selection;
  readonly options: GlobalOptions;
  readonly progress: Progress;
  /** Takes what is to be said of the old site as a whole; the answer holds it. */
  readonly reportSite: (findings: readonly Diagnostic[]) => void;
  /** All that was reported so far. */
  readonly siteFindings: () => readonly Diagnostic[];
  /** Prints the answer: as JSON where that was asked for, else as text. */
  answer(json: () => JsonObject, text: () => string): Promise<void>;
  /** Whether somebody is there to be asked. */
  readonly interactive: boolean;
  /** Asks whoever sits at the terminal; only `y` and `yes` are a yes. */
  ask(question: string): Promise<boolean>;
  /** Prints lines as they are. */
  print(text: string): Promise<void>;
}

/** Opens a session, runs the work in it and closes it whatever happens. */
export async function inSession(
  io: Io,
  options: GlobalOptions,
  lists: readonly string[],
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = await loadConfig(options, io.env, io.cwd());
  const progress = await startProgress(io, options.quiet === true || options.json === true);
  const ofSite = new Map<string, Diagnostic>();
  const print = (text: string): Promise<void> => write(io.stdout, text);
  try {
    return await work({
      config,
      selection: selectLists(lists, config.lists.include, config.lists.exclude),
      options,
      progress,
      print,
      // A stream that is no terminal has no word for it.
      interactive: [io.stdin, io.stderr].every(({ isTTY }) => isTTY),
      ask: (question) => progress.aside(() => ask(io, question)),
      reportSite: (findings) => {
        // A migration reads the site twice.
        for (const finding of findings) ofSite.set(`${finding.code} ${finding.summary}`, finding);
      },
      siteFindings: () => [...ofSite.values()],
      answer: async (json, text) => {
        progress.stop();
        const findings = [...ofSite.values()];
        const object =
          findings.length === 0 ? json() : { ...json(), siteFindings: findings.map(findingJson) };
        const words = findings.length === 0 ? text() : `${text()}\n${findingsText(findings)}\n`;
        await print(options.json === true ? `${JSON.stringify(object, null, 2)}\n` : words);
      },
    });
  } finally {
    progress.stop();
  }
}

async function ask({ stdin, stderr }: Io, question: string): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** The exit code of a run over lists. */
export function exitCodeOf(reports: readonly ListReport[]): ExitCode {
  if (reports.some(({ outcome }) => outcome === 'failed')) return EXIT.listsFailed;
  const remarkable = reports.some(({ outcome }) => outcome === 'findings' || outcome === 'skipped');
  return remarkable ? EXIT.findings : EXIT.done;
}
