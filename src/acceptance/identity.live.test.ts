// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copySite } from './files.js';
import { answerOf, failedChecks, mm2to3, type RunList, type VerifyList } from './mm2to3.js';
import { type Sandbox, startSandbox, temporaryFolder } from './sandbox.js';
import { atTerminal } from './terminal.js';

const LIST = 'cpp-users@lists.example.net';
const BOTH = ['c++-users', 'volunteers'];
// c++-users is the list that stays, under a name that Mailman 3 takes, in a new domain.
const LISTS = `
lists:
  rename: { c++-users: cpp-users }
  domains: { lists.example.org: lists.example.net }
  merge: { volunteers: c++-users }
`;

// Whoever may read the old site must be able to read it still.
const BAN_SOMEBODY = `
import pickle, sys
with open(sys.argv[1], 'rb') as file:
    config = pickle.load(file, encoding='latin-1')
config['ban_list'] = ['^cpp0[0-3]@', '^vol07@']
with open(sys.argv[1], 'wb') as file:
    pickle.dump(config, file, protocol=1)
`;

describe('a list that is renamed and takes another one in', () => {
  let sandbox: Sandbox;
  let parent: string;
  let lists: readonly RunList[];

  beforeAll(async () => {
    parent = await temporaryFolder();
    const site = await copySite(parent);
    const config = join(site, 'lists/c++-users/config.pck');
    await execa('python3', ['-c', BAN_SOMEBODY, config]);
    sandbox = await startSandbox(site);
    await appendFile(sandbox.config, LISTS);
    ({ lists } = await answerOf<RunList>(sandbox, ['migrate', 'c++-users']));
  });

  afterAll(async () => {
    await sandbox.down();
    await rm(parent, { recursive: true });
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

  it('has its bans of people carried over one by one, as somebody at a terminal answers', async () => {
    const plan = ['--config', sandbox.config, 'plan', 'c++-users', '--bans', 'ask'];
    const { output, exitCode } = await atTerminal(plan, ['y', 'n']);
    expect(output).toMatch(
      /c\+\+-users: the ban \^cpp0\[0-3\]@: it matches 4 members \(cpp00@[^[]*Carry it over\? \[y\/N\] y/,
    );
    expect(output).toMatch(/the ban \^vol07@: it matches 1 member \(vol07@[^[]*\[y\/N\] n/);
    expect(output).toMatch(/the ban \^cpp0\[0-3\]@ is carried over as decided/);
    expect(output).not.toMatch(/the ban \^vol07@ is carried over/);
    expect([0, 4]).toContain(exitCode);
    // Nobody is there to be asked: said before anything is begun.
    const unasked = await mm2to3(plan);
    expect([unasked.exitCode, unasked.stdout]).toEqual([2, '']);
    expect(unasked.stderr).toContain('--bans ask has nobody to ask');
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
