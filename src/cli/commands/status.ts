// SPDX-License-Identifier: GPL-3.0-or-later
import { statusJson, statusText } from '../../report/status.js';
import { batchStatus } from '../../run/batch/status.js';
import { workspaceIn } from '../../run/workspace.js';
import type { Session } from '../command.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

/** Where the batch of this workspace stands; asks neither side. */
export async function status(session: Session): Promise<ExitCode> {
  const found = await batchStatus(workspaceIn(session.config.workspace));
  await session.answer(
    () => statusJson(found),
    () => statusText(found, (time) => new Date(time).toLocaleString()),
  );
  const failed = found?.lists.some(({ state }) => state === 'failed') === true;
  return failed && !found.running ? EXIT.listsFailed : EXIT.done;
}
