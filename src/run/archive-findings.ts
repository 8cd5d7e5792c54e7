// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { counted, number } from '../model/counted.js';
import type { PreparedArchive } from './prepared-archive.js';

/** What the owner should know of an archive, one line a kind. */
export function archiveFindings(
  list: string,
  { account, tally }: Pick<PreparedArchive, 'account' | 'tally'>,
): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  const different = tally.defects['duplicate.different'];
  const identical = tally.defects['duplicate.identical'];
  if (different !== undefined) {
    findings.push({
      code: 'archive.message-id-repeated',
      severity: 'warning',
      list,
      summary: `${counted(different.messages, 'message repeats', 'messages repeat')} the Message-ID of an earlier one with another content`,
      why: `HyperKitty keeps one message for each Message-ID: the earlier one; the first of the others is at byte ${different.samples[0]?.offset ?? 0} of the mbox`,
      next: 'look at them where they may matter: in the manifest they are duplicateOf',
    });
  }
  if (identical !== undefined) {
    findings.push({
      code: 'archive.message-repeated',
      severity: 'info',
      list,
      summary: `${counted(identical.messages, 'message stands', 'messages stand')} in the mbox more than once`,
      why: 'HyperKitty keeps one of each',
    });
  }
  if (tally.repaired > 0) {
    findings.push({
      code: 'archive.messages-repaired',
      severity: 'info',
      list,
      summary: `${number(tally.repaired)} of ${counted(account.messages, 'message')} ${tally.repaired === 1 ? 'was' : 'were'} repaired in the prepared copy`,
      why: mostFirst(tally.changes),
    });
  }
  if (account.leading > 0) {
    findings.push({
      code: 'archive.leading-bytes',
      severity: 'warning',
      list,
      summary: `${counted(account.leading, 'byte')} before the first message ${account.leading === 1 ? 'belongs' : 'belong'} to none`,
      why: 'no separator line stands before them',
    });
  }
  return findings;
}

/** `7 date-rewritten, 2 sender-rewritten`. */
function mostFirst(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
