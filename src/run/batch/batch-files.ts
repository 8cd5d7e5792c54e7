// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchEntry, BatchOrder, BatchReport } from '../../model/batch.js';
import type { PhaseName } from '../../model/report.js';
import type { ListFolder } from '../workspace.js';
import type { Measured } from './estimates.js';

/** What the batch that runs, or ran last, is about: written before its first list. */
export interface BatchPlan {
  /** When it began: its name in journals. */
  readonly run: number;
  readonly window: string | null;
  readonly closes: number | null;
  readonly order: BatchOrder;
  readonly concurrency: number;
  /** In the order of the batch. */
  readonly lists: readonly (BatchEntry & { readonly estimate: number })[];
  /** What was typed. */
  readonly command: string;
}

/** What a batch is at, for whoever looks from another terminal. */
export interface BatchProgress {
  readonly run: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it waits for, in words; null where it works. */
  readonly waits: string | null;
  /** Seconds until all of it is done, by the rates measured so far. */
  readonly left: number;
  readonly running: readonly {
    readonly name: string;
    readonly phase: PhaseName;
    readonly since: number;
    readonly done?: number;
    readonly total?: number;
    readonly unit?: string;
  }[];
}

const PLAN = 'plan.json';
const PROGRESS = 'progress.json';
const RATES = 'rates.json';
const REPORT = 'report.json';

/** The files of the workspace's folder for batches. */
export function batchFiles(folder: ListFolder) {
  // Lists that end together write together: one after the other, or one takes the other's draft.
  let last: Promise<unknown> = Promise.resolve();
  const save = (file: string, value: unknown): Promise<void> => {
    const saved = last.then(() => folder.writeJson(file, value));
    last = saved.catch(() => undefined);
    return saved;
  };
  return {
    plan: async () => (await folder.readJson(PLAN)) as BatchPlan | null,
    savePlan: (plan: BatchPlan) => save(PLAN, plan),
    progress: async () => (await folder.readJson(PROGRESS)) as BatchProgress | null,
    saveProgress: (progress: BatchProgress) => save(PROGRESS, progress),
    /** What this machine was seen to do, in this batch and earlier ones. */
    rates: async () => ((await folder.readJson(RATES)) ?? {}) as Measured,
    saveRates: (rates: Measured) => save(RATES, rates),
    report: async () => (await folder.readJson(REPORT)) as BatchReport | null,
    saveReport: (report: BatchReport) => save(REPORT, report),
  };
}

export type BatchFiles = ReturnType<typeof batchFiles>;
