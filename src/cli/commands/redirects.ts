// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from 'node:path';
import { CSV_HEADER, csvLine } from '../../redirects/csv.js';
import { csvRedirects } from '../../run/csv-redirects.js';
import { runSteps } from './run-steps.js';
import type { Session } from '../command.js';
import { openContext } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { errorsText } from '../../report/text.js';

export interface RedirectsOptions {
  readonly format: 'nginx' | 'csv';
  readonly output?: string;
}

/** nginx rules as files, or every pair as CSV on standard output. */
export async function redirects(
  session: Session,
  options: RedirectsOptions,
  cwd: string,
  warn: (text: string) => Promise<void>,
): Promise<ExitCode> {
  if (options.format === 'nginx') {
    const { output } = options;
    const redirected =
      output === undefined
        ? session
        : {
            ...session,
            config: {
              ...session.config,
              redirects: { ...session.config.redirects, output: resolve(cwd, output) },
            },
          };
    return runSteps(redirected, ['redirects']);
  }
  const context = await openContext(session);
  await session.print(`${CSV_HEADER}\n`);
  const failures = await csvRedirects(session.selection, context, async (pairs) => {
    await session.print(pairs.map((pair) => `${csvLine(pair)}\n`).join(''));
  });
  if (failures.length === 0) return EXIT.done;
  await warn(errorsText(failures));
  return EXIT.listsFailed;
}
