// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpCore } from './core-dump.js';
import { dumpHyperkitty } from './hyperkitty-dump.js';
import { type FaultyProxy, faultyProxy } from './faulty-proxy.js';
import { type Answer, mm2to3, type RunList, startMm2to3 } from './mm2to3.js';
import { bytesIn, readOnly, remount, ROOMY, smallDisk } from './small-disk.js';
import { CHECKOUT, type Sandbox, startSandbox } from './sandbox.js';

// Whoever wants to know it better asks for more of each: MM2TO3_FAULTS=10.
const ROUNDS = Number(process.env['MM2TO3_FAULTS'] ?? 0);
// Held requests, a private archive, texts of their own; more where time is no matter.
const LISTS = [
  'announce',
  'security-private',
  'dev',
  ...(ROUNDS > 0 ? ['equipe-fr', 'volunteers'] : []),
];

let sandbox: Sandbox;
let proxy: FaultyProxy;
let config = '';

beforeAll(async () => {
  sandbox = await startSandbox();
  proxy = await faultyProxy(sandbox.facts.restUrl);
  // The time after which a REST interface that hangs is asked again is short here.
  const yaml = (await readFile(sandbox.config, 'utf8'))
    .replace(sandbox.facts.restUrl, proxy.url)
    .replace(/^target:\n/m, 'target:\n  restTimeout: 2\n');
  config = join(sandbox.dir, 'batch.yaml');
  await writeFile(config, yaml);
  // By this the children of a batch are known.
  process.env['MM2TO3_TEST_RUN'] = sandbox.dir;
});

afterAll(async () => {
  await proxy.close();
  await sandbox.down();
});

const words = () => ['--config', config, '--quiet', 'batch', ...LISTS];

/** Runs the batch to its end, as often as it takes; what every list came to. */
async function untilDone(): Promise<readonly RunList[]> {
  let failures = '';
  for (let tries = 0; tries < 3; tries += 1) {
    const { exitCode, stdout, stderr } = await mm2to3(['--json', ...words()]);
    const answer = JSON.parse(stdout) as Answer<RunList>;
    if (exitCode === 0 || exitCode === 4) return answer.lists;
    if (exitCode !== 5) throw new Error(`exit code ${exitCode}: ${stderr}${stdout}`);
    const failed = answer.lists.filter(({ outcome }) => outcome === 'failed');
    failures = JSON.stringify(failed.map(({ name, findings }) => [name, findings]));
  }
  throw new Error(`the batch came to no end: ${failures}`);
}

/** Everything that a migration leaves: people, settings, requests, messages, threads, documents. */
async function end(): Promise<unknown> {
  return {
    core: await dumpCore(sandbox),
    hyperkitty: await dumpHyperkitty(sandbox),
    mails: await sandbox.mails(),
  };
}

/** Processes that work for a batch of this sandbox and have outlived it. */
async function leftBehind(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!line.includes('REQUEST = json.loads') && !line.includes(config)) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (`${line}\0${environment}`.includes(sandbox.dir))
      found.push(line.replaceAll('\0', ' ').slice(0, 200));
  }
  return found;
}

async function gone(): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    if ((await leftBehind()).length === 0) return;
    await sleep(100);
  }
  expect(await leftBehind()).toEqual([]);
}

/** Kills a part of the sandbox with all of its processes, and starts it again. */
async function killPart(name: string): Promise<void> {
  const note = await readFile(join(sandbox.dir, 'run', `${name}.pid`), 'utf8');
  const { pid } = JSON.parse(note) as { pid: number };
  // Each part leads a session, and a group, of its own.
  process.kill(-pid, 'SIGKILL');
  await sleep(1_000);
  await execa(join(CHECKOUT, 'scripts/sandbox'), ['up', '--dir', sandbox.dir], { stdin: 'ignore' });
}

/** Faults that end the batch that meets them. */
const ENDING = ['kill -9 of the tool', 'Ctrl-C', 'Ctrl-C twice'];

const shuffled = <T>(all: readonly T[]): readonly T[] =>
  all
    .map((each) => ({ each, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ each }) => each);

describe('a batch that is disturbed', () => {
  let undisturbed: unknown;
  let whole = 0;
  let used = 0;

  it('comes to its end without disturbance, and has nothing to do then', async () => {
    const began = Date.now();
    const lists = await untilDone();
    whole = Date.now() - began;
    expect(lists.map(({ name }) => name).toSorted()).toEqual(LISTS.toSorted());
    undisturbed = await end();
    used = await bytesIn(sandbox.workspace);
    const again = await untilDone();
    expect(again.map(({ outcome }) => outcome)).toEqual(LISTS.map(() => 'unchanged'));
    expect(await end()).toEqual(undisturbed);
    expect(await sandbox.mails()).toEqual([]);
  });

  it('ends within 5 s of SIGTERM, without a process left, and the next continues after kill -9 and a REST interface in trouble', async () => {
    await sandbox.reset();
    const first = startMm2to3(words());
    await sleep(whole * 0.35);
    const asked = Date.now();
    first.kill('SIGTERM');
    const ended = await first;
    expect(Date.now() - asked).toBeLessThan(6_000);
    expect(ended.exitCode).toBe(143);
    expect(ended.stderr).toContain('nothing more is begun');
    await gone();
    const { stdout } = await mm2to3(['--config', config, '--json', 'status']);
    expect(JSON.parse(stdout)).toMatchObject({ batch: { running: false } });

    const second = startMm2to3(words());
    await sleep(whole * 0.4);
    second.kill('SIGKILL');
    await second;
    await gone();

    const trouble = (async () => {
      await sleep(1_500);
      proxy.mode = 'error';
      await sleep(1_000);
      proxy.mode = 'silence';
      await sleep(3_000);
      proxy.mode = 'through';
    })();
    await untilDone();
    await trouble;
    expect(proxy.met()).toBeGreaterThan(0);
    expect(await end()).toEqual(undisturbed);
  });

  /** Something that goes wrong while a batch runs. */
  interface Fault {
    /** Sets the scene, after the sandbox was emptied; returns what clears it away. */
    readonly scene?: () => Promise<() => Promise<void>>;
    /** At a random moment, while the batch runs. */
    readonly strike?: (running: ReturnType<typeof startMm2to3>) => unknown;
    /** What must be said by the batch that met it: finding codes, one of which is enough. */
    readonly says?: readonly string[];
    /** Once that batch has ended: what the administrator does before the same command. */
    readonly mend?: () => Promise<unknown>;
  }

  const FAULTS: Readonly<Record<string, Fault>> = {
    'kill -9 of the tool': { strike: (running) => running.kill('SIGKILL') },
    'Ctrl-C': { strike: (running) => running.kill('SIGINT') },
    'Ctrl-C twice': {
      async strike(running) {
        running.kill('SIGINT');
        await sleep(500);
        running.kill('SIGINT');
      },
    },
    'kill -9 of Core': { strike: () => killPart('core') },
    'kill -9 of the web process': { strike: () => killPart('web') },
    ...(process.env['MM2TO3_TEST_DATABASE'] === 'postgres'
      ? { 'kill -9 of PostgreSQL': { strike: () => killPart('postgres') } }
      : {}),
    'REST answers 500': {
      async strike() {
        proxy.mode = 'error';
        await sleep(3_000);
        proxy.mode = 'through';
      },
    },
    'REST hangs': {
      async strike() {
        proxy.mode = 'silence';
        await sleep(5_000);
        proxy.mode = 'through';
      },
    },
    'disk full': {
      scene: () => smallDisk(sandbox.workspace, Math.round(used * (0.05 + 0.9 * Math.random()))),
      says: ['workspace.disk-full', 'batch.workspace-unwritable', 'workspace.unusable'],
      mend: () => remount(sandbox.workspace, 'size=512m'),
    },
    'read-only workspace': {
      scene: () => smallDisk(sandbox.workspace, ROOMY),
      strike: (running) => readOnly(sandbox.workspace, running),
      says: ['batch.workspace-unwritable', 'workspace.unusable'],
      mend: () => remount(sandbox.workspace, 'rw'),
    },
  };

  it.runIf(ROUNDS > 0).each(Object.keys(FAULTS))(
    'by %s',
    async (name) => {
      const { scene, strike, says, mend } = FAULTS[name] ?? {};
      for (let round = 0; round < ROUNDS; round += 1) {
        await sandbox.reset();
        const clear = await scene?.();
        try {
          const moment = Math.round(whole * (0.05 + 0.9 * Math.random()));
          const running = startMm2to3(['--json', ...words()]);
          if (strike !== undefined) {
            await Promise.race([running, sleep(moment)]);
            await strike(running);
          }
          const { exitCode, stdout, stderr } = await running;
          await gone();
          const codes = [...new Set(stdout.match(/(?<="code": ")[^"]+/g) ?? [])];
          const said = `${moment} of ${whole} ms, exit code ${exitCode ?? 'none'}`;
          // Only a batch that came to its end all the same has nothing to say.
          expect(exitCode, `${said}: ${stderr}`).not.toBe(1);
          if (says !== undefined && exitCode !== 0 && exitCode !== 4)
            expect(
              codes.filter((code) => says.includes(code)),
              `${said}: ${stdout}`,
            ).not.toEqual([]);
          await mend?.();
          await untilDone();
          expect(await end(), said).toEqual(undisturbed);
          process.stderr.write(`${name} ${round + 1}: ${said}: ${codes.join(' ')}\n`);
        } finally {
          await clear?.();
        }
      }
    },
    3_600_000,
  );

  // Ten of each kind one by one take hours; these are ten of each in a few minutes a round.
  it.runIf(ROUNDS > 0)(
    'by all of them in one night',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await sandbox.reset();
        const night: string[] = [];
        const until = async (running: ReturnType<typeof startMm2to3>, share: number) => {
          let ended = false;
          await Promise.race([
            running.then(() => (ended = true)),
            sleep(whole * share * Math.random()),
          ]);
          return ended;
        };
        const strike = async (
          name: string,
          running: ReturnType<typeof startMm2to3>,
          share: number,
        ) => {
          const began = Date.now();
          if (await until(running, share)) return;
          night.push(`${name} after ${Date.now() - began} ms`);
          await FAULTS[name]?.strike?.(running);
        };
        for (const name of shuffled(ENDING)) {
          const running = startMm2to3(words());
          await strike(name, running, 0.35);
          const { exitCode, stderr } = await running;
          expect(exitCode, `${night.join(', ')}: ${stderr}`).not.toBe(1);
          await gone();
        }
        const running = startMm2to3(words());
        for (const name of shuffled(Object.keys(FAULTS)))
          if (!ENDING.includes(name) && FAULTS[name]?.scene === undefined)
            // Short waits: several are to meet the same batch.
            await strike(name, running, 0.15);
        const { exitCode, stderr } = await running;
        expect(exitCode, `${night.join(', ')}: ${stderr}`).not.toBe(1);
        await gone();
        await untilDone();
        expect(await end(), night.join(', ')).toEqual(undisturbed);
        process.stderr.write(`night ${round + 1}: ${night.join(', ')}\n`);
      }
    },
    3_600_000,
  );
});
