// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { DiagnosticError } from '../diagnostics.js';
import type { Command, Host } from '../host.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';

/** Where the helpers lie. */
export const SCRIPTS = new URL('../../scripts/', import.meta.url);

/** How a program of Mailman 3's own Python is run, where the tool reaches its host. */
export interface PythonCommand {
  readonly host: Host;
  readonly command: Command;
}

/**
 * What a Python elsewhere is told to run: it reads the request and the helper's text from standard
 * input, so that no file has to lie on that host and the rest of the input is the helper's own.
 */
export const BOOTSTRAP = [
  'import json, sys',
  'REQUEST = json.loads(sys.stdin.buffer.readline())',
  'exec(compile(sys.stdin.buffer.read(REQUEST["helperBytes"]), "mm2to3_helper", "exec"))',
].join('\n');

/** A request to a helper: what to do, for which list, and whatever that needs. */
export type HelperRequest = { readonly do: string; readonly list: string } & JsonObject;

/**
 * Runs one of the helpers of scripts/ (several: the texts as one) by a command that ends in `-c` and executes
 * {@link BOOTSTRAP}, and yields its records. Throws `target.helper-cut-off` where its closing
 * record is missing.
 */
export async function* helperRecords(
  host: Host,
  command: Command,
  helper: string | readonly string[],
  request: HelperRequest,
  body: AsyncIterable<Uint8Array> | null = null,
): AsyncGenerator<JsonObject> {
  const files = [helper].flat();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, SCRIPTS))));
  const text = Buffer.concat(texts);
  const head = JSON.stringify({ ...request, helperBytes: text.length });
  async function* input(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${head}\n`);
    yield text;
    if (body !== null) yield* body;
  }
  let complete = false;
  for await (const line of host.lines([...command, BOOTSTRAP], { input: input() })) {
    if (!line.startsWith('{')) continue; // a warning that some library printed
    const record = JSON.parse(line) as Json;
    if (!isJsonObject(record)) continue;
    if (record['type'] === 'end') complete = true;
    else yield record;
  }
  if (!complete) {
    throw new DiagnosticError({
      code: 'target.helper-cut-off',
      summary: `${files.at(-1) ?? ''}: ${request.do} of ${request.list} ended early`,
      why: 'the command stopped without its closing record',
      next: 'run the same command again: it continues with what is missing',
    });
  }
}
