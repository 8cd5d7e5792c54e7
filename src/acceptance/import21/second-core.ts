// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../../host.js';
import type { Sandbox } from '../sandbox.js';

/**
 * A second Mailman Core beside a sandbox's own: its own folder and database, no daemon. Returns
 * the words that run its Python; what they run makes the database at its first use.
 */
export async function secondCore({ facts, dir }: Sandbox): Promise<Command> {
  const folder = join(dir, 'second-core');
  const first = await readFile(facts.coreConfig, 'utf8');
  const second = first
    .replaceAll(join(dir, 'core'), folder)
    .replace(/^log_dir: .*/m, `log_dir: ${folder}/logs`)
    .replace(/^class: mailman\.database.*/m, 'class: mailman.database.sqlite.SQLiteDatabase')
    .replace(/^url: .*/m, `url: sqlite:///${folder}/mailman.db`);
  const config = `${folder}.cfg`;
  // The account that runs Core reads it; no secret of the sandbox is worth hiding from it.
  await writeFile(config, second, { mode: 0o644 });
  const [command, ...words] = facts.corePython;
  return [
    command,
    ...words.map((word) =>
      word.startsWith('MAILMAN_CONFIG_FILE=') ? `MAILMAN_CONFIG_FILE=${config}` : word,
    ),
  ];
}
