// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../diagnostics.js';
import type { Command, Host } from '../host.js';

/** What a command of a fake host prints; null where it fails. */
export type Script = (command: Command, input: string) => readonly string[] | null;

export interface FakeHost extends Host {
  /** Every command that was run, words joined by blanks. */
  readonly commands: readonly string[];
}

/** A host that answers commands as a test says and has no files. */
export function fakeHost(script: Script): FakeHost {
  const commands: string[] = [];
  const run = async (command: Command, input: Iterable<unknown> | AsyncIterable<unknown>) => {
    let text = '';
    for await (const chunk of input) text += String(chunk);
    commands.push(command.join(' '));
    const lines = script(command, text);
    if (lines !== null) return lines;
    throw new DiagnosticError({
      code: 'host.command-failed',
      summary: `${command[0]} failed on fake`,
      why: 'the test says so',
    });
  };
  return {
    name: 'fake',
    commands,
    run: async (command, { input = [] } = {}) => (await run(command, input)).join('\n'),
    async *lines(command, { input = [] } = {}) {
      yield* await run(command, input);
    },
    converse() {
      throw new Error('nobody here to talk with');
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    async *read(path) {
      throw new Error(`no file ${path}`);
    },
    stat: () => Promise.resolve(null),
  };
}
