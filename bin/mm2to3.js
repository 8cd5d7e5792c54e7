#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
import { main } from '../dist/cli/main.js';

// Every phase can be stopped anywhere: the same command continues. So there is nothing to tidy up,
// but a command that wants to end what it is at is told the first time.
const stop = { handler: null };
let stopped = false;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    const { handler } = stop;
    stop.handler = null;
    if (handler === null) {
      process.stderr.write('\nstopped; the same command continues from here\n');
      process.exit(code);
    }
    stopped = true;
    handler(signal);
  });
}

const { stdin, stdout, stderr, env } = process;
process.exitCode = await main(process.argv.slice(2), {
  ...{ stdin, stdout, stderr, env, stop },
  cwd: () => process.cwd(),
});
// What did not end in time is not waited for, and helpers end with this process.
if (stopped) process.exit();
