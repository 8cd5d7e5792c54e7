// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { DiagnosticError } from '../diagnostics.js';
import type { Conversation } from '../host.js';
import { isJsonObject, type Json, type JsonObject, jsonText } from '../model/json.js';
import { BOOTSTRAP, type HelperRequest, type PythonCommand, SCRIPTS } from './python-helper.js';
import { PATIENCE_MS, patienceWith, silent, SilenceWatch } from './silence.js';

/** A Python of Mailman 3, started once (that takes a second) and asked again and again. */
export interface PythonSession {
  /** Starts Python now, beside other work, where it is certain that something will be asked. */
  begin(): void;
  /**
   * Runs a helper of scripts/ (several: the texts as one) and returns its records; requests wait
   * for each other. Throws `target.helper-failed` with the helper's own words,
   * `host.command-failed` where Python ended, `target.helper-silent` where it was ended because
   * nothing was heard of it for too long.
   */
  ask(helper: Helper, request: HelperRequest): Promise<readonly JsonObject[]>;
  /**
   * The same, one record after the other as they come. `body` is what the helper reads as `BODY`:
   * as that can take long, others do not wait for it; they have another Python.
   */
  records(
    helper: Helper,
    request: HelperRequest,
    body?: AsyncIterable<Uint8Array> | null,
  ): AsyncGenerator<JsonObject>;
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

/** One Python and those who wait for it. */
interface Seat {
  talk: Conversation | null;
  /** Its start, where that was asked for before there was a request. */
  early: Promise<Conversation | null> | null;
  last: Promise<unknown>;
  waiting: number;
  /** Whether it is given a body, or is going to be. */
  fed: boolean;
}

/**
 * `command` ends before the `-c` that takes a program. Python starts with the first request, or
 * with `begin`, and ends with this process. `patience`: milliseconds of silence of a helper that
 * is waited for.
 */
export function pythonSession(
  { host, command }: PythonCommand,
  kind: SessionKind,
  patience = PATIENCE_MS,
): PythonSession {
  const newSeat = (): Seat => ({
    talk: null,
    early: null,
    last: Promise.resolve(),
    waiting: 0,
    fed: false,
  });
  const seats: [Seat, ...Seat[]] = [newSeat()];

  async function start(): Promise<Conversation> {
    // First, so that it is on its way while its text is read.
    const started = host.converse([...command, '-c', BOOTSTRAP]);
    const text = await textOf([kind.opening, 'helper_session.py']);
    started.send(`${JSON.stringify({ helperBytes: text.length })}\n`);
    started.send(text);
    return started;
  }

  function seatFor(hasBody: boolean): Seat {
    const free = seats.find(({ fed, waiting }) => (hasBody ? waiting === 0 : !fed));
    if (free !== undefined) return free;
    const seat = newSeat();
    seats.push(seat);
    return seat;
  }

  async function* answer(
    seat: Seat,
    files: readonly string[],
    request: HelperRequest,
    body: AsyncIterable<Uint8Array> | null,
  ): AsyncGenerator<JsonObject> {
    const text = await textOf(files);
    const helper = files.at(-1) ?? '';
    seat.talk ??= await seat.early;
    if (seat.talk?.ended !== false) seat.talk = await start();
    const { talk } = seat;
    const limit = patienceWith(request, patience);
    const silence = new SilenceWatch(limit, () => {
      talk.kill(silent(helper, request, limit));
    });
    const head = { ...request, helper, helperBytes: text.length, body: body !== null };
    talk.send(`${JSON.stringify(head)}\n`);
    talk.send(text);
    const feeding = body === null ? null : feed(talk, body, silence);
    for (;;) {
      const line = await silence.during(talk.line());
      if (!line.startsWith('{')) continue; // a warning that some library printed
      const record = JSON.parse(line) as Json;
      if (!isJsonObject(record)) continue;
      const { type } = record;
      if (type === 'enough') feeding?.stop();
      else if (type !== 'answered' && type !== 'failed') yield record;
      else {
        // Why the body could not be had says more than that the helper went without.
        await feeding?.done();
        if (type === 'answered') return;
        throw failure(kind, helper, request, jsonText(record['why']));
      }
    }
  }

  async function* records(
    helper: Helper,
    request: HelperRequest,
    body: AsyncIterable<Uint8Array> | null = null,
  ): AsyncGenerator<JsonObject> {
    const seat = seatFor(body !== null);
    const before = seat.last;
    let leave: () => void = () => undefined;
    seat.last = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const done = (): void => {
      seat.waiting -= 1;
      if (body !== null) seat.fed = false;
      leave();
    };
    seat.waiting += 1;
    if (body !== null) seat.fed = true;
    await before;
    const answers = answer(seat, [helper].flat(), request, body);
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
      seats[0].early ??= start().catch(() => null);
    },
    records,
    async ask(helper, request) {
      const all: JsonObject[] = [];
      for await (const record of records(helper, request)) all.push(record);
      return all;
    },
  };
}

/**
 * Sends a body as helper_session.py's `BODY` reads it, no faster than that. `done` throws where the
 * body could not be read.
 */
function feed(
  talk: Conversation,
  body: AsyncIterable<Uint8Array>,
  silence: SilenceWatch,
): { readonly stop: () => void; readonly done: () => Promise<void> } {
  let wanted = true;
  let trouble: { readonly error: unknown } | null = null;
  async function run(): Promise<void> {
    try {
      for await (const piece of body) {
        if (!wanted || talk.ended) break;
        if (piece.length === 0) continue;
        talk.send(`${piece.length}\n`);
        talk.send(piece);
        await talk.drained();
        silence.broken();
      }
      talk.send('0\n');
    } catch (error) {
      trouble = { error };
      talk.send('-1\n');
    }
  }
  const running = run();
  return {
    stop: () => {
      wanted = false;
    },
    async done() {
      await running;
      if (trouble !== null) throw trouble.error;
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
