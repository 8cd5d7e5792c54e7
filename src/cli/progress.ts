// SPDX-License-Identifier: GPL-3.0-or-later
import type Ora from 'ora';
import type { ProgressEvent } from '../run/ports.js';
import type { Io } from './io.js';
import { PaceKeeper } from './progress-rate.js';

/** Shows what is going on, on stderr. */
export interface Progress {
  report(event: ProgressEvent): void;
  stop(): void;
  /** Makes way for work that speaks to the person at the terminal. */
  aside<Value>(work: () => Promise<Value>): Promise<Value>;
}

/** Seconds between two plain lines of one phase: a log of a night stays readable. */
const PLAIN_SECONDS = 30;
const BAR = 24;

const seconds = (): number => performance.now() / 1000;

/**
 * A spinner with a bar, rate and time left on a terminal; elsewhere a plain line for each phase that
 * ends, and now and then one for a phase that takes long; nothing where the caller asked for
 * silence. ora never ends on a terminal of 0 columns, so such a one counts as none.
 *
 * @param clock seconds on a clock that does not go back
 */
export async function startProgress(io: Io, quiet: boolean, clock = seconds): Promise<Progress> {
  const { stderr, env } = io;
  if (quiet) return silent;
  const plain =
    !stderr.isTTY || stderr.columns <= 0 || Boolean(env['CI']) || env['TERM'] === 'dumb';
  if (plain) return plainLines(stderr, clock);
  // Loaded where it draws: every command would start later for it.
  const { default: ora } = await import('ora');
  return spinner(io, clock, ora);
}

const silent: Progress = {
  report: () => undefined,
  stop: () => undefined,
  aside: (work) => work(),
};

function plainLines(stderr: NodeJS.WriteStream, clock: () => number): Progress {
  const keeper = new PaceKeeper();
  const spoken = new Map<string, number>();
  return {
    ...silent,
    report: (event) => {
      const { list, phase, text } = event;
      const now = clock();
      const pace = keeper.note(event, now);
      if (text === 'begins') spoken.set(list, now);
      else if (pace === null) stderr.write(`${list}: ${phase} ${text}\n`);
      else if (now - (spoken.get(list) ?? 0) >= PLAIN_SECONDS) {
        spoken.set(list, now);
        stderr.write(`${list}: ${phase} ${text} ${pace.text}\n`);
      }
    },
  };
}

function spinner({ stderr, env }: Io, clock: () => number, ora: typeof Ora): Progress {
  const color = env['NO_COLOR'] === undefined || env['NO_COLOR'] === '';
  const look = { stream: stderr, ...(color ? {} : { color: false as const }) };
  // Whether it can draw is decided already; ora would ask this process's own environment.
  const line = ora({ ...look, isEnabled: true }).start('reading');
  const keeper = new PaceKeeper();
  return {
    report: (event) => {
      const { list, phase, text } = event;
      const pace = keeper.note(event, clock());
      const head = text === 'begins' ? `${list}: ${phase}` : `${list}: ${phase} ${text}`;
      line.text = pace === null ? head : `${head} ${bar(pace.share)}${pace.text}`;
    },
    stop: () => {
      line.stop();
    },
    aside: async (work) => {
      line.stop();
      try {
        return await work();
      } finally {
        line.start();
      }
    },
  };
}

function bar(share: number | null): string {
  if (share === null) return '';
  const full = Math.floor(share * BAR);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${percent} % `;
}
