// SPDX-License-Identifier: GPL-3.0-or-later
import { open, readFile } from 'node:fs/promises';
import type { PhaseWork } from '../../model/batch.js';
import type { ListOutcome, PhaseName, PhaseOutcome } from '../../model/report.js';

/** The journal of a list, in its folder: what happened to it, run after run. */
export const JOURNAL = 'journal.jsonl';

/**
 * One line of a journal. It is written after its effect, for reports and estimates only: where a
 * list stands is asked of Mailman 3.
 */
export type JournalEntry = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Which batch: when that began. */
  readonly run: number;
} & (
  | { readonly event: 'begun'; readonly estimate: number }
  | {
      readonly event: 'phase';
      readonly phase: PhaseName;
      readonly outcome: PhaseOutcome;
      readonly seconds: number;
      readonly work?: PhaseWork;
    }
  | { readonly event: 'retry'; readonly phase: PhaseName; readonly code: string }
  | {
      readonly event: 'ended';
      readonly outcome: ListOutcome;
      /** Codes and words of the errors; nothing about members. */
      readonly errors: readonly { readonly code: string; readonly summary: string }[];
    }
  | { readonly event: 'interrupted' }
);

/** Appends a line and waits until the disk has it. A torn line before it stays a line of its own. */
export async function appendJournal(path: string, entry: JournalEntry): Promise<void> {
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1, '\n');
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const torn = last.toString('latin1') !== '\n';
    await file.appendFile(`${torn ? '\n' : ''}${JSON.stringify(entry)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** All lines that can be read; those that a crash tore apart are left out. */
export async function readJournal(path: string): Promise<readonly JournalEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      const entry = JSON.parse(line) as JournalEntry | null;
      return typeof entry === 'object' && entry !== null && 'event' in entry ? [entry] : [];
    } catch {
      return [];
    }
  });
}
