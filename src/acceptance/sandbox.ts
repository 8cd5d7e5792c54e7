// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The checkout, which these tests treat as any user of it would. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** The example site: Mailman 2's folder as its own software wrote it. */
export const SITE = join(CHECKOUT, 'fixtures/mm2-site/var');

// The tests' own default is SQLite; whoever wants them on PostgreSQL says so.
const DATABASE = process.env['MM2TO3_TEST_DATABASE'] ?? 'sqlite';

/** What of sandbox.json these tests use. */
export interface SandboxFacts {
  readonly restUrl: string;
  readonly restUser: string;
  readonly restPassword: string;
  readonly nginxUrl: string;
  readonly hyperkittyUrl: string;
  readonly postoriusUrl: string;
  readonly adminUser: string;
  readonly adminPasswordFile: string;
  readonly smtpSink: string;
  readonly lmtpHost: string;
  readonly lmtpPort: number;
  /** Core's mailman.cfg. */
  readonly coreConfig: string;
  readonly corePython: readonly [string, ...string[]];
  /** Runs a Django management command. */
  readonly djangoCommand: readonly [string, ...string[]];
  /** The folder of HyperKitty's search index. */
  readonly searchIndex: string;
}

/** A real Mailman 3 of its own: Core, HyperKitty, Postorius, nginx, and a sink for mail. */
export interface Sandbox {
  readonly dir: string;
  readonly facts: SandboxFacts;
  /** Its mm2to3.yaml. */
  readonly config: string;
  readonly workspace: string;
  /** Every mail that Core sent since the sandbox began. */
  mails(): Promise<readonly string[]>;
  /**
   * Asks Core's REST interface for a path or for one of its own addresses; with `changes`, sets
   * them there, or with POST does there what they say.
   */
  rest(
    path: string,
    changes?: Readonly<Record<string, string>>,
    method?: 'PATCH' | 'POST',
  ): Promise<unknown>;
  /** What Core's bounce runner does every few minutes: warn, or remove, who bounced too often. */
  warnBouncers(): Promise<void>;
  /** Empties it; the ports stay. */
  reset(): Promise<void>;
  /** Stops and deletes it. */
  down(): Promise<void>;
}

const WARN_BOUNCERS = `
from mailman.core.initialize import initialize
initialize()
from mailman.interfaces.bounce import IBounceProcessor
from zope.component import getUtility
getUtility(IBounceProcessor).send_warnings_and_remove()
`;

/**
 * Starts a sandbox in a temporary folder. Where it cannot start, the error is the sandbox's own
 * message: nothing here is skipped for want of a package.
 */
export async function startSandbox(source: string = SITE): Promise<Sandbox> {
  const parent = await temporaryFolder();
  // The account that runs the sandbox's daemons must be able to pass.
  await chmod(parent, 0o755);
  const dir = join(parent, 'sandbox');
  const sandbox = async (command: string, ...options: readonly string[]): Promise<void> => {
    const all = [command, '--dir', dir, ...options];
    const { exitCode, stderr } = await execa(join(CHECKOUT, 'scripts/sandbox'), all, {
      reject: false,
      stdin: 'ignore',
    });
    if (exitCode !== 0) throw new Error(`scripts/sandbox ${all.join(' ')}\n${stderr}`);
  };
  try {
    await sandbox('up', '--source', source, '--database', DATABASE);
  } catch (error) {
    await rm(parent, { recursive: true, force: true });
    throw error;
  }
  const facts = JSON.parse(await readFile(join(dir, 'sandbox.json'), 'utf8')) as SandboxFacts;
  const login = Buffer.from(`${facts.restUser}:${facts.restPassword}`).toString('base64');
  return {
    dir,
    facts,
    config: join(dir, 'mm2to3.yaml'),
    workspace: join(dir, 'workspace'),
    async mails() {
      const names = await readdir(facts.smtpSink);
      return Promise.all(names.map((name) => readFile(join(facts.smtpSink, name), 'utf8')));
    },
    async rest(path, changes, method = 'PATCH') {
      const answer = await fetch(path.startsWith('http') ? path : `${facts.restUrl}${path}`, {
        headers: { authorization: `Basic ${login}` },
        ...(changes === undefined ? {} : { method, body: new URLSearchParams({ ...changes }) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${text}`);
      return text === '' ? null : (JSON.parse(text) as unknown);
    },
    async warnBouncers() {
      const [command, ...words] = facts.corePython;
      await execa(command, [...words, '-'], { input: WARN_BOUNCERS });
    },
    reset: () => sandbox('reset'),
    async down() {
      await sandbox('down', '--delete');
      await rm(parent, { recursive: true, force: true });
    },
  };
}

/** A folder of this test's own; whoever asks for it removes it. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'mm2to3-live-'));
}
