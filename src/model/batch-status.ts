// SPDX-License-Identifier: GPL-3.0-or-later
import type { ListOutcome, PhaseName, PhaseOutcome } from './report.js';

/** Where one list of a batch stands. */
export interface StatusList {
  readonly name: string;
  readonly fqdn: string;
  /** `interrupted`: begun, and nobody works on it any more. */
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'interrupted';
  /** Once it has ended. */
  readonly outcome: ListOutcome | null;
  /** Seconds that it was expected to take. */
  readonly estimate: number;
  /** The phases that have ended. */
  readonly phases: readonly {
    readonly phase: PhaseName;
    readonly outcome: PhaseOutcome;
    readonly seconds: number;
  }[];
  readonly current: {
    readonly phase: PhaseName;
    /** Milliseconds since 1970. */
    readonly since: number;
    readonly done: number | null;
    readonly total: number | null;
    readonly unit: string | null;
  } | null;
  readonly retries: number;
  readonly errors: readonly { readonly code: string; readonly summary: string }[];
}

/** Where a batch stands, as its workspace tells. */
export interface BatchStatus {
  /** Whether a living process works on it. */
  readonly running: boolean;
  /** Milliseconds since 1970, as all times. */
  readonly began: number;
  /** null while it runs, and where it was killed. */
  readonly ended: number | null;
  /** When it told of itself last. */
  readonly at: number;
  readonly window: string | null;
  readonly closes: number | null;
  /** What it waits for, in words. */
  readonly waits: string | null;
  readonly secondsLeft: number | null;
  readonly lists: readonly StatusList[];
  /** What to type to continue; null while it runs, and where nothing is left. */
  readonly command: string | null;
}
