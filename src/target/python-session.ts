// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { DiagnosticError } from '../diagnostics.js';
import type { Conversation } from '../host.js';
import { isJsonObject, type Json, type JsonObject, jsonText } from '../model/json.js';
import { BOOTSTRAP, type HelperRequest, type PythonCommand, SCRIPTS } from './python-helper.js';

/** A Python of Mailman 3, started once (that takes a second) and asked again and again. */
export interface PythonSession {
  /** Starts Python now, beside other work, where it is certain that something will be asked. */
  begin(): void;
  /**
   * Runs a helper of scripts/ (several: the texts as one) and returns its records; requests wait
   * for each other. Throws `target.helper-failed` with the helper's own words,
   * `host.command-failed` where Python ended.
   */
  ask(helper: Helper, request: HelperRequest): Promise<readonly JsonObject[]>;
  /** The same, one record after the other as they come. */
  records(helper: Helper, request: HelperRequest): AsyncGenerator<JsonObject>;
}

/** Files of scripts/. */
export type Helper = string | readonly string[];

/** How a kind of Python is started and spoken of. */
export interface SessionKind {
  /** The text that starts its machinery, before helper_session.py. */
  readonly opening: string;
  /** For messages: `Core's Python`. */
  readonly name: string;
  /** For messages: `Core's logs`. */
  readonly logs: string;
}

/**
 * `command` ends before the `-c` that takes a program. Python starts with the first request, or
 * with `begin`, and ends with this process.
 */
export function pythonSession({ host, command }: PythonCommand, kind: SessionKind): PythonSession {
  let talk: Conversation | null = null;
  let early: Promise<Conversation | null> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  async function start(): Promise<Conversation> {
    const text = await textOf([kind.opening, 'helper_session.py']);
    const started = host.converse([...command, '-c', BOOTSTRAP]);
    started.send(`${JSON.stringify({ helperBytes: text.length })}\n`);
    started.send(text);
    return started;
  }

  async function* answer(files: readonly string[], request: HelperRequest) {
    const text = await textOf(files);
    const helper = files.at(-1) ?? '';
    talk ??= await early;
    if (talk?.ended !== false) talk = await start();
    talk.send(`${JSON.stringify({ ...request, helper, helperBytes: text.length })}\n`);
    talk.send(text);
    for (;;) {
      const line = await talk.line();
      if (!line.startsWith('{')) continue; // a warning that some library printed
      const record = JSON.parse(line) as Json;
      if (!isJsonObject(record)) continue;
      if (record['type'] === 'answered') return;
      if (record['type'] === 'failed')
        throw failure(kind, helper, request, jsonText(record['why']));
      yield record;
    }
  }

  async function* records(helper: Helper, request: HelperRequest): AsyncGenerator<JsonObject> {
    const before = last;
    let done: () => void = () => undefined;
    last = new Promise<void>((resolve) => {
      done = resolve;
    });
    await before;
    const answers = answer([helper].flat(), request);
    let next = await answers.next().catch(finished);
    try {
      while (next.done !== true) {
        yield next.value;
        next = await answers.next();
      }
    } finally {
      // Whoever stops reading leaves lines behind, which are not the next request's.
      try {
        while (next.done !== true) next = await answers.next();
      } finally {
        done();
      }
    }

    function finished(error: unknown): never {
      done();
      throw error;
    }
  }

  return {
    begin() {
      // What keeps it from starting is said by the first request, which starts it again.
      early ??= start().catch(() => null);
    },
    records,
    async ask(helper, request) {
      const all: JsonObject[] = [];
      for await (const record of records(helper, request)) all.push(record);
      return all;
    },
  };
}

const textOf = async (files: readonly string[]): Promise<Buffer> =>
  Buffer.concat(await Promise.all(files.map((file) => readFile(new URL(file, SCRIPTS)))));

const failure = (
  { name, logs }: SessionKind,
  helper: string,
  request: HelperRequest,
  why: string | null,
): DiagnosticError =>
  new DiagnosticError({
    code: 'target.helper-failed',
    summary: `${helper}: ${request.do} of ${request.list} failed in ${name}`,
    why: why ?? 'it gave no reason',
    next: `look into ${logs}, then run the same command again: it continues with what is missing`,
  });
