// SPDX-License-Identifier: GPL-3.0-or-later
//
// npm run bench -- roster [--database sqlite|postgres] [--members N] [--rest]
// npm run bench -- archive [--database …] [--search whoosh|xapian] [--messages N,N…] [--tree FILE]
//                          [--cleanarch "PYTHON2 CLEANARCH"]
// npm run bench -- redirects [--articles N] [--lists N]
//
// Measures the program against Mailman's own commands in one run. Figures mean something only on a
// machine that does nothing else.
import { parseArgs } from 'node:util';
import { archive } from './archive.js';
import { redirects } from './redirects.js';
import { roster } from './roster.js';

const BENCHMARKS = { archive, redirects, roster };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string', default: 'sqlite' },
    members: { type: 'string', default: '10000' },
    rest: { type: 'boolean', default: false },
    search: { type: 'string', default: 'whoosh' },
    messages: { type: 'string', default: '1500' },
    // A folder or tarball of Mailman 2 with one list: real mail is no part of the checkout.
    tree: { type: 'string', default: '../shared/real-list/uboot-stm32.tar.gz' },
    cleanarch: { type: 'string' },
    articles: { type: 'string', default: '1000000' },
    lists: { type: 'string', default: '50' },
  },
});
const [name] = positionals;
if (!Object.hasOwn(BENCHMARKS, name ?? '')) {
  console.error(`usage: npm run bench -- NAME   benchmarks: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 2;
} else {
  const { database, rest, search, tree } = values;
  const sizes = values.messages.split(',').map(Number);
  const cleanarch = values.cleanarch?.split(' ') ?? null;
  const members = Number(values.members);
  const [articles, lists] = [values.articles, values.lists].map(Number);
  const options = { database, members, rest, search, sizes, tree, cleanarch, articles, lists };
  console.log(await BENCHMARKS[name](options));
}
