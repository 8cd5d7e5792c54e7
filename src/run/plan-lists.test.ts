// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { PlannedListReport } from '../model/plan-report.js';
import { mailman2List, mailman2Member, pipermailArticle } from '../testing/builders.js';
import { NO_PAGES } from '../model/redirect.js';
import { listing, memoryWorld, type MemoryWorld } from '../testing/memory-ports.js';
import { planLists } from './plan-lists.js';
import { runLists } from './run-lists.js';
import { selectLists } from './select.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-plan-'));
});
afterEach(() => rm(dir, { recursive: true }));

const ALL = selectLists([], ['*'], []);
const MBOX = '/mm/dev.mbox';

const message = (n: number): string =>
  `From a@example.org Tue Feb  5 10:00:00 2013\nFrom: a@example.org\nMessage-ID: <${n}@x>\n` +
  `Date: Tue, 05 Feb 2013 10:00:00 +0000\nSubject: s\n\nhello\n\n`;
const mbox = [1, 2, 3].map(message).join('');

const dev = (more: Partial<Mailman2List> = {}): Mailman2List =>
  mailman2List({
    attributes: {
      advertised: true,
      description: 'about dev',
      owner: ['ann@example.org', 'root'],
      topics: [['x', 'y', '', 0]],
      topics_enabled: 1,
      umbrella_list: 1,
      bounce_score_threshold: 7.5,
    },
    members: [
      mailman2Member({ address: 'bob@example.org', name: 'Bob' }),
      mailman2Member({ address: 'eve@example.org', digest: true }),
    ],
    archive: { mbox: { path: MBOX, bytes: mbox.length }, pipermail: { path: '/mm/dev' } },
    ...more,
  });

async function world(list = dev()): Promise<MemoryWorld> {
  const made = await memoryWorld(dir, [listing(list)]);
  made.files.set(MBOX, mbox);
  const articles = [1, 2, 3].map((number) =>
    pipermailArticle({ number, messageId: `<${number}@x>` }),
  );
  const volume = { name: '2013-February', kind: 'month', indexes: ['thread.html'], downloads: [] };
  Object.assign(made.ports.source, {
    readPipermail: () =>
      Promise.resolve({ listing: { ...NO_PAGES, volumes: [volume], articles }, findings: [] }),
  });
  return made;
}

async function plan({ readLists, ports, settings }: MemoryWorld, overwrite = false) {
  const [report] = await planLists(ALL, readLists, ports, { ...settings, overwrite });
  if (report === undefined) throw new Error('no list was planned');
  return report;
}

const migrate = ({ readLists, ports, settings }: MemoryWorld) =>
  runLists(ALL, ['apply', 'archive'], readLists, ports, settings);

const setting = (report: PlannedListReport, name: string) =>
  report.settings.find(({ attribute }) => attribute === name);
const members = ({ members: all }: PlannedListReport): readonly string[] =>
  all.map(({ role, address, outcome }) => `${outcome} ${role} ${address}`);
const codes = ({ findings }: PlannedListReport) => findings.map(({ code }) => code);

describe('the plan of a list that Mailman 3 does not have', () => {
  it('says of each setting and member what would be done, and changes nothing', async () => {
    const the = await world();
    const report = await plan(the);
    expect(report).toMatchObject({ name: 'dev', exists: false, failed: false, conflicts: [] });
    expect(setting(report, 'description')).toMatchObject({
      change: 'set',
      desired: 'about dev',
      observed: null,
      lastApplied: null,
    });
    expect(setting(report, 'umbrella_list')).toMatchObject({
      verdict: 'unsupported',
      change: 'none',
    });
    expect(setting(report, 'topics')).toMatchObject({ verdict: 'approximate', change: 'set' });
    expect(setting(report, 'topics')?.next).toMatch(/members filter/);
    expect(members(report)).toEqual([
      'add owner ann@example.org',
      'left-out owner root',
      'add member bob@example.org',
      'add member eve@example.org',
    ]);
    expect(report.roster).toEqual({ add: 3, change: 0, keep: 0, remove: 0 });
    expect(the.target.log).toEqual([]);
    expect(await readdir(join(dir, 'lists', 'dev'))).toEqual([]);
  });

  it('measures an archive that is not prepared yet, and counts its pages', async () => {
    const report = await plan(await world());
    expect(report.archive).toEqual({
      policy: 'public',
      bytes: mbox.length,
      pages: 3,
      prepared: null,
      held: null,
      missing: null,
    });
    expect(report.addresses).toMatchObject({ matched: false, kinds: { article: 3, volume: 3 } });
    expect(codes(report)).not.toContain('redirects.article-unmatched');
  });

  it('says that a private archive would be shown to everybody, before it is too late', async () => {
    const attributes = { archive: false, archive_private: true };
    expect(codes(await plan(await world(dev({ attributes }))))).toContain(
      'archive.would-be-public',
    );
  });

  it('goes on where the old archive cannot be read', async () => {
    const the = await world();
    the.files.delete(MBOX);
    Object.assign(the.ports.source, {
      readPipermail: () =>
        Promise.reject(new DiagnosticError({ code: 'source.cut-off', summary: 'ended early' })),
    });
    const report = await plan(the);
    expect(report.failed).toBe(false);
    expect(report.archive).toMatchObject({ pages: null, prepared: null });
    expect(report.addresses).toBeNull();
    expect(codes(report)).toEqual(
      expect.arrayContaining(['plan.mbox-unreadable', 'plan.pages-unreadable']),
    );
  });
});

describe('the plan of a list that was migrated', () => {
  it('has nothing to do, and knows the archive on both sides', async () => {
    const the = await world();
    await migrate(the);
    const report = await plan(the);
    expect(report.operations).toEqual([]);
    expect(setting(report, 'description')).toMatchObject({
      change: 'keep',
      observed: 'about dev',
      lastApplied: 'about dev',
    });
    expect(report.archive).toMatchObject({
      prepared: { messages: 3, kept: 3 },
      held: 3,
      missing: 0,
    });
    expect(report.addresses).toMatchObject({ matched: true, kinds: { article: 3 } });
  });

  it('counts what came to the old archive since', async () => {
    const the = await world();
    await migrate(the);
    const held = the.archive.lists.get('dev@lists.example.org');
    if (held === undefined) throw new Error('no archive');
    held.emails = new Map([...held.emails].slice(0, 2));
    expect((await plan(the)).archive).toMatchObject({ held: 2, missing: 1 });
    the.files.set(MBOX, mbox + message(4));
    expect((await plan(the)).archive).toMatchObject({ prepared: null, held: 2, missing: null });
  });

  it('goes on where HyperKitty does not answer', async () => {
    const the = await world();
    await migrate(the);
    the.archive.observe = () =>
      Promise.reject(new DiagnosticError({ code: 'target.failed', summary: 'no database' }));
    const report = await plan(the);
    expect(report.archive).toMatchObject({ held: null, missing: null });
    const finding = report.findings.find(({ code }) => code === 'plan.hyperkitty-unknown');
    expect(finding?.why).toBe('no database');
  });

  it('shows a conflict with all three values, and who wins', async () => {
    const the = await world();
    await migrate(the);
    const there = the.target.lists.get('dev.lists.example.org');
    if (there === undefined) throw new Error('no list');
    there.settings['description'] = 'by hand';
    const [bob, eve] = there.rosters.member;
    if (bob === undefined || eve === undefined) throw new Error('no members');
    bob.preferences = { ...bob.preferences, delivery_status: 'by_user' };
    there.rosters.member = [
      bob,
      { ...eve, memberId: 'new', email: 'new@example.org', displayName: 'New' },
    ];

    const report = await plan(the);
    expect(report.conflicts).toMatchObject([
      {
        kind: 'setting',
        what: 'description',
        lastApplied: 'about dev',
        observed: 'by hand',
        desired: 'about dev',
        overruled: false,
      },
      {
        kind: 'member',
        what: 'bob@example.org',
        role: 'member',
        lastApplied: { delivery_status: 'enabled' },
        observed: { delivery_status: 'by_user' },
        desired: { delivery_status: 'enabled' },
      },
      { kind: 'member', what: 'eve@example.org', observed: null, overruled: false },
    ]);
    expect(setting(report, 'description')?.change).toBe('conflict');
    expect(members(report)).toEqual([
      'keep owner ann@example.org',
      'left-out owner root',
      'conflict member bob@example.org',
      'conflict member eve@example.org',
      'theirs member new@example.org',
    ]);

    const overruling = await plan(the, true);
    expect(overruling.conflicts.map(({ overruled }) => overruled)).toEqual([true, true, true]);
    expect(setting(overruling, 'description')?.change).toBe('set');
    expect(members(overruling)).toEqual([
      'keep owner ann@example.org',
      'left-out owner root',
      'change member bob@example.org',
      'add member eve@example.org',
      'theirs member new@example.org',
    ]);
    expect(overruling.members.find(({ address }) => address.startsWith('bob'))?.fields).toEqual([
      { field: 'delivery_status', from: 'by_user', to: 'enabled' },
    ]);
  });

  it('removes who left in Mailman 2', async () => {
    const the = await world();
    await migrate(the);
    const after = await world(
      dev({ members: [mailman2Member({ address: 'eve@example.org', digest: true })] }),
    );
    const ports = { ...after.ports, target: the.target, archive: the.archive };
    const report = await plan({ ...after, ports });
    expect(members(report)).toContain('remove member bob@example.org');
    expect(report.roster.remove).toBe(1);
  });
});

it('what cannot be read is planned, too: as failed, with its reasons', async () => {
  const finding = { code: 'source.truncated', severity: 'error', summary: 'ends early' } as const;
  const the = await memoryWorld(dir, [
    { kind: 'unreadable', list: { name: 'broken', findings: [finding] } },
  ]);
  expect(await plan(the)).toMatchObject({ name: 'broken', failed: true, findings: [finding] });
});
