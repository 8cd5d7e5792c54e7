// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageIdHash } from '../archive/hyperkitty-id.js';
import { copySite } from './files.js';
import {
  dice,
  discussionsOf,
  type Invented,
  invent,
  mailboxOf,
  mailOf,
} from './invented-archive.js';
import { answerOf, type RunList } from './mm2to3.js';
import { type Sandbox, startSandbox, temporaryFolder } from './sandbox.js';

// What people see of an archive after its import, page by page, while Core went on handing new mail to
// HyperKitty. The archive is made up, so that the test knows who answers whom.
const LIST = 'dev';
const FQDN = `${LIST}@lists.example.org`;
const PRIVATE = 'security-private';
const DAY = 86_400;
const NOW = Math.floor(Date.now() / 1000);
const random = dice(20_240_229);

const OLD = invent('old', 1200, Date.UTC(2015, 0, 10) / 1000, 3 * 3600, random);
const RECENT = invent('recent', 24, NOW - 8 * DAY, 2 * 3600, random);
const LATER: Invented = {
  id: 'later@x.org',
  sender: 'person9@x.org',
  subject: 'later',
  date: NOW - DAY,
  answers: RECENT[0]?.id ?? '',
};

/** What people did in HyperKitty with a message: rows that an import has no business with. */
const BY_PEOPLE = `
import json, sys
from datetime import datetime, timezone
from django.contrib.auth.models import User
from hyperkitty.models import Email, Favorite, LastView, Tag, Tagging, Vote
email = Email.objects.get(message_id="old-5@x.org")
if sys.stdin.read() == "do":
    user = User.objects.create(username="reader", email="reader@x.org")
    Vote.objects.create(email=email, user=user, value=1)
    tag = Tag.objects.create(name="good")
    Tagging.objects.create(tag=tag, thread=email.thread, user=user)
    Favorite.objects.create(thread=email.thread, user=user)
    LastView.objects.create(thread=email.thread, user=user)
    Email.objects.filter(pk=email.pk).update(archived_date=datetime(2001, 2, 3, tzinfo=timezone.utc))
rows = {model.__name__: list(model.objects.order_by("pk").values())
        for model in (Vote, Tag, Tagging, Favorite, LastView)}
rows["Email"] = list(Email.objects.filter(mailinglist=email.mailinglist).order_by("pk").values(
    "pk", "message_id", "archived_date", "date", "parent_id", "thread_id", "content"))
print(json.dumps(rows, default=str))
`;

describe('an archive in HyperKitty, seen by visitors', () => {
  let sandbox: Sandbox;
  let site: string;
  let root: string;
  let run: { readonly exitCode: number | undefined; readonly lists: readonly RunList[] };
  const live: Invented[] = [];
  const held = (): readonly Invented[] => [...OLD, ...RECENT, ...live];

  beforeAll(async () => {
    site = await temporaryFolder();
    root = await copySite(site);
    await writeFile(mboxPath(), mailboxOf([...OLD, ...RECENT], random));
    sandbox = await startSandbox(root);
    const work = answerOf<RunList>(sandbox, ['archive', 'import', LIST, PRIVATE]);
    [run] = await Promise.all([work, handOverDuring(work)]);
    await restartWeb();
  });

  afterAll(async () => {
    await sandbox.down();
    await rm(site, { recursive: true });
  });

  const mboxPath = (): string => join(root, `archives/private/${LIST}.mbox/${LIST}.mbox`);

  /** Posts that Core accepts meanwhile, given to HyperKitty as its archiver does, till work ends. */
  async function handOverDuring(work: Promise<unknown>): Promise<void> {
    const going = { on: true };
    const end = (): void => {
      going.on = false;
    };
    work.then(end, end);
    const { archiverKey } = JSON.parse(
      await readFile(join(sandbox.dir, 'web/site.json'), 'utf8'),
    ) as { archiverKey: string };
    for (let n = 0; going.on || n < 5; n += 1) {
      const message: Invented = {
        id: `live-${n}@x.org`,
        sender: `person${n % 3}@x.org`,
        subject: `live ${n}`,
        date: NOW - 3600 + n,
        // Of the old ones not the last, so that those who wait for it are looked after in the end.
        answers: n % 3 === 0 ? null : (OLD[(n * 37) % 800]?.id ?? null),
      };
      const body = new FormData();
      body.set('mlist', FQDN);
      body.set('message', new Blob([mailOf(message)]), 'message.txt');
      const headers = { authorization: `Token ${archiverKey}` };
      const url = `${sandbox.facts.hyperkittyUrl}api/mailman/archive`;
      const answer = await fetch(url, { method: 'POST', headers, body });
      expect(answer.status, await answer.text()).toBe(200);
      live.push(message);
      await sleep(150);
    }
  }

  /** As the finding says: each web process remembers counts on its own. */
  async function restartWeb(): Promise<void> {
    const note = await readFile(join(sandbox.dir, 'run/web.pid'), 'utf8');
    process.kill((JSON.parse(note) as { pid: number }).pid, 'SIGHUP');
    await sleep(2000);
  }

  async function page(path: string, list = FQDN): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${sandbox.facts.hyperkittyUrl}list/${list}/${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  async function shown(path: string): Promise<string> {
    const { status, text } = await page(path);
    expect(status, path).toBe(200);
    return text;
  }

  const django = async (program: string, input: string): Promise<unknown> => {
    const [command, ...words] = sandbox.facts.djangoCommand;
    const { stdout } = await execa(command, [...words, 'shell', '-c', program], {
      input,
      cwd: '/',
    });
    return JSON.parse(stdout);
  };

  const threadPath = (first: Invented): string => `thread/${messageIdHash(first.id)}/`;
  const threadsOn = (text: string): readonly string[] =>
    [...text.matchAll(/href="[^"]*\/thread\/(\w+)\/"/g)].map(([, id]) => id ?? '');
  const ids = (discussions: ReturnType<typeof discussionsOf>): readonly string[] =>
    discussions.toSorted((a, b) => b.active - a.active).map(({ first }) => messageIdHash(first.id));

  it('is imported while new mail arrives', () => {
    const errors = run.lists.flatMap(({ findings }) =>
      findings.filter(({ severity }) => severity === 'error'),
    );
    expect(errors).toEqual([]);
    const outcomes = run.lists.map(({ outcome, phases }) => [outcome, phases.at(-1)?.outcome]);
    expect(outcomes, JSON.stringify(run.lists)).toEqual([
      ['findings', 'done'],
      ['findings', 'done'],
    ]);
    expect(live.length).toBeGreaterThanOrEqual(5);
  });

  it('has a way to every month from the first message to this one', async () => {
    const months: string[] = [];
    const today = new Date();
    for (let at = 2015 * 12; at <= today.getUTCFullYear() * 12 + today.getUTCMonth(); at += 1)
      months.push(`${Math.floor(at / 12)}/${(at % 12) + 1}/`);
    const text = await shown('');
    const named = [...text.matchAll(/href="[^"]*\/(\d{4}\/\d\d?\/)"/g)].map(([, month]) => month);
    expect([...new Set(named)].toSorted()).toEqual(months.toSorted());
  });

  it('shows in each month the discussions that were going on, and how many took part', async () => {
    const discussions = discussionsOf(held());
    const today = new Date();
    for (const [year, month] of [
      [2014, 12],
      ...[1, 2, 3, 4, 5, 6, 7].map((each) => [2015, each] as const),
      [today.getUTCFullYear(), today.getUTCMonth() + 1],
    ] as const) {
      const [from, to] = [month - 1, month].map((each) => Date.UTC(year, each) / 1000) as [
        number,
        number,
      ];
      const text = await shown(`${year}/${month}/?count=2000`);
      const going = discussions.filter(({ first, active }) => first.date < to && active >= from);
      expect([...new Set(threadsOn(text))], `${year}/${month}`).toEqual(ids(going));
      const people = new Set(
        held()
          .filter(({ date }) => date >= from && date < to)
          .map(({ sender }) => sender),
      );
      const [, participants = '0'] = /(\d+) participants/.exec(text) ?? [];
      expect(Number(participants), `${year}/${month}`).toBe(people.size);
      const [, count = '0'] = /(\d+) discussions/.exec(text) ?? [];
      expect(Number(count), `${year}/${month}`).toBe(going.length);
    }
  });

  it('shows a discussion in its order, each message as far in as it is', async () => {
    const discussions = discussionsOf(held()).toSorted(
      (a, b) => b.messages.length - a.messages.length,
    );
    const withLive = discussions.filter(({ messages }) =>
      messages.some(({ message }) => message.id.startsWith('live') && message.answers !== null),
    );
    expect(withLive.length).toBeGreaterThan(0);
    const arrived = new Set(live.map(({ id }) => messageIdHash(id)));
    const hashes = (some: readonly { hash: string }[]): string[] => some.map(({ hash }) => hash);
    for (const { first, messages } of [...discussions.slice(0, 2), ...withLive.slice(0, 3)]) {
      const [, ...answers] = messages;
      const [, replies = ''] = (await shown(`${threadPath(first)}?noscript`)).split(
        'class="replies"',
      );
      const seen = replies
        .split(/<div class="(?=odd|even)/)
        .slice(1)
        .map((each) => ({
          hash: /id="(\w{32})"/.exec(each)?.[1] ?? '',
          depth: Number(/^\w+ reply-level-(\d)/.exec(each)?.[1] ?? 0),
        }));
      const expected = answers.map(({ message, depth }) => ({
        hash: messageIdHash(message.id),
        depth: Math.min(depth - 1, 5),
      }));
      expect(hashes(seen).toSorted(), first.id).toEqual(hashes(expected).toSorted());
      // HyperKitty sorts new mail in by jobs of its own, which come to nothing for some minutes where
      // SQLite is busy: only what was imported has to be in its place now.
      const imported = ({ hash }: { hash: string }): boolean => !arrived.has(hash);
      expect(seen.filter(imported), first.id).toEqual(expected.filter(imported));
      expect(await shown(threadPath(first))).toContain(`${answers.length} comments`);
    }
  });

  it('knows what is going on: activity, discussions, who writes most', async () => {
    const { evolution } = JSON.parse(await shown('recent-activity')) as {
      evolution: readonly { date: string; count: number }[];
    };
    const days: Record<string, number> = {};
    const recent = held().filter(({ date }) => date >= NOW - 20 * DAY);
    for (const { date } of recent) {
      const day = new Date(date * 1000).toISOString().slice(0, 10);
      days[day] = (days[day] ?? 0) + 1;
    }
    const busy = evolution.filter(({ count }) => count > 0).map((each) => [each.date, each.count]);
    expect(Object.fromEntries(busy)).toEqual(days);
    const going = discussionsOf(held()).filter(({ active }) => active >= NOW - 20 * DAY);
    expect(threadsOn(await shown('recent-threads'))).toEqual(ids(going).slice(0, 20));
    const most = threadsOn(await shown('top-threads')).map(
      (id) => going.find(({ first }) => messageIdHash(first.id) === id)?.messages.length ?? 0,
    );
    expect(most).toEqual(
      going
        .map(({ messages }) => messages.length)
        .toSorted((a, b) => b - a)
        .slice(0, 20),
    );
    const written = new Map<string, number>();
    for (const { sender } of recent) written.set(sender, (written.get(sender) ?? 0) + 1);
    const posters = [...(await shown('top-posters')).matchAll(/"score">(\d+)</g)];
    expect(posters.map(([, count]) => Number(count))).toEqual(
      [...written.values()].toSorted((a, b) => b - a).slice(0, 5),
    );
  });

  it('asks who wants to see a private one', async () => {
    const fqdn = FQDN.replace(LIST, PRIVATE);
    for (const path of ['', 'latest', '2013/1/', 'recent-activity', 'recent-threads', 'feed/']) {
      const { status, text } = await page(path, fqdn);
      expect(status, path).toBe(403);
      expect(text, path).toMatch(/private/);
    }
  });

  it('keeps what people did with it when more is imported, and says what pages remember', async () => {
    const before = (await django(BY_PEOPLE, 'do')) as Record<string, readonly unknown[]>;
    await writeFile(mboxPath(), mailboxOf([...OLD, ...RECENT, LATER], random));
    const { lists } = await answerOf<RunList>(sandbox, ['archive', 'import', LIST]);
    expect(lists[0]?.findings.map(({ code }) => code)).toContain('archive.counts-remembered');
    const after = (await django(BY_PEOPLE, '')) as typeof before;
    const known = before['Email']?.length ?? 0;
    expect(known).toBe(held().length);
    expect(after['Email']).toHaveLength(known + 1);
    expect({ ...after, Email: after['Email']?.slice(0, known) }).toEqual(before);
  });
});
