// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BanDecision } from '../mapping/moderation/facts.js';
import type { Json } from '../model/json.js';
import { mailman2List, mailman2Member } from '../testing/builders.js';
import { listing, memoryWorld } from '../testing/memory-ports.js';
import type { BanPolicy } from './moderation-facts.js';
import { planLists } from './plan-lists.js';
import { runLists } from './run-lists.js';
import { selectLists } from './select.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-moderation-'));
});
afterEach(() => rm(dir, { recursive: true }));

const SPAM = '^.*@spam\\.example$';
const MAIL = ['From a@x.org  Thu Jan  1 00:00:00 2015', 'From: a@x.org'];
const MBOX = [
  ...[...MAIL, 'Subject: free money', '', 'x', ''],
  ...[...MAIL, 'Subject: news', 'X-Other: Subject: free', '', 'x', ''],
  ...[...MAIL, 'Subject: get', ' free', '', 'x', ''],
].join('\n');

/** The old site: `staff`, and `dev` with the given attributes. */
async function site(attributes: Record<string, Json>) {
  const members = (...all: readonly string[]) => all.map((address) => mailman2Member({ address }));
  const archive = { mbox: { path: '/dev.mbox', bytes: MBOX.length }, pipermail: null };
  const lists = [
    mailman2List({
      name: 'dev',
      attributes,
      archive,
      members: members('ann@x.org', 'bob@spam.example'),
    }),
    mailman2List({ name: 'staff', members: members('ann@x.org', 'cy@x.org', 'dee@spam.example') }),
  ];
  const world = await memoryWorld(dir, lists.map(listing));
  world.files.set('/dev.mbox', MBOX);
  const dev = selectLists(['dev'], [], []);
  const deciding = (bans: BanPolicy) => ({ ...world.settings, bans });
  return {
    found: () => world.target.lists.get('dev.lists.example.org'),
    apply: async (bans: BanPolicy = world.settings.bans) => {
      const { readLists, ports } = world;
      const [report] = await runLists(dev, ['apply'], readLists, ports, deciding(bans));
      return { outcome: report?.outcome, codes: report?.findings.map(({ code }) => code) };
    },
    plan: async (bans: BanPolicy = world.settings.bans) => {
      const { readLists, ports } = world;
      const [report] = await planLists(dev, readLists, ports, deciding(bans));
      return report?.findings ?? [];
    },
  };
}

const always = (decision: BanDecision, remember = true): BanPolicy => ({
  decide: () => Promise.resolve(decision),
  remember,
});

describe('bans that match people', () => {
  const attributes = { ban_list: ['troll@y.org', SPAM, '^(open'] };

  it('stay away unasked, and so they do the next time', async () => {
    const { apply, found } = await site(attributes);
    const first = await apply();
    expect(first.codes).toEqual(
      expect.arrayContaining(['mapping.ban-matches-people', 'mapping.ban-invalid']),
    );
    expect(found()?.bans).toEqual(['troll@y.org']);
    expect((await apply()).outcome).toBe('unchanged');
  });

  it('come where that was decided; the decision holds without being repeated', async () => {
    const { apply, found } = await site(attributes);
    await apply(always('keep'));
    expect(found()?.bans).toEqual(['troll@y.org', SPAM]);
    expect((await apply()).outcome).toBe('unchanged');
    await apply(always('drop'));
    expect(found()?.bans).toEqual(['troll@y.org']);
    expect((await apply()).codes).toContain('mapping.ban-dropped');
  });

  it('are not decided by a plan', async () => {
    const { apply, plan, found } = await site(attributes);
    const planned = await plan(always('keep', false));
    expect(planned.map(({ code }) => code)).toContain('mapping.ban-kept');
    await apply();
    expect(found()?.bans).toEqual(['troll@y.org']);
  });

  it('are asked about, and no others', async () => {
    const { apply } = await site(attributes);
    const asked: string[] = [];
    const decide: BanPolicy['decide'] = (list, { ban, matches }) => {
      asked.push(`${list} ${ban} ${String(matches)}`);
      return Promise.resolve('drop');
    };
    await apply({ decide, remember: true });
    expect(asked).toEqual([`dev ${SPAM} 1 member`]);
    const kept = await readFile(join(dir, 'lists', 'dev', 'bans.json'), 'utf8');
    expect(JSON.parse(kept)).toEqual({ [SPAM]: 'drop' });
  });
});

describe('a list among the nonmembers', () => {
  it('is read, and its members come with the action of the attribute', async () => {
    const { apply, found } = await site({
      accept_these_nonmembers: ['^.*@spam', '@staff', '@unknown', '@--config'],
      discard_these_nonmembers: ['eve@spam.example'],
    });
    const { codes } = await apply();
    const nonmembers = found()?.rosters.nonmember ?? [];
    expect(nonmembers.map(({ email, moderationAction }) => `${email} ${moderationAction}`)).toEqual(
      // An earlier attribute's pattern decides on eve, as it did in Mailman 2.
      ['cy@x.org defer', 'dee@spam.example defer', 'eve@spam.example defer'],
    );
    expect(codes?.filter((code) => code.startsWith('mapping.list-as'))).toEqual([
      'mapping.list-as-nonmember-unknown',
      'mapping.list-as-nonmember-unknown',
      'mapping.list-as-nonmember',
    ]);
    expect(found()?.settings['accept_these_nonmembers']).toEqual(['^.*@spam']);
    expect((await apply()).outcome).toBe('unchanged');
  });
});

describe('header filters', () => {
  const [DISCARD, ACCEPT, HOLD] = [3, 6, 7];
  const attributes = {
    header_filter_rules: [
      ['^Subject:.*free', HOLD, false],
      ['Subject: free', DISCARD, false],
      ['casino|free', DISCARD, false],
      ['^Subject: (f|fr|fre|free)+ x', HOLD, false],
      ['^From: a@', ACCEPT, false],
    ],
  };

  it('are applied, and nothing is left to do', async () => {
    const { apply, found } = await site(attributes);
    await apply();
    expect(found()?.headerMatches).toEqual([
      { header: 'subject', pattern: 'free', action: 'hold' },
      { header: 'subject', pattern: '^free', action: 'discard' },
      { header: 'subject', pattern: '^(f|fr|fre|free)+\\s+x', action: 'hold' },
    ]);
    expect((await apply()).outcome).toBe('unchanged');
  });

  it('are tried by a plan on the archive, each in both its meanings', async () => {
    const { plan } = await site(attributes);
    const tried = (await plan()).filter(({ code }) => code.startsWith('plan.header'));
    expect(tried.map(({ severity, summary }) => `${severity}: ${summary}`)).toEqual([
      'info: header filter rule 1 matches 2 of 3 messages in Mailman 2 and in Mailman 3',
      'warning: header filter rule 2 matches 2 of 3 messages in Mailman 2, 1 in Mailman 3',
      'info: header filter rule 3 matches 3 of 3 messages in Mailman 2, and is not in Mailman 3',
      'info: header filter rule 4 matches 0 of 3 messages in Mailman 2 and in Mailman 3',
      'info: header filter rule 5 matches 3 of 3 messages in Mailman 2, and exempted them from later rules',
    ]);
    expect(tried[1]).toMatchObject({
      code: 'plan.header-rule-differs',
      why: 'tried on the messages of the archive: 1 only in Mailman 2 (beginning with message 2)',
      next: 'look at these messages, and at subject: ^free',
    });
  });
});
