// SPDX-License-Identifier: GPL-3.0-or-later
import type { Command, Host } from '../host.js';
import type { HeldEmail, ObservedArchive } from '../model/archive-state.js';
import { type Json, jsonNumber, type JsonObject, jsonText } from '../model/json.js';
import type { ArchivePolicy } from '../model/mailman3-list.js';
import { helperRecords, type HelperRequest } from './python-helper.js';

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
  /** Indexes one whole list with HyperKitty's own command. */
  index(fqdnListname: string): Promise<void>;
}

/** `django` is the command that runs a Django management command, without its name. */
export function hyperkitty(host: Host, django: Command): HyperKitty {
  const ask = (
    request: HelperRequest,
    body: AsyncIterable<Uint8Array> | null = null,
  ): AsyncGenerator<JsonObject> =>
    helperRecords(host, [...django, 'shell', '-c'], 'hyperkitty_helper.py', request, body);

  return {
    async observe(fqdnListname) {
      const emails: HeldEmail[] = [];
      let state: JsonObject = {};
      for await (const record of ask({ do: 'observe', list: fqdnListname })) {
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
      await notes(ask({ do: 'create', list: fqdnListname, archivePolicy: policy }));
    },

    async importMbox(fqdnListname, policy, mbox) {
      const request = { do: 'import', list: fqdnListname, archivePolicy: policy };
      return notes(ask(request, mbox));
    },

    async index(fqdnListname) {
      await notes(ask({ do: 'index', list: fqdnListname }));
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
