// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { IndexedList, IndexProgress } from '../model/archive-state.js';
import { INDEX_RATES } from '../model/index-rates.js';
import { isJsonObject, type Json, jsonNumber, type JsonObject, jsonText } from '../model/json.js';
import type { PythonSession } from './python-session.js';

/** The helpers that index, one text in this order. */
export const INDEX_HELPERS = [
  'hyperkitty_list.py',
  'hyperkitty_index_children.py',
  'hyperkitty_index_whoosh_writer.py',
  'hyperkitty_index_whoosh.py',
  'hyperkitty_index_xapian.py',
  'hyperkitty_index_check.py',
  'hyperkitty_index.py',
] as const;

// HyperKitty's hourly job seldom takes longer; the night is not to end before it.
const WAIT_SECONDS = 3600;

/**
 * Indexes lists. With `sweep`, documents of messages that are no more are removed; that reads the
 * whole index. Throws `index.locked`, `index.lock-stale`, `index.lock-lost`, `index.disk-full`, `index.worker-failed`.
 */
export async function indexLists(
  session: PythonSession,
  lists: readonly string[],
  sweep: boolean,
  tell: (progress: IndexProgress) => void,
): Promise<readonly IndexedList[]> {
  const indexed: IndexedList[] = [];
  let trouble: Diagnostic | null = null;
  const request = {
    do: 'index',
    list: lists.join(', '),
    lists: [...lists],
    sweep,
    waitSeconds: WAIT_SECONDS,
    rates: INDEX_RATES,
  };
  for await (const record of session.records(INDEX_HELPERS, request)) {
    const type = record['type'];
    if (type === 'progress') {
      tell({ text: 'takes in', done: count(record['done']), total: count(record['total']) });
    }
    if (type === 'merging') tell({ text: 'merges parts of the index' });
    if (type === 'waiting') tell({ text: `waits for ${holder(record)}, which is indexing` });
    if (type === 'indexed') indexed.push(indexedList(record));
    if (type === 'trouble') trouble = troubleOf(record);
  }
  if (trouble !== null) throw new DiagnosticError(trouble);
  return indexed;
}

function indexedList(record: JsonObject): IndexedList {
  return {
    fqdnListname: jsonText(record['list']) ?? '',
    emails: count(record['emails']),
    documents: count(record['documents']),
    added: count(record['added']),
    gone: count(record['gone']),
    official: record['official'] === true,
    refused: objects(record['refused']).map((each) => ({
      messageId: jsonText(each['messageId']) ?? '',
      why: jsonText(each['why']),
    })),
    tried: count(record['tried']),
    missed: texts(record['missed']),
    exposed: texts(record['exposed']),
  };
}

const count = (value: Json | undefined): number => jsonNumber(value) ?? 0;

const objects = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter((each) => isJsonObject(each)) : [];

const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter((each) => typeof each === 'string') : [];

const holder = (record: JsonObject): string => jsonText(record['holder']) ?? 'another process';

const gigabytes = (value: Json | undefined): string => `${(count(value) / 2 ** 30).toFixed(1)} GB`;

/** Why the indexer ended, by its own codes. */
function troubleOf(record: JsonObject): Diagnostic {
  const severity = 'error';
  const code = jsonText(record['code']) ?? 'index.failed';
  const path = jsonText(record['path']) ?? '';
  switch (code) {
    case 'index.disk-full':
      return {
        code,
        severity,
        summary: `the disk of the search index has ${gigabytes(record['free'])} free and ${gigabytes(record['needed'])} may be needed`,
        why: `the index in ${path} would grow over it, and a full disk breaks more than the search`,
        next: 'make room there, then run the same command again',
      };
    case 'index.locked':
      return {
        code,
        severity,
        summary: `the search index has been locked by ${holder(record)} for too long`,
        why: `HyperKitty's own indexing holds the lock ${path}, and two at once damage the index`,
        next: 'look what that process does, then run the same command again',
      };
    case 'index.lock-stale':
      return {
        code,
        severity,
        summary: `the search index is locked by ${holder(record)}, which is no more`,
        why: `${path} belongs to another account, so neither this program nor HyperKitty's jobs can remove it`,
        next: 'remove that file, then run the same command again',
      };
    case 'index.lock-lost':
      return {
        code,
        severity,
        summary: 'somebody took the lock of the search index away',
        why: `${path} is not this program's any more, and two at once damage the index`,
        next: 'run the same command again: it continues with what is missing',
      };
    default:
      return {
        code,
        severity,
        summary: 'a process that indexes ended early',
        why: jsonText(record['why']) ?? 'it gave no reason',
        next: 'run the same command again: it continues with what is missing',
      };
  }
}
