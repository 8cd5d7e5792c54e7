// SPDX-License-Identifier: GPL-3.0-or-later
import type { ArchiveLoad, MessageNote } from '../model/archive-state.js';
import { jsonNumber, type JsonObject, jsonText } from '../model/json.js';
import type { ArchivePolicy } from '../model/mailman3-list.js';
import type { PythonSession } from './python-session.js';

/** The helper that asks HyperKitty and runs its own commands, in the order of its parts. */
export const HYPERKITTY_HELPER = ['hyperkitty_list.py', 'hyperkitty_helper.py'] as const;

/** The loader, in the order of its parts. */
const LOADER = [
  'hyperkitty_list.py',
  'hyperkitty_loader_headers.py',
  'hyperkitty_loader_parse.py',
  'hyperkitty_loader_fit.py',
  'hyperkitty_loader_threads.py',
  'hyperkitty_loader_store.py',
  'hyperkitty_loader_workers.py',
  'hyperkitty_loader_caches.py',
  'hyperkitty_loader.py',
] as const;

/** The part of HyperKitty that takes messages in. */
export interface HyperKittyImport {
  /** Makes the list's page, with its archive policy from the start. */
  createList(fqdnListname: string, archivePolicy: ArchivePolicy): Promise<void>;
  /** Feeds an mbox to HyperKitty's import command; returns the lines it printed. */
  importMbox(
    fqdnListname: string,
    archivePolicy: ArchivePolicy,
    mbox: AsyncIterable<Uint8Array>,
  ): Promise<readonly string[]>;
  /** Feeds a prepared mbox to the loader; `progress` is told how many messages are done. */
  loadMbox(
    fqdnListname: string,
    archivePolicy: ArchivePolicy,
    mbox: AsyncIterable<Uint8Array>,
    progress: (done: number) => void,
  ): Promise<ArchiveLoad>;
  /** What the loader does after the last message: HyperKitty's caches. */
  refresh(fqdnListname: string): Promise<void>;
}

/** `session` is HyperKitty's own Django. */
export function hyperkittyImport(session: PythonSession): HyperKittyImport {
  return {
    async createList(fqdnListname, archivePolicy) {
      const request = { do: 'create', list: fqdnListname, archivePolicy };
      await session.ask(HYPERKITTY_HELPER, request);
    },

    async importMbox(fqdnListname, archivePolicy, mbox) {
      const request = { do: 'import', list: fqdnListname, archivePolicy };
      return notes(session.records(HYPERKITTY_HELPER, request, mbox));
    },

    async loadMbox(fqdnListname, archivePolicy, mbox, progress) {
      const request = { do: 'load', list: fqdnListname, archivePolicy };
      return load(session.records(LOADER, request, mbox), progress);
    },

    async refresh(fqdnListname) {
      await session.ask(LOADER, { do: 'refresh', list: fqdnListname });
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

async function load(
  records: AsyncIterable<JsonObject>,
  progress: (done: number) => void,
): Promise<ArchiveLoad> {
  let loaded = 0;
  let privateCaches = false;
  const refused: MessageNote[] = [];
  const changed: MessageNote[] = [];
  for await (const record of records) {
    const messageId = jsonText(record['messageId']) ?? '';
    const type = record['type'];
    if (type === 'progress') progress(jsonNumber(record['done']) ?? 0);
    if (type === 'refused') refused.push({ messageId, text: jsonText(record['why']) ?? '' });
    if (type === 'changed') changed.push({ messageId, text: jsonText(record['what']) ?? '' });
    if (type === 'loaded') {
      loaded = jsonNumber(record['messages']) ?? 0;
      privateCaches = record['privateCaches'] === true;
    }
  }
  return { loaded, refused, changed, privateCaches };
}
