// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { ManifestRecord } from '../model/archive.js';
import type { ArchiveLoad } from '../model/archive-state.js';
import { counted } from '../model/counted.js';

// How many lines of the importer's own words, or Message-IDs, a finding repeats.
const SAID = 5;

/** Messages that are not there. */
export interface Lost {
  readonly count: number;
  readonly first: ManifestRecord | null;
}

/** What the loader could not store, or not as it was. */
export function loadFindings(
  list: string,
  { refused, changed }: ArchiveLoad,
): readonly Diagnostic[] {
  const findings: Diagnostic[] = refused.map(({ messageId, text }) => ({
    code: 'archive.message-refused',
    severity: 'error',
    list,
    summary: `HyperKitty cannot store the message ${messageId}`,
    why: text,
    next: 'find it in the old mbox by that id; it stays readable there',
  }));
  if (changed.length > 0) {
    const named = changed.slice(0, SAID).map(({ messageId, text }) => `${messageId} (${text})`);
    findings.push({
      code: 'archive.text-shortened',
      severity: 'info',
      list,
      summary: `${counted(changed.length, 'message holds', 'messages hold')} text that no database takes as it is`,
      why: `too long for its column, NUL, or half a character: ${named.join(', ')}`,
      next: 'nothing: the rest of each message is whole, and the old mbox has the original',
    });
  }
  return findings;
}

/** Where others may have looked at the list before: they go on seeing its old counts. */
export function cacheFinding(list: string): Diagnostic {
  return {
    code: 'archive.counts-remembered',
    severity: 'info',
    list,
    summary: "HyperKitty's pages may go on showing counts and months of before",
    why: 'its web processes remember them each in its own memory (the default of CACHES in Django)',
    next: 'restart the web part of Mailman 3 once all lists are in: systemctl restart mailman3-web',
  };
}

export function stockFinding(list: string, release: string | null): Diagnostic {
  return {
    code: 'archive.stock-importer',
    severity: 'info',
    list,
    summary: "HyperKitty's own import command was used, which takes longer",
    why: `the loader is not proven for HyperKitty ${release ?? '(release unknown)'}`,
    next: 'nothing: the result is the same',
  };
}

export function lostFindings(
  list: string,
  { count, first }: Lost,
  said: readonly string[],
): readonly Diagnostic[] {
  if (first === null) return [];
  const complaints = said.filter((line) => /fail|error|exception/i.test(line)).slice(0, SAID);
  return [
    {
      code: 'archive.import-incomplete',
      severity: 'error',
      list,
      summary: `${counted(count, 'message')} did not arrive in HyperKitty`,
      why: complaints.length === 0 ? 'the import did not say why' : complaints.join(' | '),
      next: `the first is ${first.messageId} at byte ${first.offset} of the original mbox`,
    },
  ];
}
