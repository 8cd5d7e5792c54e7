// SPDX-License-Identifier: GPL-3.0-or-later
import type { Command, Host } from '../host.js';
import type {
  HeldEmail,
  IndexedList,
  IndexProgress,
  ObservedArchive,
} from '../model/archive-state.js';
import { type Json, jsonNumber, type JsonObject, jsonText } from '../model/json.js';
import type { ArchivePolicy } from '../model/mailman3-list.js';
import { indexLists } from './hyperkitty-index.js';
import { helperRecords } from './python-helper.js';
import { pythonSession } from './python-session.js';

/** HyperKitty, reached through its own Django management command. */
export interface HyperKitty {
  observe(fqdnListname: string): Promise<ObservedArchive>;
  /** Makes the list's page, with its archive policy from the start. */
  createList(fqdnListname: string, archivePolicy: ArchivePolicy): Promise<void>;
  /** Feeds an mbox to HyperKitty's import command; returns the lines it printed. */
  importMbox(
    fqdnListname: string,
    archivePolicy: ArchivePolicy,
    mbox: AsyncIterable<Uint8Array>,
  ): Promise<readonly string[]>;
  index(
    fqdnListnames: readonly string[],
    tell: (progress: IndexProgress) => void,
  ): Promise<readonly IndexedList[]>;
}

const HELPER = 'hyperkitty_helper.py';

/** `django` is the command that runs a Django management command, without its name. */
export function hyperkitty(host: Host, django: Command): HyperKitty {
  const session = pythonSession(
    { host, command: [...django, 'shell'] },
    { opening: 'hyperkitty_session.py', name: "HyperKitty's Python", logs: 'the web log' },
  );
  // Once is enough: only somebody who deletes messages leaves documents behind.
  let swept = false;

  return {
    async observe(fqdnListname) {
      const emails: HeldEmail[] = [];
      let state: JsonObject = {};
      for await (const record of session.records(HELPER, { do: 'observe', list: fqdnListname })) {
        if (record['type'] === 'list') state = record;
        if (record['type'] === 'email') {
          emails.push({
            messageId: jsonText(record['messageId']) ?? '',
            hash: jsonText(record['hash']) ?? '',
            date: jsonNumber(record['date']) ?? 0,
          });
        }
      }
      return {
        exists: state['exists'] === true,
        archivePolicy: archivePolicy(state['archivePolicy']),
        emails,
        documents: typeof state['documents'] === 'number' ? state['documents'] : 0,
      };
    },

    async createList(fqdnListname, policy) {
      await session.ask(HELPER, { do: 'create', list: fqdnListname, archivePolicy: policy });
    },

    async importMbox(fqdnListname, policy, mbox) {
      const request = { do: 'import', list: fqdnListname, archivePolicy: policy };
      return notes(helperRecords(host, [...django, 'shell', '-c'], HELPER, request, mbox));
    },

    async index(fqdnListnames, tell) {
      const indexed = await indexLists(session, fqdnListnames, !swept, tell);
      swept = true;
      return indexed;
    },
  };
}

/** The lines that a command printed. */
async function notes(records: AsyncIterable<JsonObject>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const record of records) {
    if (record['type'] === 'note') lines.push(jsonText(record['text']) ?? '');
  }
  return lines;
}

function archivePolicy(value: Json | undefined): ArchivePolicy | null {
  return value === 'never' || value === 'private' || value === 'public' ? value : null;
}
