// SPDX-License-Identifier: GPL-3.0-or-later
import { counted } from '../../model/counted.js';
import { resolve } from 'node:path';
import { CannotStartError } from '../../diagnostics.js';
import { localHost } from '../../host.js';
import { archiveCheckJson, archiveCheckText } from '../../report/archive-check.js';
import { checkArchives, checkFile, type CheckPorts } from '../../run/check-archives.js';
import { freeBytes } from '../../run/disk-space.js';
import { readMbox } from '../../source/mbox-file.js';
import type { Session } from '../command.js';
import { openSource } from '../source.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

export interface ArchiveCheckOptions {
  /** A file in the place of lists. */
  readonly mbox?: string;
}

/** Looks at archives as preparing would; writes nothing, not even into the workspace. */
export async function archiveCheck(
  session: Session,
  { mbox }: ArchiveCheckOptions,
  names: readonly string[],
  cwd: string,
): Promise<ExitCode> {
  const lists =
    mbox === undefined
      ? await ofLists(session)
      : [await checkFile(fileAlone(mbox, names, cwd), ports(session, localFiles()))];
  const check = { lists, freeBytes: await freeBytes(session.config.workspace) };
  await session.answer(
    () => archiveCheckJson(check),
    () => archiveCheckText(check),
  );
  if (lists.some(({ failed }) => failed)) return EXIT.listsFailed;
  const graver = lists.flatMap(({ findings }) => findings).some((each) => each.severity !== 'info');
  return graver ? EXIT.findings : EXIT.done;
}

function ofLists(session: Session): ReturnType<typeof checkArchives> {
  const source = openSource(session.config, session.reportSite, { heldMessages: false });
  return checkArchives(session.selection, source.readLists, ports(session, source.port));
}

function localFiles(): CheckPorts['source'] {
  const host = localHost();
  return { stat: (path) => host.stat(path), read: (path) => readMbox(host, path) };
}

const ports = <Source extends CheckPorts['source']>(
  { progress }: Session,
  source: Source,
): CheckPorts & { readonly source: Source } => ({
  source,
  now: Date.now,
  progress: (event) => {
    progress.report(event);
  },
});

function fileAlone(mbox: string, names: readonly string[], cwd: string): string {
  if (names.length === 0) return resolve(cwd, mbox);
  throw new CannotStartError([
    {
      code: 'usage.mbox-and-lists',
      severity: 'error',
      summary: '--mbox names a file in the place of lists',
      why: `${counted(names.length, 'list is', 'lists are')} named besides`,
      next: 'name either lists or a file',
    },
  ]);
}
