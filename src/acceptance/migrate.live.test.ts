// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everythingIn } from './files.js';
import { answerOf, failedChecks, mm2to3, type RunList, type VerifyList } from './mm2to3.js';
import { startBrowser } from '../testing/browser.js';
import { serverBench } from '../testing/web-servers.js';
import { followAll, oldAddresses } from './old-addresses.js';
import { follow, oldPages } from './old-links.js';
import { postoriusAdmin } from './postorius.js';
import { type Fate, fatesOf, type Post } from './posts.js';
import { type Sandbox, SITE, startSandbox } from './sandbox.js';
import { isShown, type Sighting, tryDoors, watchDuring } from './stranger.js';

const LISTS = ['announce', 'dev', 'security-private', 'equipe-fr'];
const PRIVATE = 'security-private@lists.example.org';
const PUBLIC = 'equipe-fr@lists.example.org';
const QUEUES = `/lists/${PRIVATE.replace('@', '.')}`;
const WAITING = `${QUEUES}/requests?token_owner=moderator`;
// Long enough for a mail to go through two of Core's queues.
const MAIL_DELAY_MS = 10_000;

/** A message in HyperKitty's JSON. */
interface Email {
  readonly message_id?: string;
}

/** A collection of Core's REST interface. */
interface Entries {
  readonly entries: readonly Readonly<Record<string, string>>[];
}

describe('four lists of the example site, migrated', () => {
  let sandbox: Sandbox;
  let lists: readonly RunList[];
  let exitCode: number | undefined;
  let sightings: readonly Sighting[];

  beforeAll(async () => {
    sandbox = await startSandbox();
    const work = answerOf<RunList>(sandbox, ['migrate', ...LISTS]);
    const watched = await watchDuring(sandbox.facts.hyperkittyUrl, PRIVATE, work);
    ({ exitCode, lists } = watched.value);
    ({ sightings } = watched);
  });

  afterAll(async () => {
    await sandbox.down();
  });

  it('ends well, with a word for every list', () => {
    expect(lists.map(({ name }) => name).sort()).toEqual([...LISTS].sort());
    for (const { name, outcome, findings } of lists) {
      expect(outcome, `${name}: ${JSON.stringify(findings)}`).toMatch(/^(migrated|findings)$/);
    }
    expect(exitCode).toBe(lists.every(({ outcome }) => outcome === 'migrated') ? 0 : 4);
  });

  it('says of every phase of every list that it was done', () => {
    for (const { name, phases } of lists) {
      expect(
        phases.map(({ phase, outcome }) => `${phase} ${outcome}`),
        name,
      ).toEqual([
        'export done',
        'apply done',
        'archive done',
        'index done',
        'redirects done',
        'verify done',
      ]);
    }
  });

  it('is proven by a verification without a failed check', async () => {
    const verified = await answerOf<VerifyList>(sandbox, ['verify', ...LISTS]);
    expect(failedChecks(verified.lists)).toEqual([]);
    expect(verified.lists.map(({ ok }) => ok)).toEqual(LISTS.map(() => true));
    expect(verified.exitCode).toBe(0);
    const [queues] = verified.lists
      .flatMap(({ checks }) => checks)
      .filter(({ id }) => id === 'requests');
    expect(queues).toMatchObject({ expected: 6, actual: { waiting: 6 } });
    for (const { checks } of verified.lists) {
      expect(checks.map(({ id }) => id)).toEqual(
        expect.arrayContaining([
          'settings',
          'roster.owner',
          'roster.moderator',
          'roster.member',
          'roster.nonmember',
          'archive.message-ids',
          'archive.months',
          'index.documents',
          'feed',
          'redirects.article',
          'redirects.list',
          'redirects.listinfo',
          'redirects.volume',
        ]),
      );
    }
  });

  it('never showed the private archive to a stranger, not for a moment', async () => {
    expect(sightings.filter((sighting) => isShown(sighting, PRIVATE))).toEqual([]);
    // It was watched from before its beginning to after its end,
    const statuses = sightings
      .filter(({ url }) => url.endsWith(`/list/${PRIVATE}/feed/`))
      .map(({ status }) => status);
    expect(statuses[0]).toBe(404);
    expect(statuses.at(-1)).toBe(403);
    expect(statuses.length).toBeGreaterThan(30);
    // and the same doors do open where an archive is public.
    const open = await tryDoors(sandbox.facts.hyperkittyUrl, PUBLIC);
    expect(open.filter((sighting) => isShown(sighting, PUBLIC)).length).toBeGreaterThan(6);
  });

  it('leads an old link through nginx to the page of its message', async () => {
    const { stdout } = await mm2to3([
      '--config',
      sandbox.config,
      'redirects',
      'dev',
      '--format',
      'csv',
    ]);
    const articles = stdout.split('\n').filter((line) => line.endsWith(',article'));
    expect(articles.length).toBeGreaterThan(300);
    const [oldPath, newUrl] = articles[100]?.split(',') ?? [];
    const answer = await fetch(new URL(oldPath ?? '', sandbox.facts.nginxUrl));
    expect(answer.redirected).toBe(true);
    expect(answer.url).toBe(newUrl);
    expect(answer.status).toBe(200);
  });

  it.each(['announce', 'dev', 'equipe-fr'])(
    'shows behind old pages of %s the very messages that they showed',
    async (name) => {
      const pages = await oldPages(join(SITE, 'archives/private', name), name === 'dev' ? 12 : 6);
      expect(pages.length).toBeGreaterThan(19);
      const api = `${sandbox.facts.hyperkittyUrl}api/list/${name}@lists.example.org/email/`;
      const wrong: string[] = [];
      for (const { path, messageId, subject, author, line } of pages) {
        const shown = await follow(`${sandbox.facts.nginxUrl}/pipermail/${name}/${path}`);
        // A piece that was torn off had neither subject nor sender of its own.
        const said = messageId === null ? [line] : [subject, author, line];
        const missing = said.filter((words) => !shown.text.includes(words));
        if (shown.status !== 200 || missing.length > 0)
          wrong.push(`${path}: ${shown.url} ${shown.status} lacks ${missing.join(' | ')}`);
        if (messageId === null) continue;
        const hash = /\/message\/(\w+)\/$/.exec(shown.url)?.[1] ?? '';
        const email = (await (await fetch(`${api}${hash}/?format=json`)).json()) as Email;
        if (email.message_id !== messageId) wrong.push(`${path}: ${email.message_id ?? ''}`);
      }
      expect(wrong).toEqual([]);
    },
  );

  it('asks for a log-in behind old pages of a private archive', async () => {
    const pages = await oldPages(join(SITE, 'archives/private/security-private'), 20);
    expect(pages.length).toBeGreaterThan(3);
    for (const { path, line } of pages) {
      const old = `${sandbox.facts.nginxUrl}/mailman/private/security-private/${path}`;
      const shown = await follow(old);
      expect(shown.url).toMatch(/\/list\/security-private@lists\.example\.org\/message\/\w+\/$/);
      expect(shown.status).toBe(403);
      expect(shown.text).toMatch(/Log In|Sign In/i);
      expect(shown.text).not.toContain(line);
    }
  });

  it('leads old attachments to the same files in HyperKitty', async () => {
    const { stdout } = await mm2to3([
      '--config',
      sandbox.config,
      'redirects',
      'dev',
      '--format',
      'csv',
    ]);
    const rows = stdout
      .split('\n')
      .filter((line) => line.endsWith(',attachment'))
      .map((line) => line.split(','));
    expect(rows).toHaveLength(56);
    expect(rows.filter(([, to]) => !to?.includes('/attachment/'))).toEqual([]);
    // Mailman 2 wrote HTML and forwarded messages anew.
    const kept = rows.filter(([path]) => !/\.(?:html?|eml)$/.test(path ?? '')).slice(0, 10);
    expect(kept.length).toBeGreaterThan(3);
    for (const [path = ''] of kept) {
      const answer = await fetch(new URL(path, sandbox.facts.nginxUrl));
      const old = await readFile(join(SITE, 'archives/private', path.slice('/pipermail'.length)));
      expect(Buffer.from(await answer.arrayBuffer()).equals(old), path).toBe(true);
    }
  });

  it('leads all old addresses of a list through Apache to where nginx leads them', async () => {
    const apache = await serverBench('apache');
    try {
      const args = ['redirects', 'announce', '--format', 'apache', '--output', apache.rules];
      const { exitCode } = await mm2to3(['--config', sandbox.config, ...args]);
      expect([0, 4]).toContain(exitCode);
      const archive = join(SITE, 'archives/private/announce');
      const addresses = await oldAddresses(archive, 'announce', false);
      expect(addresses.length).toBeGreaterThan(200);
      await apache.serve(async (ask) => {
        for (const { path } of addresses) {
          const { status, location } = await ask(path);
          const nginx = await fetch(`${sandbox.facts.nginxUrl}${path}`, { redirect: 'manual' });
          expect({ path, status, location }).toEqual({
            path,
            status: 301,
            location: nginx.headers.get('location'),
          });
        }
      });
    } finally {
      await apache.remove();
    }
  });

  it('shows a reader with a browser the message behind an old link', async () => {
    const browser = await startBrowser();
    try {
      const path = '2004-April/000038.html';
      const pages = await oldPages(join(SITE, 'archives/private/announce'), 1);
      const old = pages.find((each) => each.path === path);
      const page = await browser.visit(`${sandbox.facts.nginxUrl}/pipermail/announce/${path}`);
      expect(page.url()).toMatch(
        /\/hyperkitty\/list\/announce@lists\.example\.org\/message\/\w+\/$/,
      );
      const text = (await page.locator('body').innerText()).replaceAll(/[^\p{L}\p{N}]+/gu, ' ');
      expect(text).toContain(old?.subject);
      expect(text).toContain(old?.line);
      // Whoever wants to look at it says where: MM2TO3_SCREENSHOTS.
      const folder = process.env['MM2TO3_SCREENSHOTS'];
      if (folder !== undefined) await page.screenshot({ path: join(folder, 'old-link.png') });
    } finally {
      await browser.close();
    }
  });

  it.each([
    ['announce', false],
    ['security-private', true],
  ])('leads every address that the old server had of %s to a page', async (name, isPrivate) => {
    const archive = join(SITE, 'archives/private', name);
    const addresses = await oldAddresses(archive, name, isPrivate);
    expect(addresses.length).toBeGreaterThan(200);
    const { landed, lost } = await followAll(addresses, sandbox.facts.nginxUrl, isPrivate);
    expect(lost).toEqual([]);
    expect(landed['article']).toBeGreaterThan(50);
  });

  it('says the same of an access log, by the rules and by the server', async () => {
    const log = join(sandbox.dir, '..', 'access.log');
    const path = '/pipermail/announce/2004-April/000038.html';
    const lines = [path, '/mailman/listinfo/announce', '/pipermail/nothing/'].map(
      (each) => `h - - [x] "GET ${each} HTTP/1.1" 200 1\n`,
    );
    await writeFile(log, lines.join(''));
    for (const how of [[], ['--live']]) {
      const args = ['redirects', 'test', '--access-log', log, ...how];
      const { exitCode, stdout } = await mm2to3(['--config', sandbox.config, '--json', ...args]);
      // The site has lists that nobody can read, and all its lists were meant.
      expect(exitCode).toBe(5);
      expect(JSON.parse(stdout)).toMatchObject({
        requests: 3,
        landed: 2,
        byKind: { article: { requests: 1, landed: 1 }, listinfo: { requests: 1, landed: 1 } },
        misses: [{ path: '/pipermail/nothing/', count: 1 }],
      });
    }
  });

  it('put what waited for moderators before those of Mailman 3', async () => {
    const { entries: held } = (await sandbox.rest(`${QUEUES}/held`)) as Entries;
    expect(held).toMatchObject([
      {
        sender: 'outsider@example.net',
        subject: 'Possible overflow',
        reason: 'Post by non-member to a members-only list',
        hold_date: '2026-11-23T16:47:33.112228',
        message_id: '<held.0@example.net>',
        msg: expect.stringContaining('Held body 0') as unknown,
      },
      { sender: 'zoe@example.net', subject: 'Réponse' },
      { sender: 'big@example.com', subject: 'Core dump attached' },
    ]);
    const asked = async (kind: string): Promise<unknown> =>
      ((await sandbox.rest(`${WAITING}&request_type=${kind}`)) as Entries).entries;
    expect(await asked('subscription')).toMatchObject([
      { email: 'wannabe@example.net', display_name: 'Wanna Bé', when: '2026-11-23T16:47:33' },
      { email: 'wannabe2@example.net' },
    ]);
    expect(await asked('unsubscription')).toMatchObject([{ email: 'sec03@example.org' }]);

    const postorius = await postoriusAdmin(sandbox.facts);
    const list = `lists/${PRIVATE.replace('@', '.')}`;
    for (const [name, words] of [
      ['held_messages', ['Possible overflow', 'outsider@example.net', 'Réponse', 'Nov. 23, 2026']],
      ['subscription_requests', ['wannabe@example.net', 'Wanna Bé', 'wannabe2@example.net']],
      ['unsubscription_requests', ['sec03@example.org']],
    ] as const) {
      const shown = await postorius.page(`${list}/${name}`);
      expect(words.filter((word) => !shown.includes(word))).toEqual([]);
    }
  });

  it('does nothing the second time', async () => {
    const second = await answerOf<RunList>(sandbox, ['migrate', ...LISTS]);
    const outcomes = second.lists.map(({ name, outcome }) => `${name} ${outcome}`);
    expect(outcomes.sort()).toEqual(LISTS.map((name) => `${name} unchanged`).sort());
    expect(second.exitCode).toBe(0);
  });

  it('keeps its workspace to its owner', async () => {
    const found = await everythingIn(sandbox.workspace);
    expect(found.length).toBeGreaterThan(LISTS.length * 3);
    const open = found.filter(({ mode, isFolder }) => mode !== (isFolder ? '700' : '600'));
    expect(open).toEqual([]);
  });

  it('brings no password over, into no file', async () => {
    const old = await readFile('fixtures/mm2-site/var/lists/dev/config.pck', 'latin1');
    expect(old).toContain('hunter2');
    for (const { path, isFolder } of await everythingIn(sandbox.workspace)) {
      if (isFolder) continue;
      const text = await readFile(path, 'latin1');
      expect(text.includes('hunter2'), path).toBe(false);
      expect(text.includes('md5:0000'), path).toBe(false);
    }
  });

  it('sent no mail, nor does Core when it next looks after those who bounced', async () => {
    expect(await sandbox.mails()).toEqual([]);
    await sandbox.warnBouncers();
    await sleep(MAIL_DELAY_MS);
    expect(await sandbox.mails()).toEqual([]);
    const verified = await answerOf<VerifyList>(sandbox, ['verify', ...LISTS]);
    expect(failedChecks(verified.lists)).toEqual([]);
  });

  it('what a moderator of Mailman 3 accepts goes its way, and does not come back', async () => {
    const { entries: held } = (await sandbox.rest(`${QUEUES}/held`)) as Entries;
    const { entries: wishes } = (await sandbox.rest(WAITING)) as Entries;
    const accept = { action: 'accept' };
    await sandbox.rest(`${QUEUES}/held/${held[0]?.['request_id']}`, accept, 'POST');
    await sandbox.rest(`${QUEUES}/requests/${wishes[1]?.['token']}`, accept, 'POST');
    expect(await sandbox.rest(`${QUEUES}/member/wannabe2@example.net`)).toMatchObject({
      delivery_mode: 'plaintext_digests',
    });
    const isDelivered = (mail: string): boolean =>
      mail.includes('Subject: [Security-private] Possible overflow') &&
      mail.includes('Held body 0');
    await expect
      .poll(async () => (await sandbox.mails()).filter(isDelivered).length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    const again = await answerOf<RunList>(sandbox, ['apply', 'security-private']);
    expect(again.lists.map(({ outcome }) => outcome)).toEqual(['unchanged']);
    const { entries: left } = (await sandbox.rest(`${QUEUES}/held`)) as Entries;
    expect(left.map((message) => message['message_id'])).toEqual([
      '<held.1@example.net>',
      '<held.2@example.net>',
    ]);
    const { entries: waiting } = (await sandbox.rest(WAITING)) as Entries;
    expect(waiting.map(({ email }) => email)).toEqual(['wannabe@example.net']);
  });

  it('does with posts what Mailman 2 did', async () => {
    const [announce, dev] = ['announce@lists.example.org', 'dev@lists.example.org'];
    const member = 'member008@example1.net';
    const spam = ['X-Spam-Flag: YES'];
    const expected: readonly (readonly [Fate, Post])[] = [
      // Two members of a moderated list, one of whom its owner lets post.
      ['accepted', { list: announce, from: 'reader00@example.net' }],
      ['held', { list: announce, from: 'reader01@example.net' }],
      ['accepted', { list: announce, from: 'editor@press.example.org' }],
      ['held', { list: announce, from: 'maybe@example.net' }],
      ['rejected', { list: announce, from: 'stranger@example.net' }],
      ['rejected', { list: announce, from: 'win@casino.example' }],
      ['discarded', { list: announce, from: 'Spam2@example.com' }],
      // A member of dev, which announce lets post as a whole.
      ['accepted', { list: announce, from: member }],
      ['held', { list: dev, from: member, subject: 'Cheap VIAGRA' }],
      ['discarded', { list: dev, from: member, headers: spam }],
      ['held', { list: dev, from: 'stranger@example.net' }],
      // Here they differ, which the mapping says: Mailman 2 held it, as it does any nonmember's.
      ['discarded', { list: dev, from: 'troll@example.com' }],
    ];
    // A sandbox has no DNS to ask for a sender's DMARC policy.
    const noDmarc = { dmarc_mitigate_action: 'no_mitigation' };
    await sandbox.rest(`/lists/${dev.replace('@', '.')}/config`, noDmarc);
    const posts = expected.map(([, post]) => post);
    const fates = await fatesOf(sandbox, posts, {
      accepted: { list: dev, from: member },
      rejected: { list: announce, from: 'stranger@example.net' },
    });
    expect(posts.map(({ list, from }, index) => `${from} ${list}: ${fates[index] ?? ''}`)).toEqual(
      expected.map(([fate, { list, from }]) => `${from} ${list}: ${fate}`),
    );
  });
});
