// SPDX-License-Identifier: GPL-3.0-or-later
import { CommanderError } from 'commander';
import { CannotStartError, type Diagnostic, DiagnosticError } from '../diagnostics.js';
import { findingJson } from '../report/findings.js';
import { SCHEMA_VERSION } from '../report/json.js';
import { errorsText } from '../report/text.js';
import { systemError } from '../run/each-list.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { type Io, write } from './io.js';
import { buildProgram } from './program.js';

/**
 * The whole program: arguments in, exit code out. Expected trouble becomes a message and its code;
 * anything else is a bug and shows where it happened.
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  // A reader who stops reading (`| head`) ends our answer, not with a stack trace.
  io.stdout.on('error', ignoreClosedPipe);
  let code: ExitCode = EXIT.done;
  const program = buildProgram(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return await explain(error, argv.includes('--json'), io);
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** Expected trouble as what is to be said of it; null for a bug. */
function troubles(error: unknown): readonly Diagnostic[] | null {
  if (error instanceof CannotStartError) return error.all;
  if (error instanceof DiagnosticError) return [error.diagnostic];
  // A disk that is full or read-only, a folder where a file should be.
  const refused = systemError(error);
  return refused === null ? null : [refused];
}

async function explain(error: unknown, json: boolean, io: Io): Promise<ExitCode> {
  // commander has said what is wrong already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.cannotStart;
  const all = troubles(error);
  if (all !== null) {
    if (json) {
      const answer = { schemaVersion: SCHEMA_VERSION, errors: all.map(findingJson) };
      await write(io.stdout, `${JSON.stringify(answer, null, 2)}\n`);
    }
    await write(io.stderr, errorsText(all));
    return EXIT.cannotStart;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await write(io.stderr, `mm2to3 has a bug; please report it with these lines:\n${stack}\n`);
  return EXIT.bug;
}
