// SPDX-License-Identifier: GPL-3.0-or-later
//
// A roster into one and the same Core, by `mailman create` and `mailman import21`, by `mm2to3
// apply` through Core's own Python and, if wanted, by `mm2to3 apply` over REST alone: wall time of
// the whole commands, start-up included, one after the other. The lists have the same members at
// domains of their own, so that none meets another's addresses.
import { execa } from 'execa';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const MAILMAN = 'from mailman.bin.mailman import main; main()';

/** Runs the benchmark on one kind of database and returns its one line. */
export async function roster({ database, members, rest }) {
  const parent = await mkdtemp(join(tmpdir(), 'mm2to3-bench-'));
  const dir = join(parent, 'sandbox');
  const sandbox = (...words) => execa(join(CHECKOUT, 'scripts/sandbox'), words);
  // Core's own account reads the pickle that import21 is given.
  await execa('chmod', ['755', parent]);
  try {
    const hosts = ['import21.example', 'apply.example', ...(rest ? ['rest.example'] : [])];
    for (const host of hosts) {
      const script = join(CHECKOUT, 'scripts/bench/roster.py');
      const words = [join(parent, host), 'bench', host, String(members)];
      await execa('/usr/bin/python3', [script, ...words]);
    }
    await sandbox('up', '--dir', dir, '--database', database);
    const facts = JSON.parse(await readFile(join(dir, 'sandbox.json'), 'utf8'));
    const [command, ...words] = facts.corePython;
    const mailman = (...args) => execa(command, [...words, '-c', MAILMAN, ...args], { cwd: '/' });
    const official = await seconds(async () => {
      await mailman('create', 'bench@import21.example');
      const pickle = join(parent, 'import21.example/lists/bench/config.pck');
      await mailman('import21', 'bench@import21.example', pickle);
    });
    const config = join(dir, 'mm2to3.yaml');
    const ours = await seconds(() => apply(config, join(parent, 'apply.example')));
    const figures = [`import21 ${official.toFixed(1)} s`, compared('apply', ours, official)];
    if (rest) {
      // The same configuration without a way to Core's host.
      const { core: _core, ...target } = parse(await readFile(config, 'utf8')).target;
      const remote = join(dir, 'rest.yaml');
      const settings = { ...parse(await readFile(config, 'utf8')), target };
      await writeFile(remote, stringify({ ...settings, workspace: join(parent, 'rest') }));
      const slow = await seconds(() => apply(remote, join(parent, 'rest.example')));
      figures.push(compared('apply over REST', slow, official));
    }
    const counts = [];
    for (const host of hosts) counts.push(await memberCount(facts, `bench.${host}`));
    if (counts.some((count) => count !== members)) {
      throw new Error(`members: ${counts.join(' and ')} of ${members}`);
    }
    return `${members} members, ${database}: ${figures.join(', ')}`;
  } finally {
    await sandbox('down', '--dir', dir, '--delete').catch(() => undefined);
    await rm(parent, { recursive: true, force: true });
  }
}

const compared = (what, ours, official) =>
  `${what} ${ours.toFixed(2)} s (${(official / ours).toFixed(1)} times)`;

async function apply(config, source) {
  const words = ['--config', config, '--source', source, '--quiet', '--json', 'apply', 'bench'];
  const run = await execa(join(CHECKOUT, 'bin/mm2to3.js'), words, { reject: false });
  // 4: done, with findings.
  if (![0, 4].includes(run.exitCode)) throw new Error(`apply: ${run.stdout}\n${run.stderr}`);
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function memberCount({ restUrl, restUser, restPassword }, listId) {
  const login = Buffer.from(`${restUser}:${restPassword}`).toString('base64');
  const answer = await fetch(`${restUrl}/lists/${listId}`, {
    headers: { authorization: `Basic ${login}` },
  });
  return (await answer.json()).member_count;
}
