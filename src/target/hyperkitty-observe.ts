// SPDX-License-Identifier: GPL-3.0-or-later
import type { ObservedArchive } from '../model/archive-state.js';
import { type Json, jsonNumber, type JsonObject, jsonText } from '../model/json.js';
import type { ArchivePolicy } from '../model/mailman3-list.js';
import { INDEX_HELPERS } from './hyperkitty-index.js';
import type { PythonSession } from './python-session.js';

const HELPERS = ['hyperkitty_list.py', 'hyperkitty_observe.py'] as const;

/** The same, where the index is read as well. */
const WITH_INDEX = [...INDEX_HELPERS, 'hyperkitty_observe.py'] as const;

/** What HyperKitty holds of a list. */
export async function observeArchive(
  session: PythonSession,
  fqdnListname: string,
  documents: boolean,
): Promise<ObservedArchive> {
  const emails = new Map<string, number>();
  let state: JsonObject = {};
  const request = { do: 'observe', list: fqdnListname, documents };
  for await (const record of session.records(documents ? WITH_INDEX : HELPERS, request)) {
    if (record['type'] === 'list') state = record;
    if (record['type'] === 'emails') takeEmails(record['emails'], emails);
  }
  return {
    exists: state['exists'] === true,
    release: jsonText(state['version']),
    archivePolicy: archivePolicy(state['archivePolicy']),
    emails,
    documents: documents ? (jsonNumber(state['documents']) ?? 0) : null,
  };
}

/** A page of messages: hash and date by turns. */
function takeEmails(page: Json | undefined, emails: Map<string, number>): void {
  if (!Array.isArray(page)) return;
  const values = page as readonly Json[];
  for (let at = 0; at < values.length; at += 2) {
    emails.set(jsonText(values[at]) ?? '', jsonNumber(values[at + 1]) ?? 0);
  }
}

function archivePolicy(value: Json | undefined): ArchivePolicy | null {
  return value === 'never' || value === 'private' || value === 'public' ? value : null;
}
