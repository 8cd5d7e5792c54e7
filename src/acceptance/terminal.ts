// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from 'execa';
import { PROGRAM } from './mm2to3.js';

// A terminal of 0 columns and rows, as `script` and some CI give it; answers in their order.
const TERMINAL = `
import os, pty, sys
answers = sys.argv[1].split()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
unanswered = b''
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    unanswered += data
    if answers and b'[y/N] ' in unanswered:
        unanswered = b''
        os.write(terminal, answers.pop(0).encode() + b'\\n')
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

// How a terminal is told where to write, and in which colour (ECMA-48, control sequences).
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]/g;

/**
 * Runs the program at a terminal where somebody types these answers to its questions; what stood
 * there, on one line and without colours.
 */
export async function atTerminal(
  args: readonly string[],
  answers: readonly string[],
): Promise<{ readonly exitCode: number | undefined; readonly output: string }> {
  const words = ['-c', TERMINAL, answers.join(' '), process.execPath, PROGRAM, ...args];
  const ended = await execa('python3', words, { reject: false, stdin: 'ignore', timeout: 60_000 });
  const output = ended.stdout.replaceAll(CONTROL, '').replaceAll(/\s+/g, ' ');
  return { exitCode: ended.exitCode, output };
}
