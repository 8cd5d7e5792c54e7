// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { IndexedList, SearchedWord } from '../model/archive-state.js';
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
  return { outcome, findings: indexFindings(list, indexed), value: null };
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
      summary: `the search index knows ${documents} of ${emails} messages`,
      why: reasons.length === 0 ? 'the indexer did not say why' : `left out: ${reasons.join(', ')}`,
      next: 'run mm2to3 index for this list again; what stays out is in HyperKitty all the same, and only the search does not find it',
    });
  }
  if (missed.length > 0) {
    findings.push({
      code: 'index.search-misses',
      severity: 'error',
      list,
      summary: `${missed.length} of ${tried} words that were tried do not find their messages`,
      why: `HyperKitty's own search was asked for ${named(missed)}`,
      next: 'look into the web log; rebuild the index with: mailman-web rebuild_index, in a quiet hour',
    });
  }
  if (exposed.length > 0) {
    findings.push({
      code: 'index.private-shown',
      severity: 'error',
      list,
      summary: 'a search without a list shows strangers messages of this private list',
      why: `HyperKitty's own search was asked, as somebody not logged in, for ${named(exposed)}`,
      next: 'take the search off the web server until HyperKitty hides them',
    });
  }
  if (gone > 0) {
    findings.push({
      code: 'index.removed',
      severity: 'info',
      list,
      summary: `${gone} documents were removed from the search index`,
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

const named = (words: readonly SearchedWord[]): string =>
  words
    .slice(0, NAMED)
    .map(({ word, messageId }) => `"${word}" of ${messageId}`)
    .join(', ');
