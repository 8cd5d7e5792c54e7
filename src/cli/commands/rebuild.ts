// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from 'node:path';
import { CannotStartError } from '../../diagnostics.js';
import { runJson } from '../../report/json.js';
import { runText } from '../../report/text.js';
import { rebuildLists } from '../../run/rebuild-lists.js';
import { openWorkspace } from '../../run/workspace.js';
import { exitCodeOf, type Session } from '../command.js';
import { openSource } from '../source.js';
import type { ExitCode } from '../exit-codes.js';
import { type Io, write } from '../io.js';
import { writeMboxTo } from '../output-mbox.js';

export interface RebuildOptions {
  readonly output?: string;
}

/** Makes an mbox of a list's pages and volumes. */
export async function rebuild(
  session: Session,
  { output }: RebuildOptions,
  lists: readonly string[],
  io: Io,
): Promise<ExitCode> {
  if (output !== undefined && (lists.length !== 1 || /[*?[]/.test(lists[0] ?? ''))) {
    throw new CannotStartError([
      {
        code: 'usage.one-list',
        severity: 'error',
        summary: '--output takes the mbox of one list',
        next: 'name one list; without --output the mboxes are made in the workspace',
      },
    ]);
  }
  const path = output === undefined ? null : resolve(io.cwd(), output);
  const source = openSource(session.config, session.reportSite);
  const ports = {
    source: source.port,
    workspace: await openWorkspace(session.config.workspace),
    progress: session.progress.report.bind(session.progress),
  };
  const take = path === null ? null : writeMboxTo(path);
  const reports = await rebuildLists(session.selection, source.readLists, ports, take);
  await session.answer(
    () => runJson(reports),
    () => runText(reports, session.options.verbose === true),
  );
  const written = path !== null && reports.every(({ outcome }) => outcome !== 'failed');
  if (written && session.options.quiet !== true) await write(io.stderr, `written: ${path}\n`);
  return exitCodeOf(reports);
}
