// SPDX-License-Identifier: GPL-3.0-or-later
//
// One archive into one and the same HyperKitty, by its own commands (`hyperkitty_import`,
// `update_index_one_list`) and by `mm2to3 archive import` and `mm2to3 index`: wall time of the whole
// commands, start-up included, one after the other, with the greatest memory of any of their
// processes. Both importers are given the same prepared mbox; preparing has a line of its own.
// Sizes beyond the archive's own are made of copies whose Message-IDs differ.
import { execa } from 'execa';
import { createWriteStream } from 'node:fs';
import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPTS = join(CHECKOUT, 'scripts/bench');

/**
 * Runs the benchmark for archives of so many messages and returns its lines.
 *
 * @param tree a folder of Mailman 2 with one list and its mbox, or a tarball of one
 * @param cleanarch words that run Mailman 2's own cleanarch, if it is to be measured
 * @param index whether the search index is measured, too
 */
export async function archive({ database, search, sizes, tree, cleanarch, index }) {
  const parent = await mkdtemp(join(tmpdir(), 'mm2to3-bench-'));
  const dir = join(parent, 'sandbox');
  const sandbox = (...words) => execa(join(CHECKOUT, 'scripts/sandbox'), words);
  // HyperKitty's own account reads the mbox that its command is given.
  await execa('chmod', ['755', parent]);
  const lines = [];
  try {
    const original = await unpack(tree, join(parent, 'tree'));
    await sandbox('up', '--dir', dir, '--database', database, '--search', search);
    const settings = parse(await readFile(join(dir, 'mm2to3.yaml'), 'utf8'));
    for (const size of sizes) {
      const root = join(parent, `site-${size}`);
      await copySite(original, root, size);
      lines.push(`${size} messages, ${database}, ${search}`);
      const run = { parent, root, size, settings, index, list: original.list };
      lines.push(...(await preparing(run, cleanarch)), ...(await importing(run)));
    }
  } finally {
    await sandbox('down', '--dir', dir, '--delete').catch(() => undefined);
    await rm(parent, { recursive: true, force: true });
  }
  return lines.join('\n');
}

async function unpack(tree, folder) {
  await mkdir(folder);
  if ((await stat(tree)).isDirectory()) await cp(tree, folder, { recursive: true });
  else await execa('tar', ['-xf', tree, '-C', folder]);
  const [list] = await readdir(join(folder, 'lists'));
  return { folder, list, mbox: join(folder, `archives/private/${list}.mbox/${list}.mbox`) };
}

/** The same list with an archive of so many messages, and without pages. */
async function copySite({ folder, list, mbox }, root, size) {
  await cp(join(folder, 'lists'), join(root, 'lists'), { recursive: true });
  const target = join(root, `archives/private/${list}.mbox`);
  await mkdir(target, { recursive: true });
  await writeMessages(mbox, join(target, `${list}.mbox`), size);
}

/** Copies of an mbox one after the other, each with Message-IDs of its own, cut to a size. */
async function writeMessages(from, to, size) {
  const text = await readFile(from, 'latin1');
  const messages = text.split(/^(?=From \S+@\S+ +[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d )/m);
  const out = createWriteStream(to);
  for (let n = 0; n < size; n += 1) {
    const copy = Math.floor(n / messages.length);
    const message = messages[n % messages.length];
    if (!out.write(copy === 0 ? message : renamed(message, copy), 'latin1'))
      await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

function renamed(message, copy) {
  const end = message.search(/\r?\n\r?\n/);
  const header = message
    .slice(0, end)
    .replace(/^(?:Message-ID|In-Reply-To|References):(?:.*\n[ \t])*.*/gim, (field) =>
      field.replaceAll('<', `<c${copy}.`),
    );
  return header + message.slice(end);
}

async function preparing({ parent, root, size, list }, cleanarch) {
  const mbox = join(root, `archives/private/${list}.mbox/${list}.mbox`);
  const megabytes = (await stat(mbox)).size / 1e6;
  const workspace = join(parent, `ours-${size}`);
  const ours = await measured(['node', join(SCRIPTS, 'prepare.js'), mbox, workspace, list]);
  const loaded = (megabytes / Number(ours.stdout)).toFixed(1);
  const figures = [`  prepare ${rate(megabytes, ours)}, without start-up ${loaded} MB/s`];
  if (cleanarch !== null) {
    const [command, ...words] = cleanarch;
    const official = await measured([command, ...words], { inputFile: mbox });
    figures.push(
      `  cleanarch ${rate(megabytes, official)}: ${(official.seconds / ours.seconds).toFixed(1)} times slower`,
    );
  }
  return figures;
}

async function importing({ parent, root, size, settings, index, list }) {
  const hosts = { official: `official-${size}.example`, ours: `ours-${size}.example` };
  const prepared = join(parent, `mbox-${size}`);
  await copyFile(join(parent, `ours-${size}`, `lists/${list}/prepared.mbox`), prepared);
  await execa('chmod', ['644', prepared]);
  const address = `${list}@${hosts.official}`;
  const django = (...words) => [...settings.target.django.command, ...words];
  const old = await hostOf(root, settings, list);
  const config = join(parent, `ours-${size}.yaml`);
  const lists = { ...settings.lists, domains: { [old]: hosts.ours } };
  const workspace = join(parent, `ours-${size}`);
  await writeFile(config, stringify({ ...absolute(settings), lists, workspace }));
  const mm2to3 = (...words) => [
    join(CHECKOUT, 'bin/mm2to3.js'),
    ...['--config', config, '--source', root, '--quiet', '--json', ...words, list],
  ];
  const figures = [];
  const compare = async (what, official, ours) => {
    const theirs = await measured(official);
    const mine = await measured(ours, { accepts: [0, 4] });
    figures.push(
      `  ${what}: ${shown(theirs)}; mm2to3 ${shown(mine)}: ${(theirs.seconds / mine.seconds).toFixed(1)} times as fast`,
    );
  };
  const options = ['-l', address, '--no-sync-mailman', '--since', '1900-01-01'];
  await compare(
    'hyperkitty_import',
    django('hyperkitty_import', ...options, prepared),
    mm2to3('archive', 'import'),
  );
  if (index) {
    const official = django('update_index_one_list', address);
    await compare('update_index_one_list', official, mm2to3('index'));
  }
  return figures;
}

/** Where the list's old addresses are. */
async function hostOf(root, settings, list) {
  const words = ['--source', root, '--json', 'survey', list];
  const { stdout } = await execa(join(CHECKOUT, 'bin/mm2to3.js'), words, { reject: false });
  return JSON.parse(stdout).lists[0].fqdn.split('@')[1];
}

/** The settings without the sandbox's own site in them. */
const absolute = ({ source: _source, redirects: _redirects, ...settings }) => settings;

/** Seconds of a command, and the memory of its greatest process in megabytes. */
async function measured(words, { inputFile, accepts = [0] } = {}) {
  const began = performance.now();
  const run = await execa('/usr/bin/python3', [join(SCRIPTS, 'peak.py'), ...words], {
    cwd: '/',
    reject: false,
    stdio: [inputFile === undefined ? 'ignore' : { file: inputFile }, 'pipe', 'pipe'],
    maxBuffer: 1 << 30,
    buffer: { stdout: inputFile === undefined },
  });
  const seconds = (performance.now() - began) / 1000;
  if (!accepts.includes(run.exitCode))
    throw new Error(`${words.join(' ')}: ${run.stdout ?? ''}\n${run.stderr}`);
  const megabytes = Number(/^peak (\d+)$/m.exec(run.stderr)?.[1]) / 1000;
  return { seconds, megabytes, stdout: run.stdout };
}

const shown = ({ seconds, megabytes }) => `${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`;
const rate = (megabytes, { seconds, megabytes: memory }) =>
  `${(megabytes / seconds).toFixed(1)} MB/s (${megabytes.toFixed(1)} MB in ${seconds.toFixed(2)} s, memory ${memory.toFixed(0)} MB)`;
