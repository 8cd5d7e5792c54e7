// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { RedirectKind } from './redirect.js';
import type { ListReport, PhaseName } from './report.js';

/** In which order a batch takes its lists: `small` and `size` are by expected work, up and down. */
export const BATCH_ORDERS = ['small', 'size', 'name', 'given'] as const;
export type BatchOrder = (typeof BATCH_ORDERS)[number];

/** How much there is of a list on the old site, as far as a first look tells. */
export interface ListSize {
  readonly members: number;
  /** Of the mbox as it lies; 0 where there is none. */
  readonly archiveBytes: number;
}

/** A list in a batch, before anything was done with it. */
export interface BatchEntry extends ListSize {
  /** Mailman 2 name. */
  readonly name: string;
  /** Posting address in Mailman 2; null where the list could not be read. */
  readonly fqdn: string | null;
  /** Whether an earlier batch ended it well, so that only what came since is expected. */
  readonly again?: boolean;
}

/** What a phase counts its work in, for rates. */
export type WorkUnit = 'lists' | 'members' | 'messages' | 'documents' | 'bytes' | 'addresses';

/** Work of one phase on one list. */
export interface PhaseWork {
  readonly amount: number;
  readonly unit: WorkUnit;
}

/** How fast a phase went on this machine: over all lists of a batch, or over earlier batches. */
export interface PhaseRate extends PhaseWork {
  readonly phase: PhaseName;
  readonly seconds: number;
  readonly lists: number;
}

/** Messages of one month (UTC): of the old archive, each Message-ID once, and in HyperKitty. */
export interface MonthCount {
  /** `2004-07`. */
  readonly month: string;
  readonly old: number;
  readonly new: number;
}

/** Where old addresses of one kind lead. */
export interface RedirectCoverage {
  readonly kind: RedirectKind;
  readonly addresses: number;
  /** Those that lead to the very message or attachment; the others lead to a month or the list. */
  readonly exact: number;
}

/** An attempt that failed for a reason that goes away by itself. */
export interface Retry {
  readonly phase: PhaseName;
  /** 1 for the first repetition. */
  readonly attempt: number;
  readonly code: string;
  readonly summary: string;
  /** Seconds waited before trying again. */
  readonly waited: number;
}

/** How one list of a batch went. */
export interface BatchList extends ListReport, ListSize {
  /** Position in the batch, from 0. */
  readonly order: number;
  /** Milliseconds since 1970; null where the list was not begun. */
  readonly began: number | null;
  readonly ended: number | null;
  /** Seconds that it was expected to take, before it was begun. */
  readonly estimate: number;
  readonly retries: readonly Retry[];
  /** Why nothing was begun; null where it was. Its outcome is `skipped` then. */
  readonly notBegun: Diagnostic | null;
  /** What to type for this list alone, where something is left to do; else null. */
  readonly command: string | null;
  /** Of its archive; null where that was not compared, none where it has no messages. */
  readonly months: readonly MonthCount[] | null;
  /** null where its redirects were not written. */
  readonly redirects: readonly RedirectCoverage[] | null;
}

/** Why a batch ended before all of its lists were done. */
export type BatchStop = 'window' | 'SIGINT' | 'SIGTERM' | 'trouble';

/** A batch as a whole. */
export interface BatchReport {
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
  /** `22:00-06:00`, local time; null where there was none. */
  readonly window: string | null;
  /** When nothing was to run any more, in milliseconds since 1970; null where there was no end. */
  readonly closes: number | null;
  readonly order: BatchOrder;
  readonly concurrency: number;
  /** In the order of the batch. */
  readonly lists: readonly BatchList[];
  readonly rates: readonly PhaseRate[];
  /** null where every list had its turn. */
  readonly stopped: BatchStop | null;
  /** About the batch as a whole: the web server's reload, a clock that jumped. */
  readonly findings: readonly Diagnostic[];
  /** What to type to continue with whatever is left; null where nothing is. */
  readonly command: string | null;
  /** What was typed. */
  readonly typed: string;
  /** What every command about the same two sides begins with: `mm2to3 --config FILE`. */
  readonly program: string;
  /** How to leave out what the old site cannot tell of; null where it tells of every list. */
  readonly leaveOut: LeaveOut | null;
}

/** Lists that no repetition brings over, for their configuration on the old site is unreadable. */
export interface LeaveOut {
  readonly lists: readonly string[];
  /** The line of the configuration that leaves them out; null where lists were named by hand. */
  readonly line: string | null;
  /** The file that it belongs into, under `lists:`. */
  readonly file: string;
  /** Whether there is such a line, and this one takes its place. */
  readonly replaces: boolean;
}
