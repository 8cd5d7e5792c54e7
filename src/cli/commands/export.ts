// SPDX-License-Identifier: GPL-3.0-or-later
import { runJson } from '../../report/json.js';
import { runText } from '../../report/text.js';
import { exportLists } from '../../run/export-lists.js';
import { openWorkspace } from '../../run/workspace.js';
import { exitCodeOf, type Session } from '../command.js';
import { openSource } from '../source.js';
import type { ExitCode } from '../exit-codes.js';

export async function exportSnapshots(session: Session): Promise<ExitCode> {
  const source = openSource(session.config, session.reportSite);
  const workspace = await openWorkspace(session.config.workspace);
  const reports = await exportLists(session.selection, source.readLists, workspace);
  await session.answer(
    () => runJson(reports),
    () => runText(reports, session.options.verbose === true),
  );
  return exitCodeOf(reports);
}
