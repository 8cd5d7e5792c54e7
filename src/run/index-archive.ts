// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { IndexedList } from '../model/archive-state.js';
import { counted, number } from '../model/counted.js';
import type { DesiredList } from '../model/mailman3-list.js';
import type { PhaseResult } from './phase.js';
import type { ArchivePort, Ports } from './ports.js';

// How many messages or words a finding names.
const NAMED = 3;

/** Brings into the search index what it does not know of a list's archive, and tries it. */
export async function indexArchive(
  desired: DesiredList,
  {
    archive,
    progress,
  }: Pick<Ports, 'progress'> & {
    readonly archive: Pick<ArchivePort, 'index'>;
  },
): Promise<PhaseResult<null>> {
  const list = desired.sourceName;
  const [indexed] = await archive.index([desired.fqdnListname], (event) => {
    progress({ list, phase: 'index', unit: 'documents', ...event });
  });
  if (indexed === undefined || (indexed.emails === 0 && indexed.gone === 0)) {
    return { outcome: 'skipped', findings: [], value: null };
  }
  const outcome = indexed.added === 0 && indexed.gone === 0 ? 'unchanged' : 'done';
  const figures = { work: { amount: indexed.added, unit: 'documents' as const } };
  return { outcome, findings: indexFindings(list, indexed), value: null, figures };
}

/**
 * An indexer that, asked for the first of some lists, indexes all of them: so a run of many lists
 * has its processes, and its parts of the index, once. What ended that ends it for each of them.
 */
export function indexTogether(
  index: ArchivePort['index'],
  fqdnListnames: readonly string[],
): ArchivePort['index'] {
  const together = new Set(fqdnListnames);
  let whole: ReturnType<ArchivePort['index']> | null = null;
  return async (asked, tell) => {
    const apart = asked.filter((name) => !together.has(name));
    if (apart.length > 0) return index(asked, tell);
    whole ??= index(fqdnListnames, tell);
    return (await whole).filter(({ fqdnListname }) => asked.includes(fqdnListname));
  };
}

/** What is wrong with an index, or was done otherwise than usual. */
export function indexFindings(list: string, indexed: IndexedList): readonly Diagnostic[] {
  const { emails, documents, refused, missed, exposed, tried, gone } = indexed;
  const findings: Diagnostic[] = [];
  if (documents !== emails) {
    const reasons = refused
      .slice(0, NAMED)
      .map(({ messageId, why }) => (why === null ? messageId : `${messageId} (${why})`));
    findings.push({
      code: 'index.incomplete',
      severity: 'error',
      list,
      summary: `the search index knows ${number(documents)} of ${counted(emails, 'message')}`,
      why: reasons.length === 0 ? 'the indexer did not say why' : `left out: ${reasons.join(', ')}`,
      next: 'run mm2to3 index for this list again; what stays out is in HyperKitty all the same, and only the search does not find it',
    });
  }
  if (missed.length > 0) {
    findings.push({
      code: 'index.search-misses',
      severity: 'error',
      list,
      summary: `${missed.length} of ${counted(tried, 'word that was tried does not find its message', 'words that were tried do not find their messages')}`,
      why: `HyperKitty's own search was asked for them; not found with all its words: ${named(indexed.fqdnListname, missed)}`,
      next: 'open one of these messages in HyperKitty, search the list for a word of it, and look into the web log; in a quiet hour, mailman-web rebuild_index makes the index anew',
    });
  }
  if (exposed.length > 0) {
    findings.push({
      code: 'index.private-shown',
      severity: 'error',
      list,
      summary: 'a search without a list shows strangers messages of this private list',
      why: `HyperKitty's own search was asked for words of them, as somebody not logged in: ${named(indexed.fqdnListname, exposed)}`,
      next: 'take the search off the web server until HyperKitty hides them',
    });
  }
  if (gone > 0) {
    findings.push({
      code: 'index.removed',
      severity: 'info',
      list,
      summary: `${counted(gone, 'document was', 'documents were')} removed from the search index`,
      why: 'HyperKitty has their messages no more',
    });
  }
  if (indexed.official) {
    findings.push({
      code: 'index.official-command',
      severity: 'info',
      list,
      summary: "the index was built by HyperKitty's own command, update_index_one_list",
      why: 'only Whoosh and Xapian, as far as this program knows them, are indexed the fast way',
    });
  }
  return findings;
}

/** `list/dev@lists.example.org/message/HASH (2 words)`: never the words, which are people's mail. */
function named(fqdnListname: string, hashes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return [...counts]
    .slice(0, NAMED)
    .map(([hash, words]) => {
      const message = `list/${fqdnListname}/message/${hash}`;
      return `${message} (${counted(words, 'word')})`;
    })
    .join(', ');
}
