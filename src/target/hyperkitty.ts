// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { DiagnosticError } from '../diagnostics.js';
import type { Command, Host } from '../host.js';
import type { HeldEmail, ObservedArchive } from '../model/archive-state.js';
import { isJsonObject, type Json, jsonNumber, type JsonObject, jsonText } from '../model/json.js';
import type { ArchivePolicy } from '../model/mailman3-list.js';

const HELPER = new URL('../../scripts/hyperkitty_helper.py', import.meta.url);

// Django's shell runs this; it reads the request and the helper from standard input, so that the
// rest of the input is the helper's own.
const BOOTSTRAP = [
  'import json, sys',
  'REQUEST = json.loads(sys.stdin.buffer.readline())',
  'exec(compile(sys.stdin.buffer.read(REQUEST["helperBytes"]), "hyperkitty_helper", "exec"))',
].join('\n');

/** HyperKitty, reached through its own Django management command. */
export interface HyperKitty {
  observe(fqdnListname: string): Promise<ObservedArchive>;
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
  async function* ask(
    request: { readonly do: string; readonly list: string } & JsonObject,
    body: AsyncIterable<Uint8Array> | null = null,
  ): AsyncGenerator<JsonObject> {
    const helper = await readFile(HELPER);
    const head = JSON.stringify({ ...request, helperBytes: helper.length });
    async function* input(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${head}\n`);
      yield helper;
      if (body !== null) yield* body;
    }
    let complete = false;
    for await (const line of host.lines([...django, 'shell', '-c', BOOTSTRAP], {
      input: input(),
    })) {
      if (!line.startsWith('{')) continue; // a warning that some library printed
      const record = JSON.parse(line) as Json;
      if (!isJsonObject(record)) continue;
      if (record['type'] === 'end') complete = true;
      else yield record;
    }
    if (!complete) {
      throw new DiagnosticError({
        code: 'target.hyperkitty-cut-off',
        summary: `HyperKitty's ${request.do} of ${request.list} ended early`,
        why: 'the command stopped without its closing record',
        next: 'run the same command again: it continues with what is missing',
      });
    }
  }

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
