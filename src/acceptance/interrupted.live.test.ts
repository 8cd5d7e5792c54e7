// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CoreDump, dumpCore } from './core-dump.js';
import { answerOf, type RunList, startMm2to3 } from './mm2to3.js';
import { type Sandbox, startSandbox } from './sandbox.js';

// Whoever wants to know it better asks for more: MM2TO3_KILLS=20.
const KILLS = Number(process.env['MM2TO3_KILLS'] ?? 5);

describe('apply, killed again and again', () => {
  let sandbox: Sandbox;
  let overRest: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const config = await readFile(sandbox.config, 'utf8');
    overRest = `${sandbox.config.slice(0, -'.yaml'.length)}-rest.yaml`;
    await writeFile(overRest, config.replace(/^ {4}python: .*\n/m, ''));
  });

  afterAll(async () => {
    await sandbox.down();
  });

  /** All of Core's database, and what stands beyond it. */
  async function end(): Promise<CoreDump & { readonly mails: readonly string[] }> {
    return { ...(await dumpCore(sandbox)), mails: await sandbox.mails() };
  }

  it.each([
    // In all of its phases, from an empty Core each time that it came through.
    {
      list: 'biglist',
      way: 'by the bulk loader',
      config: () => sandbox.config,
      from: 0.1,
      to: 0.9,
    },
    // Early, so that each run comes a little further than the last.
    { list: 'dev', way: 'over REST', config: () => overRest, from: 0.1, to: 0.35 },
  ])('$list, $way, ends where an undisturbed run ends', async ({ list, config, from, to }) => {
    const apply = () => answerOf<RunList>({ config: config() }, ['apply', list]);
    await sandbox.reset();
    const began = Date.now();
    const { lists } = await apply();
    const whole = Date.now() - began;
    expect(lists.map(({ outcome }) => outcome)).not.toContain('failed');
    const undisturbed = await end();

    const moments: number[] = [];
    while (moments.length < KILLS) {
      await sandbox.reset();
      for (let killed = true; killed && moments.length < KILLS;) {
        const moment = Math.round(whole * (from + (to - from) * Math.random()));
        const running = startMm2to3(['--config', config(), 'apply', list]);
        await Promise.race([running, sleep(moment)]);
        killed = running.exitCode === null;
        if (killed) moments.push(moment);
        running.kill('SIGKILL');
        await running;
      }
      const said = `killed after ${moments.join(', ')} of ${whole} ms`;
      const last = await apply();
      const findings = JSON.stringify(last.lists.flatMap((each) => each.findings));
      expect([0, 4], `${said}: ${findings}`).toContain(last.exitCode);
      expect(await end(), said).toEqual(undisturbed);
      const again = await apply();
      expect(again.lists.map(({ outcome }) => outcome)).toEqual(['unchanged']);
    }
    process.stderr.write(`${list}: killed after ${moments.join(', ')} of ${whole} ms\n`);
    expect(undisturbed.mails).toEqual([]);
  });
});
