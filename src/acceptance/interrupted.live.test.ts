// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, type RunList, startMm2to3 } from './mm2to3.js';
import { type Sandbox, startSandbox } from './sandbox.js';

const KILLS = 5;
const LIST_ID = 'dev.lists.example.org';
const ROLES = ['owner', 'moderator', 'member', 'nonmember'];
// What differs between any two lists made one after the other.
const VOLATILE = new Set([
  'created_at',
  'digest_last_sent_at',
  'http_etag',
  'last_warning_sent',
  'member_id',
  'self_link',
  'user',
  'address',
]);

type Entry = Readonly<Record<string, unknown>>;

const lasting = (entry: Entry): Entry =>
  Object.fromEntries(Object.entries(entry).filter(([key]) => !VOLATILE.has(key)));

/** All that Core says of the list, members in the order of their addresses. */
async function dump(sandbox: Sandbox): Promise<unknown> {
  const rosters: Record<string, readonly Entry[]> = {};
  for (const role of ROLES) {
    const { entries = [] } = (await sandbox.rest(`/lists/${LIST_ID}/roster/${role}`)) as {
      readonly entries?: readonly Entry[];
    };
    const members: Entry[] = [];
    for (const entry of entries) {
      const preferences = (await sandbox.rest(
        `${String(entry['self_link'])}/preferences`,
      )) as Entry;
      const warned = !String(entry['last_warning_sent']).startsWith('0001-');
      members.push({ ...lasting(entry), warned, preferences: lasting(preferences) });
    }
    rosters[role] = members.sort((a, b) => (String(a['email']) < String(b['email']) ? -1 : 1));
  }
  const settings = lasting((await sandbox.rest(`/lists/${LIST_ID}/config`)) as Entry);
  return { settings, rosters };
}

describe('apply, killed again and again', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(async () => {
    await sandbox.down();
  });

  it('ends where an undisturbed run ends', async () => {
    const began = Date.now();
    await answerOf<RunList>(sandbox, ['apply', 'dev']);
    const whole = Date.now() - began;
    const undisturbed = await dump(sandbox);

    await sandbox.reset();
    const moments: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Early enough to hit the work, late enough for each run to come further than the last.
      const moment = Math.round(whole * (0.1 + 0.25 * Math.random()));
      const running = startMm2to3(['--config', sandbox.config, 'apply', 'dev']);
      await Promise.race([running, sleep(moment)]);
      if (running.exitCode === null) moments.push(moment);
      running.kill('SIGKILL');
      await running;
    }
    const said = `killed after ${moments.join(', ')} of ${whole} ms`;
    expect(moments.length, said).toBeGreaterThan(0);

    const last = await answerOf<RunList>(sandbox, ['apply', 'dev']);
    const findings = JSON.stringify(last.lists.flatMap((list) => list.findings));
    expect([0, 4], `${said}: ${findings}`).toContain(last.exitCode);
    expect(await dump(sandbox), said).toEqual(undisturbed);

    const again = await answerOf<RunList>(sandbox, ['apply', 'dev']);
    expect(again.lists.map(({ outcome }) => outcome)).toEqual(['unchanged']);
    expect(await sandbox.mails(), said).toEqual([]);
  });
});
