#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
import { main } from '../dist/cli/main.js';

// Every phase can be stopped anywhere: the same command continues. So there is nothing to tidy up.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => {
    process.stderr.write('\nstopped; the same command continues from here\n');
    process.exit(code);
  });
}

process.exitCode = await main(process.argv.slice(2), process);
