// SPDX-License-Identifier: GPL-3.0-or-later
//
// npm run bench -- roster [--database sqlite|postgres] [--members N] [--rest]
// npm run bench -- archive [--database …] [--search whoosh|xapian] [--messages N,N…] [--tree FILE]
//                          [--cleanarch "PYTHON2 CLEANARCH"] [--no-index]
// npm run bench -- batch [--lists N] [--members N] [--messages N] [--database …] [--search …]
// npm run bench -- redirects [--articles N] [--lists N]
//
// Measures the program against Mailman's own commands in one run. Figures mean something only on a
// machine that does nothing else.
import { parseArgs } from 'node:util';
import { archive } from './archive.js';
import { batch } from './batch.js';
import { redirects } from './redirects.js';
import { roster } from './roster.js';

// What is measured where nothing is said.
const USUAL = { members: '10000', messages: '1500', lists: '50' };
const MANY_LISTS = { members: '200', messages: '400', lists: '100' };

const BENCHMARKS = { archive, batch, redirects, roster };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string', default: 'sqlite' },
    members: { type: 'string' },
    rest: { type: 'boolean', default: false },
    search: { type: 'string', default: 'whoosh' },
    messages: { type: 'string' },
    // A folder or tarball of Mailman 2 with one list: real mail is no part of the checkout.
    tree: { type: 'string', default: '../shared/real-list/uboot-stm32.tar.gz' },
    cleanarch: { type: 'string' },
    // update_index_one_list takes hours for what an import takes minutes for.
    'no-index': { type: 'boolean', default: false },
    articles: { type: 'string', default: '1000000' },
    lists: { type: 'string' },
  },
});
const [name] = positionals;
if (!Object.hasOwn(BENCHMARKS, name ?? '')) {
  console.error(`usage: npm run bench -- NAME   benchmarks: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 2;
} else {
  const { database, rest, search, tree } = values;
  const wanted = { ...(name === 'batch' ? MANY_LISTS : USUAL), ...values };
  const sizes = wanted.messages.split(',').map(Number);
  const cleanarch = values.cleanarch?.split(' ') ?? null;
  const members = Number(wanted.members);
  const [articles, lists] = [wanted.articles, wanted.lists].map(Number);
  const options = { database, members, rest, search, sizes, tree, cleanarch, articles, lists };
  options.index = !values['no-index'];
  console.log(await BENCHMARKS[name](options));
}
