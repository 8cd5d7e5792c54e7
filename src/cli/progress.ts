// SPDX-License-Identifier: GPL-3.0-or-later
import ora from 'ora';
import type { ProgressEvent } from '../run/ports.js';
import type { Io } from './io.js';

/** Shows what is going on, on stderr. */
export interface Progress {
  report(event: ProgressEvent): void;
  stop(): void;
  /** Makes way for work that speaks to the person at the terminal. */
  aside<Value>(work: () => Promise<Value>): Promise<Value>;
}

/**
 * A spinner on a terminal, one plain line a phase elsewhere, nothing where the caller asked for
 * silence. ora never ends on a terminal of 0 columns, so such a one counts as none.
 */
export function startProgress(io: Io, quiet: boolean): Progress {
  const silent: Progress = {
    report: () => undefined,
    stop: () => undefined,
    aside: (work) => work(),
  };
  if (quiet) return silent;
  const { stderr, env } = io;
  const plain =
    !stderr.isTTY || stderr.columns <= 0 || Boolean(env['CI']) || env['TERM'] === 'dumb';
  if (plain) {
    return {
      ...silent,
      report: ({ list, phase, text }) => {
        if (text !== 'begins') stderr.write(`${list}: ${phase} ${text}\n`);
      },
    };
  }
  const color = env['NO_COLOR'] === undefined || env['NO_COLOR'] === '';
  const spinner = ora({ stream: stderr, ...(color ? {} : { color: false }) }).start('reading');
  return {
    report: ({ list, phase, text }) => {
      spinner.text = text === 'begins' ? `${list}: ${phase}` : `${list}: ${phase} ${text}`;
    },
    stop: () => {
      spinner.stop();
    },
    aside: async (work) => {
      spinner.stop();
      try {
        return await work();
      } finally {
        spinner.start();
      }
    },
  };
}
