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
import { HYPERKITTY_HELPER, type HyperKittyImport, hyperkittyImport } from './hyperkitty-import.js';
import { indexLists } from './hyperkitty-index.js';
import { pythonSession } from './python-session.js';

/** HyperKitty, reached through its own Django management command. */
export interface HyperKitty extends HyperKittyImport {
  observe(fqdnListname: string): Promise<ObservedArchive>;
  index(
    fqdnListnames: readonly string[],
    tell: (progress: IndexProgress) => void,
  ): Promise<readonly IndexedList[]>;
}

/** `django` is the command that runs a Django management command, without its name. */
export function hyperkitty(host: Host, django: Command): HyperKitty {
  const session = pythonSession(
    { host, command: [...django, 'shell'] },
    { opening: 'hyperkitty_session.py', name: "HyperKitty's Python", logs: 'the web log' },
  );
  // Once is enough: only somebody who deletes messages leaves documents behind.
  let swept = false;

  return {
    ...hyperkittyImport(host, django, session),

    async observe(fqdnListname) {
      const emails: HeldEmail[] = [];
      let state: JsonObject = {};
      for await (const record of session.records(HYPERKITTY_HELPER, {
        do: 'observe',
        list: fqdnListname,
      })) {
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
        release: jsonText(state['version']),
        archivePolicy: archivePolicy(state['archivePolicy']),
        emails,
        documents: typeof state['documents'] === 'number' ? state['documents'] : 0,
      };
    },

    async index(fqdnListnames, tell) {
      const indexed = await indexLists(session, fqdnListnames, !swept, tell);
      swept = true;
      return indexed;
    },
  };
}

function archivePolicy(value: Json | undefined): ArchivePolicy | null {
  return value === 'never' || value === 'private' || value === 'public' ? value : null;
}
