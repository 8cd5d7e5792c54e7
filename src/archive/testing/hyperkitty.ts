// SPDX-License-Identifier: GPL-3.0-or-later
// eslint-disable-next-line no-restricted-imports -- run by tests only
import { spawnSync } from 'node:child_process';
// eslint-disable-next-line no-restricted-imports -- run by tests only
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What HyperKitty stored of one message. */
export interface StoredEmail {
  readonly messageId: string;
  readonly hash: string;
  readonly date: number;
  readonly utcOffset: number;
  readonly archived: number;
  readonly sender: string;
  readonly senderName: string;
  readonly subject: string;
  readonly inReplyTo: string | null;
  readonly parent: string | null;
  readonly content: string;
  /** Counter, name, content type, charset, size. */
  readonly attachments: readonly (readonly [number, string, string, string | null, number])[];
}

export interface ImportResult {
  readonly rows: readonly StoredEmail[];
  /** Python's traceback where the import ended early. */
  readonly aborted: string | null;
  /** What it said of messages it passed over. */
  readonly errors: string;
}

const PYTHON = '/usr/bin/python3';
/** Importing them takes a Django configuration; finding them does not. */
const PROBE =
  'import importlib.util as i, sys; sys.exit(not (i.find_spec("hyperkitty") and i.find_spec("haystack")))';
const oracle = fileURLToPath(new URL('hyperkitty-oracle.py', import.meta.url));

/** Whether HyperKitty can be asked here; a CI without it is a fault, not a reason to pass. */
export const hyperkittyMissing =
  process.env['CI'] === undefined && spawnSync(PYTHON, ['-c', PROBE]).status !== 0;

/** Runs HyperKitty's own import command over an mbox, into a database in memory. */
export function importWithHyperkitty(mbox: Uint8Array): ImportResult {
  const folder = mkdtempSync(join(tmpdir(), 'mm2to3-oracle-'));
  try {
    const path = join(folder, 'prepared.mbox');
    writeFileSync(path, mbox);
    const { stdout, stderr, status } = spawnSync(PYTHON, [oracle, path], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    if (status !== 0) throw new Error(stderr);
    const rows: StoredEmail[] = [];
    let end = { aborted: null, errors: '' };
    for (const line of stdout.split('\n')) {
      const answer =
        line === '' ? {} : (JSON.parse(line) as { row?: StoredEmail; end?: typeof end });
      if (answer.row !== undefined) rows.push(answer.row);
      if (answer.end !== undefined) end = answer.end;
    }
    return { rows, ...end };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
