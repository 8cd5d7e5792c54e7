// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from 'node:path';
import { CannotStartError } from '../../diagnostics.js';
import type { BatchReport } from '../../model/batch.js';
import { batchJson } from '../../report/batch/json.js';
import { batchText } from '../../report/batch/text.js';
import { batchFiles } from '../../run/batch/batch-files.js';
import { openWorkspace } from '../../run/workspace.js';
import type { Session } from '../command.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, write } from '../io.js';
import { writeReport } from '../report-folder.js';

export interface ReportOptions {
  readonly output?: string;
}

/** The report of the last batch that ended, again. */
export async function report(
  session: Session,
  { output }: ReportOptions,
  io: Io,
): Promise<ExitCode> {
  const last = await lastReport(session.config.workspace);
  if (output !== undefined) {
    const page = await writeReport(last, resolve(io.cwd(), output)).catch((error: unknown) => {
      throw unwritable(output, error);
    });
    await write(io.stderr, `report: ${page}\n`);
  }
  await session.answer(
    () => batchJson(last),
    () => batchText(last),
  );
  return EXIT.done;
}

async function lastReport(dir: string): Promise<BatchReport> {
  const workspace = await openWorkspace(dir);
  const last = await batchFiles(await workspace.batch()).report();
  if (last !== null) return last;
  throw new CannotStartError([
    {
      code: 'batch.no-report',
      severity: 'error',
      path: dir,
      summary: 'no batch has ended in this workspace',
      why: 'a report is made when a batch ends, and one that was killed has none',
      next: 'mm2to3 status shows where a batch stands; another workspace is named with --workspace',
    },
  ]);
}

const unwritable = (path: string, error: unknown): CannotStartError =>
  new CannotStartError([
    {
      code: 'output.unwritable',
      severity: 'error',
      path,
      summary: 'the report cannot be written there',
      why: error instanceof Error ? error.message : String(error),
      next: 'name a folder that you may write to',
    },
  ]);
