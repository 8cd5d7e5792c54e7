// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, failedChecks, mm2to3, type RunList, type VerifyList } from './mm2to3.js';
import { type Sandbox, startSandbox } from './sandbox.js';

const LIST = 'cpp-users@lists.example.net';
const BOTH = ['c++-users', 'volunteers'];
// c++-users is the list that stays, under a name that Mailman 3 takes, in a new domain.
const LISTS = `
lists:
  rename: { c++-users: cpp-users }
  domains: { lists.example.org: lists.example.net }
  merge: { volunteers: c++-users }
`;

describe('a list that is renamed and takes another one in', () => {
  let sandbox: Sandbox;
  let lists: readonly RunList[];

  beforeAll(async () => {
    sandbox = await startSandbox();
    await appendFile(sandbox.config, LISTS);
    ({ lists } = await answerOf<RunList>(sandbox, ['migrate', 'c++-users']));
  });

  afterAll(async () => {
    await sandbox.down();
  });

  it('has all people and all messages of both', async () => {
    expect(lists.map(({ name, fqdn }) => [name, fqdn])).toEqual(BOTH.map((name) => [name, LIST]));
    for (const { outcome, findings } of lists) {
      expect(outcome, JSON.stringify(findings)).toMatch(/^(migrated|findings)$/);
    }
    const listed = (await sandbox.rest('/lists')) as { readonly entries: readonly object[] };
    expect(listed.entries).toMatchObject([{ fqdn_listname: LIST, member_count: 40 }]);
    const owners = await sandbox.rest('/lists/cpp-users.lists.example.net/roster/owner');
    expect(owners).toMatchObject({ total_size: 2 });
  });

  it('is proven by a verification of both without a failed check', async () => {
    const verified = await answerOf<VerifyList>(sandbox, ['verify', ...BOTH]);
    expect(failedChecks(verified.lists)).toEqual([]);
    expect(verified.lists.map(({ name, ok }) => [name, ok])).toEqual(
      BOTH.map((name) => [name, true]),
    );
    const messages = verified.lists[0]?.checks.find(({ id }) => id === 'archive.message-ids');
    expect(messages?.expected).toBe(40 + 90);
    expect(verified.exitCode).toBe(0);
  });

  it.each(BOTH)('is where old links of %s lead to', async (name) => {
    const args = ['--config', sandbox.config, 'redirects', 'c++-users', '--format', 'csv'];
    const { stdout } = await mm2to3(args);
    const rows = stdout.split('\n').filter((row) => row.includes(`/${name}/`));
    const articles = rows.filter((row) => row.endsWith(',article'));
    expect(articles.length).toBeGreaterThan(30);
    const [oldPath = '', newUrl] = articles.at(-1)?.split(',') ?? [];
    expect(newUrl).toContain(`/list/${LIST}/message/`);
    const answer = await fetch(new URL(oldPath, sandbox.facts.nginxUrl));
    expect([answer.status, answer.url]).toEqual([200, newUrl]);
    const info = await fetch(new URL(`/mailman/listinfo/${name}`, sandbox.facts.nginxUrl));
    expect([info.status, new URL(info.url).pathname]).toEqual([
      200,
      '/postorius/lists/cpp-users.lists.example.net/',
    ]);
  });

  it('needs nothing the second time, and never sent a mail', async () => {
    const second = await answerOf<RunList>(sandbox, ['migrate', ...BOTH]);
    expect(second.lists.map(({ name, outcome }) => [name, outcome])).toEqual(
      BOTH.map((name) => [name, 'unchanged']),
    );
    expect(second.exitCode).toBe(0);
    expect(await sandbox.mails()).toEqual([]);
  });
});
