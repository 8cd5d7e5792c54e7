// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../../diagnostics.js';

/** Trouble that goes away by itself. Every phase can be repeated, so such trouble is waited out. */
interface Transient {
  /** Of the diagnostic. */
  readonly code: RegExp;
  /** What its reason says, where the code alone does not tell. */
  readonly said?: RegExp;
  /** How often it is tried again, where that is less than there are waits. */
  readonly tries?: number;
  readonly why: string;
}

const DATABASE_GONE =
  /server closed the connection|terminating connection|connection (?:was )?closed|connection already closed|could not connect|connection refused|connection to server|the database system is (?:starting up|shutting down|in recovery)|SSL connection has been closed|Lost connection|has gone away|\b57P0[123]\b/i;
const LOCKED = /database (?:table )?is locked|deadlock detected|could not serialize/i;

export const TRANSIENT: readonly Transient[] = [
  {
    code: /^target\.unreachable$/,
    why: 'Core is being restarted, or does not come to answer in time',
  },
  { code: /^target\.failed$/, why: 'Core answered 5xx: its database or a runner was away' },
  { code: /./, said: LOCKED, why: 'another writer was at it; SQLite lets one write at a time' },
  { code: /./, said: DATABASE_GONE, why: 'the database is being restarted' },
  {
    code: /^host\.command-failed$/,
    said: /SIGKILL|SIGTERM|was killed|ended/i,
    why: 'a helper was killed (memory, an operator)',
  },
  { code: /^target\.helper-cut-off$/, why: 'a helper stopped in the middle: killed, or ssh broke' },
  {
    code: /^target\.helper-silent$/,
    tries: 1,
    why: 'a database or a disk that hung may answer again; each such try takes an hour of the night',
  },
  { code: /^host\.unreachable$/, why: 'ssh lost its connection, or the other server restarts' },
  { code: /^source\.(?:cut-off|unreachable)$/, why: 'ssh broke, or the old server restarts' },
  { code: /^index\.(?:lock-lost|worker-failed)$/, why: 'a process of the index was killed' },
];

/** Why an error is expected to go away by itself; null where it is not. */
export function transience(error: unknown): Transient | null {
  if (!(error instanceof DiagnosticError)) return null;
  const { code, summary, why = '' } = error.diagnostic;
  const words = `${summary}\n${why}`;
  return (
    TRANSIENT.find(
      (row) => row.code.test(code) && (row.said === undefined || row.said.test(words)),
    ) ?? null
  );
}

/** Milliseconds to wait before each repetition: a restart takes seconds, a reboot minutes. */
export const RETRY_WAITS: readonly number[] = [1_000, 5_000, 20_000, 60_000];

export interface Retrying {
  readonly waits: readonly number[];
  readonly sleep: (ms: number) => Promise<void>;
  /** Is told before each wait. */
  readonly note: (failure: Diagnostic, attempt: number, waited: number) => Promise<void>;
  /** No further attempt once it is aborted. */
  readonly signal: AbortSignal;
}

/** Repeats work for as long as its trouble is of the kind that goes away. */
export async function retried<Value>(
  work: () => Promise<Value>,
  { waits, sleep, note, signal }: Retrying,
): Promise<Value> {
  let last: unknown = null;
  for (let tries = 0; ; tries += 1) {
    // It ended while a wait went on.
    if (tries > 0 && signal.aborted) throw last;
    try {
      return await work();
    } catch (error) {
      last = error;
      const wait = waits[tries];
      const trouble = transience(error);
      if (wait === undefined || signal.aborted || trouble === null) throw error;
      if (tries >= (trouble.tries ?? Infinity)) throw error;
      await note((error as DiagnosticError).diagnostic, tries + 1, wait / 1000);
      await sleep(wait);
    }
  }
}
