// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { DiagnosticError } from '../diagnostics.js';
import type { Conversation } from '../host.js';
import { isJsonObject, type Json, type JsonObject, jsonText } from '../model/json.js';
import { BOOTSTRAP, type HelperRequest, type PythonCommand, SCRIPTS } from './python-helper.js';

/** Core's own Python, started once (that takes a second) and asked again and again. */
export interface CoreSession {
  /** Starts Python now, beside other work, where it is certain that something will be asked. */
  begin(): void;
  /**
   * Runs a helper of scripts/ (several: the texts as one) and returns its records; requests wait
   * for each other. Throws `target.helper-failed` with the helper's own words,
   * `host.command-failed` where Python ended.
   */
  ask(helper: string | readonly string[], request: HelperRequest): Promise<readonly JsonObject[]>;
}

/** Python starts with the first request, or with `begin`, and ends with this process. */
export function coreSession({ host, command }: PythonCommand): CoreSession {
  let talk: Conversation | null = null;
  let early: Promise<Conversation | null> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  async function start(): Promise<Conversation> {
    const text = await readFile(new URL('core_session.py', SCRIPTS));
    const started = host.converse([...command, '-c', BOOTSTRAP]);
    started.send(`${JSON.stringify({ helperBytes: text.length })}\n`);
    started.send(text);
    return started;
  }

  async function askNow(
    files: readonly string[],
    request: HelperRequest,
  ): Promise<readonly JsonObject[]> {
    const texts = await Promise.all(files.map((file) => readFile(new URL(file, SCRIPTS))));
    const text = Buffer.concat(texts);
    const helper = files.at(-1) ?? '';
    talk ??= await early;
    if (talk?.ended !== false) talk = await start();
    talk.send(`${JSON.stringify({ ...request, helper, helperBytes: text.length })}\n`);
    talk.send(text);
    const records: JsonObject[] = [];
    for (;;) {
      const line = await talk.line();
      if (!line.startsWith('{')) continue; // a warning that some library printed
      const record = JSON.parse(line) as Json;
      if (!isJsonObject(record)) continue;
      if (record['type'] === 'answered') return records;
      if (record['type'] === 'failed') throw failure(helper, request, jsonText(record['why']));
      records.push(record);
    }
  }

  return {
    begin() {
      // What keeps it from starting is said by the first request, which starts it again.
      early ??= start().catch(() => null);
    },
    ask(helper, request) {
      const answer = last.then(() => askNow([helper].flat(), request));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

const failure = (helper: string, request: HelperRequest, why: string | null): DiagnosticError =>
  new DiagnosticError({
    code: 'target.helper-failed',
    summary: `${helper}: ${request.do} of ${request.list} failed in Core's Python`,
    why: why ?? 'it gave no reason',
    next: "look into Core's logs, then run the same command again: it continues with what is missing",
  });
