// SPDX-License-Identifier: GPL-3.0-or-later
//
// A roster into one and the same Core, by `mailman create` and `mailman import21` and by
// `mm2to3 apply`: wall time of the whole commands, start-up included, one after the other. The two
// lists have the same members at two domains, so that neither meets the other's addresses.
import { execa } from 'execa';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const MAILMAN = 'from mailman.bin.mailman import main; main()';

/** Runs the benchmark on one kind of database and returns its one line. */
export async function roster({ database, members }) {
  const parent = await mkdtemp(join(tmpdir(), 'mm2to3-bench-'));
  const dir = join(parent, 'sandbox');
  const sandbox = (...words) => execa(join(CHECKOUT, 'scripts/sandbox'), words);
  // Core's own account reads the pickle that import21 is given.
  await execa('chmod', ['755', parent]);
  try {
    for (const host of ['import21.example', 'apply.example']) {
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
    const apply = [
      ...['--config', join(dir, 'mm2to3.yaml'), '--source', join(parent, 'apply.example')],
      ...['--quiet', '--json', 'apply', 'bench'],
    ];
    let run;
    const ours = await seconds(async () => {
      // 4: done, with findings.
      run = await execa(join(CHECKOUT, 'bin/mm2to3.js'), apply, { reject: false });
    });
    if (![0, 4].includes(run.exitCode)) throw new Error(`apply: ${run.stdout}\n${run.stderr}`);
    const counts = [];
    for (const list of ['bench.import21.example', 'bench.apply.example']) {
      counts.push(await memberCount(facts, list));
    }
    if (counts.some((count) => count !== members)) {
      throw new Error(`members: ${counts.join(' and ')} of ${members}`);
    }
    return (
      `${members} members, ${database}: import21 ${official.toFixed(1)} s, ` +
      `apply ${ours.toFixed(2)} s, ${(official / ours).toFixed(0)} times`
    );
  } finally {
    await sandbox('down', '--dir', dir, '--delete').catch(() => undefined);
    await rm(parent, { recursive: true, force: true });
  }
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
