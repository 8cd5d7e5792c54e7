// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../model/json.js';
import type { Redirect } from '../model/redirect.js';
import { mailman2List, mailman2Member } from '../testing/builders.js';
import { listing, memoryWorld, type MemoryWorld } from '../testing/memory-ports.js';
import { csvRedirects } from './csv-redirects.js';
import type { SiteListing } from './each-list.js';
import { planLists } from './plan-lists.js';
import { migrateLists, runLists } from './run-lists.js';
import { listRedirects } from '../redirects/redirects.js';
import { selectLists } from './select.js';
import type { RunSettings } from './steps.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-merge-'));
});
afterEach(() => rm(dir, { recursive: true }));

const list = (name: string, people: readonly string[], attributes: Record<string, Json> = {}) =>
  mailman2List({
    name,
    members: people.map((person) => mailman2Member({ address: `${person}@x.org` })),
    archive: { mbox: { path: `/${name}.mbox`, bytes: 1 }, pipermail: null },
    attributes: { owner: [`${name}-boss@x.org`], archive_private: 0, ...attributes },
  });

const message = (id: string): string =>
  [
    'From ann@x.org  Thu Feb  7 10:00:00 2013',
    'From: ann@x.org',
    'Date: Thu, 07 Feb 2013 10:00:00 +0000',
    `Message-ID: <${id}@x.org>`,
    'Subject: hello',
    '',
    'Hello.',
    '',
    '',
  ].join('\n');

const SITE: readonly SiteListing[] = [
  listing(list('dev', ['ann', 'bob'])),
  listing(list('news', ['cy'])),
  listing(list('volunteers', ['bob', 'dee'])),
];
const MERGE = { rename: {}, domains: {}, merge: { volunteers: 'dev' } };
const DEV = 'dev.lists.example.org';

async function world(
  site: readonly SiteListing[] = SITE,
  changed: Partial<RunSettings> = {},
): Promise<MemoryWorld> {
  const made = await memoryWorld(dir, site, { identity: MERGE, ...changed });
  made.files.set('/dev.mbox', message('1') + message('2'));
  made.files.set('/news.mbox', message('3'));
  // One message went to both lists.
  made.files.set('/volunteers.mbox', message('2') + message('4'));
  return made;
}

const migrate = ({ readLists, ports, settings }: MemoryWorld, ...names: readonly string[]) =>
  migrateLists(selectLists(names, ['*'], []), readLists, ports, settings);

type Reports = Awaited<ReturnType<typeof migrate>>;
const outcomes = (reports: Reports): readonly string[] =>
  reports.map(({ name, fqdn, outcome }) => `${name} ${fqdn} ${outcome}`);
const codes = (reports: Reports, name: string): readonly string[] =>
  reports
    .find((report) => report.name === name)
    ?.findings.filter(({ severity }) => severity !== 'info')
    .map(({ code }) => code) ?? [];
const people = ({ target }: MemoryWorld): readonly string[] | undefined =>
  target.lists.get(DEV)?.rosters.member.map(({ email }) => email);
const messages = ({ archive }: MemoryWorld): readonly string[] =>
  archive.messageIds('dev@lists.example.org');

describe('a list that is merged into another one', () => {
  it('brings its people and its archive there, and makes no list of its own', async () => {
    const made = await world();
    const reports = await migrate(made);
    expect(outcomes(reports)).toEqual([
      'dev dev@lists.example.org findings',
      'volunteers dev@lists.example.org findings',
      'news news@lists.example.org findings',
    ]);
    expect(people(made)).toEqual(['ann@x.org', 'bob@x.org', 'dee@x.org']);
    expect(messages(made)).toEqual(['<1@x.org>', '<2@x.org>', '<4@x.org>']);
    expect([...made.target.lists.keys()]).toEqual([DEV, 'news.lists.example.org']);
    expect([...made.archive.lists.keys()]).toEqual([
      'dev@lists.example.org',
      'news@lists.example.org',
    ]);
    const failed = reports.flatMap(({ phases }) =>
      phases.flatMap(({ checks = [] }) => checks.filter(({ ok }) => !ok)),
    );
    expect(failed).toEqual([]);
  });

  it('has a report of its own, with what concerns it', async () => {
    const reports = await migrate(await world());
    expect(codes(reports, 'dev')).toEqual(['redirects.no-output']);
    expect(codes(reports, 'volunteers')).toEqual(['merge.office']);
    const phases = reports.map((report) => report.phases.map(({ phase }) => phase).join(' '));
    expect(new Set(phases).size).toBe(1);
  });

  it('needs nothing the second time', async () => {
    const made = await world();
    await migrate(made);
    expect(outcomes(await migrate(made))).toEqual([
      'dev dev@lists.example.org unchanged',
      'volunteers dev@lists.example.org unchanged',
      'news news@lists.example.org unchanged',
    ]);
  });

  it('comes along where only its target is named', async () => {
    const made = await world();
    expect(outcomes(await migrate(made, 'dev'))).toEqual([
      'dev dev@lists.example.org findings',
      'volunteers dev@lists.example.org findings',
    ]);
    expect(people(made)).toContain('dee@x.org');
    expect(messages(made)).toHaveLength(3);
  });

  it('waits for its target where it is named alone, and says so', async () => {
    const made = await world();
    const reports = await migrate(made, 'volunteers');
    expect(outcomes(reports)).toEqual(['volunteers volunteers@lists.example.org skipped']);
    expect(codes(reports, 'volunteers')).toEqual(['merge.without-target']);
    expect(made.target.log).toEqual([]);
  });

  it('keeps snapshot and prepared archive of its own, and is locked with its target', async () => {
    const made = await world();
    const folder = await made.ports.workspace.list('volunteers');
    const unlock = await folder.lock();
    expect(outcomes(await migrate(made, 'dev'))).toEqual([
      'dev dev@lists.example.org failed',
      'volunteers dev@lists.example.org failed',
    ]);
    const target = await made.ports.workspace.list('dev');
    expect(await readdir(target.dir)).toEqual([]);
    await unlock();
    await migrate(made, 'dev');
    expect((await readdir(folder.dir)).sort()).toEqual([
      'archive.json',
      'import.json',
      'manifest.jsonl',
      'prepared.mbox',
      'snapshot.json',
    ]);
  });

  it('is told of where it is a list of its own in Mailman 3 since an earlier run', async () => {
    const alone = await world(SITE, { identity: { ...MERGE, merge: {} } });
    await runLists(
      selectLists([], ['*'], []),
      ['apply'],
      alone.readLists,
      alone.ports,
      alone.settings,
    );
    const made = await world();
    const again = { ...made, ports: { ...made.ports, target: alone.target } };
    const reports = await migrate(again, 'dev');
    expect(codes(reports, 'volunteers')).toEqual(['merge.office', 'plan.list-moved']);
  });
});

describe('what waits for the moderators of merged lists', () => {
  const held = (number: number, id: string) => ({
    number,
    heldAt: 1_700_000_000,
    sender: 'ann@x.org',
    subject: 'Hello',
    reason: 'Post by non-member',
    fromUsenet: false,
    message: Buffer.from(`Message-ID: <${id}@x.org>\n\nHello.\n`).toString('base64'),
  });
  const wish = (number: number, person: string, kind: 'subscription' | 'unsubscription') => ({
    number,
    kind,
    address: `${person}@x.org`,
    name: '',
    digest: false,
    language: 'en',
    askedAt: 1_700_000_000,
  });
  const dev = {
    ...list('dev', ['ann', 'bob'], { ban_list: ['^troll'] }),
    requests: {
      held: [held(1, 'dev'), held(2, 'both')],
      membership: [
        wish(3, 'new', 'subscription'),
        wish(4, 'dee', 'subscription'),
        wish(5, 'bob', 'unsubscription'),
      ],
    },
  };
  const volunteers = {
    ...list('volunteers', ['bob', 'dee']),
    requests: {
      // Numbers of the other list, and one message that was sent to both.
      held: [held(1, 'volunteers'), held(2, 'both')],
      membership: [
        wish(3, 'eve', 'subscription'),
        wish(4, 'New', 'subscription'),
        wish(5, 'dee', 'unsubscription'),
        wish(6, 'bob', 'unsubscription'),
        wish(7, 'troll', 'subscription'),
      ],
    },
  };

  it('waits for those of the one list: each once, and what lost its sense is named', async () => {
    const made = await world([listing(dev), listing(volunteers)]);
    const reports = await migrate(made);
    expect(made.target.lists.get(DEV)?.requests).toEqual({
      held: ['<dev@x.org>', '<both@x.org>', '<volunteers@x.org>'],
      membership: [
        'subscription new@x.org',
        'unsubscription bob@x.org',
        'subscription eve@x.org',
        'unsubscription dee@x.org',
      ],
    });
    const said = (name: string): readonly string[] =>
      reports
        .find((report) => report.name === name)
        ?.findings.filter(({ code }) => /request|held/.test(code))
        .map(({ summary, why }) => `${summary}: ${why ?? ''}`) ?? [];
    expect(said('dev')).toEqual([]);
    expect(said('volunteers').toSorted()).toEqual([
      '1 held messages are held once only: dev holds the same: <both@x.org>',
      'the subscription request of "New@x.org" is left out: both lists have it',
      'the subscription request of "dee@x.org" is left out: the address becomes a member with volunteers',
      'the subscription request of "troll@x.org" is left out: the ban ^troll holds for all of dev@lists.example.org, and keeps the address out',
      'the unsubscription request of "bob@x.org" is left out: both lists have it',
    ]);
    expect(
      reports.flatMap(({ phases }) => phases.flatMap(({ checks = [] }) => checks)),
    ).toContainEqual(expect.objectContaining({ id: 'requests', ok: true, expected: 7 }));
  });

  it('comes once: what was settled in Mailman 3 does not come again', async () => {
    const made = await world([listing(dev), listing(volunteers)]);
    await migrate(made);
    const there = made.target.lists.get(DEV);
    if (there !== undefined) there.requests = { held: [], membership: [] };
    expect(outcomes(await migrate(made)).map((line) => line.split(' ').at(-1))).toEqual([
      'unchanged',
      'unchanged',
    ]);
    expect(there?.requests).toEqual({ held: [], membership: [] });
  });
});

describe('a list that cannot be read', () => {
  const broken = (name: string): SiteListing => ({
    kind: 'unreadable',
    list: {
      name,
      findings: [{ code: 'source.corrupt', severity: 'error', summary: 'corrupt', list: name }],
    },
  });
  const without = (name: string): readonly SiteListing[] =>
    SITE.map((each) => (each.list.name === name ? broken(name) : each));

  it('as the part of another keeps that one back: its people would count as gone', async () => {
    const before = await world();
    await migrate(before);
    const made = await world(without('volunteers'));
    const reports = await migrate({ ...made, ports: { ...made.ports, target: before.target } });
    expect(outcomes(reports)).toEqual([
      'dev dev@lists.example.org failed',
      'volunteers volunteers failed',
      'news news@lists.example.org findings',
    ]);
    expect([codes(reports, 'dev'), codes(reports, 'volunteers')]).toEqual([
      ['merge.part-unreadable'],
      ['source.corrupt'],
    ]);
    expect(people(before)).toContain('dee@x.org');
  });

  it('as the target of a merge leaves no word out about its parts', async () => {
    const made = await world(without('dev'));
    const reports = await migrate(made);
    expect(outcomes(reports)).toEqual([
      'dev dev failed',
      'volunteers volunteers@lists.example.org failed',
      'news news@lists.example.org findings',
    ]);
    expect(codes(reports, 'volunteers')).toEqual(['merge.target-unreadable']);
  });
});

it('a private archive is never merged into a public one', async () => {
  const site = [
    listing(list('dev', ['ann'])),
    listing(list('volunteers', ['dee'], { archive_private: 1 })),
  ];
  const made = await world(site);
  const reports = await migrate(made);
  expect(reports.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'dev failed',
    'volunteers failed',
  ]);
  expect(codes(reports, 'dev')).toEqual(['merge.private-into-public']);
  expect(codes(reports, 'volunteers')).toContain('merge.private-into-public');
  expect([made.target.log, [...made.archive.lists]]).toEqual([[], []]);
});

describe('old links', () => {
  it('of both lists lead to the pages of the one', async () => {
    const made = await world();
    const all: Redirect[] = [];
    const failures = await csvRedirects(selectLists([], ['*'], []), made, ({ rules }) => {
      all.push(...listRedirects(rules, made.settings.web));
      return Promise.resolve();
    });
    expect(failures).toEqual([]);
    const leads = (oldPath: string) => all.find((each) => each.oldPath === oldPath)?.newUrl;
    expect(leads('/mailman/listinfo/volunteers')).toBe(
      `https://lists.example.org/postorius/lists/${DEV}/`,
    );
    expect(leads('/mailman/listinfo/dev')).toBe(leads('/mailman/listinfo/volunteers'));
    expect(leads('/pipermail/volunteers/')).toBe(
      'https://lists.example.org/hyperkitty/list/dev@lists.example.org/',
    );
    expect(leads('/pipermail/news/')).toBe(
      'https://lists.example.org/hyperkitty/list/news@lists.example.org/',
    );
  });

  it('have rules of their own for either list, written once', async () => {
    const rules = join(dir, 'rules');
    const made = await world(SITE, {
      redirects: { output: rules, server: 'nginx', status: 301, keepStatic: null },
    });
    await migrate(made);
    expect((await readdir(rules)).sort()).toEqual([
      '00-mm2to3.conf',
      'http',
      'list-dev.conf',
      'list-news.conf',
      'list-volunteers.conf',
    ]);
    const text = await readFile(join(rules, 'list-volunteers.conf'), 'utf8');
    expect(text).toContain('/hyperkitty/list/dev@lists.example.org/');
    const again = await migrate(made);
    expect(again.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
  });
});

describe('the plan of a merge', () => {
  it('has people and settings with the target, archive and old addresses with each list', async () => {
    const { readLists, ports, settings, target } = await world();
    const reports = await planLists(selectLists([], ['*'], []), readLists, ports, settings);
    expect(reports.map(({ name, fqdn, roster }) => [name, fqdn, roster.add])).toEqual([
      ['dev', 'dev@lists.example.org', 5],
      ['volunteers', 'dev@lists.example.org', 0],
      ['news', 'news@lists.example.org', 2],
    ]);
    const [dev, volunteers] = reports;
    const listinfo = (report: typeof dev) => report?.addresses?.kinds.listinfo;
    expect(listinfo(volunteers)).toBe(listinfo(dev));
    expect(volunteers?.archive?.bytes).toBe(1);
    expect(volunteers?.findings.map(({ code }) => code)).toContain('merge.done');
    expect(dev?.findings.filter((finding) => finding.list === 'volunteers')).toEqual([]);
    expect(target.log).toEqual([]);
  });

  it('of a merged list alone says that it goes with its target', async () => {
    const { readLists, ports, settings } = await world();
    const selection = selectLists(['volunteers'], [], []);
    const reports = await planLists(selection, readLists, ports, settings);
    expect(reports).toMatchObject([
      { name: 'volunteers', failed: false, findings: [{ code: 'merge.without-target' }] },
    ]);
  });
});
