// SPDX-License-Identifier: GPL-3.0-or-later
//
// npm run bench -- roster [--database sqlite|postgres] [--members N] [--rest]
//
// Measures the program against Mailman's own commands in one run. Figures mean something only on a
// machine that does nothing else.
import { parseArgs } from 'node:util';
import { roster } from './roster.js';

const BENCHMARKS = { roster };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string', default: 'sqlite' },
    members: { type: 'string', default: '10000' },
    rest: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
if (!Object.hasOwn(BENCHMARKS, name ?? '')) {
  console.error(`usage: npm run bench -- NAME   benchmarks: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 2;
} else {
  const { database, rest } = values;
  console.log(await BENCHMARKS[name]({ database, members: Number(values.members), rest }));
}
