// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchReport } from '../model/batch.js';
import { writeWhole } from '../run/draft.js';
import { VERSION } from './version.js';

/**
 * Writes all forms of a batch's report into a folder of its own below `dir`, named for when the
 * batch began, so that the report of one night does not replace that of another. Readable by their
 * owner only. Returns the path of the page. Throws what the file system says.
 */
export async function writeReport(report: BatchReport, dir: string): Promise<string> {
  // Loaded where it writes: the XML in it would make every command start later.
  const { BATCH_FORMS } = await import('../report/batch/formats.js');
  const folder = join(dir, `batch-${stamp(report.began)}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const paths: string[] = [];
  for (const { file, render } of BATCH_FORMS) {
    const path = join(folder, file);
    await writeWhole(path, render(report, VERSION));
    paths.push(path);
  }
  return paths[0] ?? folder;
}

/** `2026-05-01-220000`, by the clock on the wall. */
function stamp(milliseconds: number): string {
  const at = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}
