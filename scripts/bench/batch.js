// SPDX-License-Identifier: GPL-3.0-or-later
//
// Many lists into one and the same Mailman 3, by the official commands in a loop (`mailman create`,
// `mailman import21`, `hyperkitty_import`, `update_index_one_list`) and by one `mm2to3 batch`, which
// writes redirects and verifies besides: wall time of the whole commands, start-up included. Both
// get lists of the same sizes, at domains of their own, so that none meets another's addresses.
import { execa } from 'execa';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const MAILMAN = 'from mailman.bin.mailman import main; main()';
const HOSTS = { official: 'official.example', ours: 'ours.example' };

/**
 * Runs the benchmark and returns its lines.
 *
 * @param lists how many, of sizes from a tenth to the whole of `members` and `size`
 * @param size messages of the largest archive
 */
export async function batch({ database, search, lists, members, sizes: [size] }) {
  const parent = await mkdtemp(join(tmpdir(), 'mm2to3-bench-'));
  const dir = join(parent, 'sandbox');
  const sandbox = (...words) => execa(join(CHECKOUT, 'scripts/sandbox'), words);
  // The accounts of Core and HyperKitty read what their commands are given.
  await chmod(parent, 0o755);
  try {
    const names = Array.from({ length: lists }, (_, n) => `list${String(n).padStart(3, '0')}`);
    const share = (n) => 0.1 + (0.9 * ((n * 37) % 100)) / 100;
    let messages = 0;
    for (const host of Object.values(HOSTS)) {
      messages = 0;
      for (const [n, name] of names.entries()) {
        const script = join(CHECKOUT, 'scripts/bench/roster.py');
        const many = String(Math.max(1, Math.round(members * share(n))));
        await execa('/usr/bin/python3', [script, join(parent, host), name, host, many]);
        const count = Math.max(1, Math.round(size * share(n)));
        messages += count;
        const folder = join(parent, host, `archives/private/${name}.mbox`);
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, `${name}.mbox`), mbox(name, host, count));
      }
    }
    await sandbox('up', '--dir', dir, '--database', database, '--search', search);
    const facts = JSON.parse(await readFile(join(dir, 'sandbox.json'), 'utf8'));
    const ours = await seconds(() => migrate(dir, parent, lists));
    // The loop takes ten times as long: whoever ends it early has seen that much.
    console.error(`  mm2to3 batch took ${ours.toFixed(1)} s; now the official commands`);
    const official = await seconds(() => loop(facts, parent, names));
    return [
      `${lists} lists, ${messages} messages, ${database}, ${search}`,
      `  official commands in a loop ${official.toFixed(0)} s; mm2to3 batch ${ours.toFixed(0)} s: ${(official / ours).toFixed(1)} times as fast`,
    ].join('\n');
  } finally {
    await sandbox('down', '--dir', dir, '--delete').catch(() => undefined);
    await rm(parent, { recursive: true, force: true });
  }
}

async function migrate(dir, parent, lists) {
  const settings = parse(await readFile(join(dir, 'mm2to3.yaml'), 'utf8'));
  delete settings.source;
  delete settings.redirects.testUrl;
  const config = join(dir, 'batch.yaml');
  await writeFile(config, stringify({ ...settings, workspace: join(parent, 'workspace') }));
  const source = join(parent, HOSTS.ours);
  const words = ['--config', config, '--source', source, '--quiet', '--json', 'batch'];
  const run = await execa(join(CHECKOUT, 'bin/mm2to3.js'), words, { reject: false, cwd: '/' });
  // 4: done, with findings.
  if (![0, 4].includes(run.exitCode)) throw new Error(`batch: ${run.stdout}\n${run.stderr}`);
  const { lists: done, rates } = JSON.parse(run.stdout);
  const bad = done.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped');
  if (done.length !== lists || bad.length > 0) throw new Error(JSON.stringify(bad.slice(0, 3)));
  for (const { phase, unit, amount, seconds: took } of rates)
    console.error(`  ${phase}: ${amount} ${unit} in ${took.toFixed(1)} s`);
}

async function loop({ corePython, djangoCommand }, parent, names) {
  const [python, ...words] = corePython;
  const [django, ...command] = djangoCommand;
  const options = { cwd: '/' };
  const mailman = (...args) => execa(python, [...words, '-c', MAILMAN, ...args], options);
  const manage = (...args) => execa(django, [...command, ...args], options);
  const root = join(parent, HOSTS.official);
  for (const name of names) {
    const address = `${name}@${HOSTS.official}`;
    const archive = join(root, `archives/private/${name}.mbox/${name}.mbox`);
    await mailman('create', address);
    await mailman('import21', address, join(root, `lists/${name}/config.pck`));
    await manage('hyperkitty_import', '-l', address, '--since', '1900-01-01', archive);
    await manage('update_index_one_list', address);
    console.error(`  ${name} done`);
  }
}

/** Invented mail in threads of five, 3 KB each. */
function mbox(name, host, count) {
  const words =
    'the list moves its mail to another house and nobody notices before they should'.split(' ');
  const text = (seed) =>
    Array.from({ length: 40 }, (_, line) =>
      Array.from(
        { length: 12 },
        (_, at) => words[(seed * 7 + line * 5 + at * 3) % words.length],
      ).join(' '),
    ).join('\n');
  const messages = [];
  for (let n = 0; n < count; n += 1) {
    const date = new Date(Date.UTC(2005, 0, 1) + n * 7_200_000);
    const id = (at) => `<${name}.${at}@mail.${host}>`;
    const first = n - (n % 5);
    const head = [
      `From person${n % 50}@${host} ${asctime(date)}`,
      `From: Person ${n % 50} <person${n % 50}@${host}>`,
      `To: ${name}@${host}`,
      `Subject: ${n === first ? '' : 'Re: '}Thread ${first} of ${name}`,
      `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: ${id(n)}`,
      ...(n === first ? [] : [`In-Reply-To: ${id(n - 1)}`]),
      'Content-Type: text/plain; charset=us-ascii',
    ];
    messages.push(`${head.join('\n')}\n\n${text(n)}\n\n`);
  }
  return messages.join('');
}

/** `Sat Jan  1 00:00:00 2005`. */
function asctime(date) {
  const [day, number, month, year, time] = date.toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${String(Number(number)).padStart(2)} ${time} ${year}`;
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
