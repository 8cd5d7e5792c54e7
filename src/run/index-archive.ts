// SPDX-License-Identifier: GPL-3.0-or-later
import type { DesiredList } from '../model/mailman3-list.js';
import type { PhaseResult } from './phase.js';
import type { ArchivePort } from './ports.js';

/** Indexes a list's whole archive, unless the index knows all of its messages. */
export async function indexArchive(
  desired: DesiredList,
  archive: ArchivePort,
): Promise<PhaseResult<null>> {
  const before = await archive.observe(desired.fqdnListname);
  if (before.emails.length === 0) return { outcome: 'skipped', findings: [], value: null };
  if (before.documents === before.emails.length) {
    return { outcome: 'unchanged', findings: [], value: null };
  }
  await archive.index(desired.fqdnListname);
  const { documents, emails } = await archive.observe(desired.fqdnListname);
  if (documents === emails.length) return { outcome: 'done', findings: [], value: null };
  return {
    outcome: 'done',
    findings: [
      {
        code: 'index.incomplete',
        severity: 'error',
        list: desired.sourceName,
        summary: `the search index knows ${documents} of ${emails.length} messages`,
        why: "HyperKitty's index command passed over the others",
        next: 'run mm2to3 index for this list again and look into the web log',
      },
    ],
    value: null,
  };
}
