// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, describe, expect, it } from 'vitest';
import type { HeaderMatch } from '../../model/header-match.js';
import { fakeHost } from '../../testing/fake-host.js';
import { localServer, type LocalServer, type Reply } from '../../testing/http-server.js';
import { restClient } from '../rest-client.js';
import { changeBans, readBans } from './bans.js';
import { readHeaderMatches, setHeaderMatches } from './header-matches.js';

const LIST = 'dev.lists.example.org';

let server: LocalServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function core(answer: (line: string, body: unknown) => Reply) {
  const local = await localServer(({ method, path, body }) =>
    answer(`${method} ${path.slice(`/3.1/lists/${LIST}/`.length)}`, body),
  );
  server = local;
  const changes = (): readonly string[] =>
    local.asked
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path, body }) => {
        const rest = body === null ? '' : ` ${JSON.stringify(body)}`;
        return `${method} ${path.slice(`/3.1/lists/${LIST}/`.length)}${rest}`;
      });
  return { rest: restClient({ url: `${local.url}/3.1`, user: 'rest', password: 'x' }), changes };
}

const entries = (all: readonly Readonly<Record<string, string | number>>[]): Reply => ({
  json: all.length === 0 ? { start: 0, total_size: 0 } : { entries: all },
});

describe('bans over REST', () => {
  /** Core's own answers, for bans that are compared as texts only. */
  async function banning(standing: readonly string[], refuse: Readonly<Record<string, string>>) {
    let bans = [...standing];
    const { rest, changes } = await core((line, body) => {
      if (line === 'GET bans') return entries(bans.map((email) => ({ email })));
      if (line === 'POST bans') {
        const { email } = body as { email: string };
        const description = refuse[email];
        if (description !== undefined) return { status: 400, json: { description } };
        bans.push(email);
        return { status: 201 };
      }
      const ban = decodeURIComponent(line.slice('DELETE bans/'.length));
      if (!bans.includes(ban)) return { status: 404 };
      bans = bans.filter((each) => each !== ban);
      return { status: 204 };
    });
    return { rest, changes, bans: () => bans };
  }

  it('are those of the list, none where there are none', async () => {
    expect(await readBans((await banning([], {})).rest, LIST)).toEqual([]);
    await server?.close();
    expect(await readBans((await banning(['^a%b+c'], {})).rest, LIST)).toEqual(['^a%b+c']);
  });

  it('are named whatever signs are in them, addresses before patterns', async () => {
    const { rest, changes, bans } = await banning(['^a%b+c?d#e@é'], {});
    const change = { add: ['^.*@x', 'troll@x.org'], remove: ['^a%b+c?d#e@é', 'gone@x.org'] };
    expect(await changeBans(rest, null, LIST, change)).toEqual([]);
    expect(bans()).toEqual(['troll@x.org', '^.*@x']);
    expect(changes()[0]).toBe('DELETE bans/%5Ea%25b%2Bc%3Fd%23e%40%C3%A9');
  });

  it('that Core will not take are named with its reason', async () => {
    const { rest, bans } = await banning([], { '^[': 'Expected a valid regexp' });
    const refused = await changeBans(rest, null, LIST, { add: ['^[', 'a@x.org'], remove: [] });
    expect(refused).toMatchObject([
      { item: '^[', finding: { code: 'apply.ban-refused', why: 'Expected a valid regexp' } },
    ]);
    expect(bans()).toEqual(['a@x.org']);
  });

  it('are there already where an earlier run was cut off', async () => {
    const { rest } = await banning(['a@x.org'], { 'a@x.org': 'Address is already banned' });
    expect(await changeBans(rest, null, LIST, { add: ['a@x.org'], remove: [] })).toEqual([]);
  });

  it("that REST cannot write go through Core's own Python", async () => {
    const covered = { 'a@x.org': 'Address is already banned' };
    const { rest } = await banning(['^.*', '^a/b'], covered);
    const inputs: string[] = [];
    const host = fakeHost((_command, input) => {
      inputs.push(input.split('\n')[0] ?? '');
      return ['{"type":"result","bans":2}', '{"type":"end"}'];
    });
    const python = { host, command: ['python3'] } as const;
    const change = { add: ['a@x.org'], remove: ['^a/b'] };
    expect(await changeBans(rest, python, LIST, change)).toEqual([]);
    expect(inputs.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { do: 'bans', list: LIST, add: ['a@x.org'], remove: ['^a/b'] },
    ]);
    const without = await changeBans(rest, null, LIST, change);
    expect(without.map(({ item, finding }) => [item, finding.code])).toEqual([
      ['^a/b', 'apply.ban-not-lifted'],
      ['a@x.org', 'apply.ban-not-added'],
    ]);
  });

  it('do not take trouble of Core for a refusal', async () => {
    const { rest } = await core(() => ({ status: 401 }));
    await expect(
      changeBans(rest, null, LIST, { add: ['a@x.org'], remove: [] }),
    ).rejects.toMatchObject({ diagnostic: { code: 'target.unauthorized' } });
  });
});

describe('header filters over REST', () => {
  const spam: HeaderMatch = { header: 'x-spam', pattern: 'yes', action: 'discard' };
  const held: HeaderMatch = { header: 'subject', pattern: 'money', action: 'hold' };
  const site: HeaderMatch = { header: 'to', pattern: 'x', action: null };

  async function filtering(standing: readonly HeaderMatch[]) {
    return core((line, body) => {
      if (line === 'GET header-matches') {
        const all = standing.map(({ header, pattern, action }, position) => ({
          header,
          pattern,
          position,
          ...(action === null ? {} : { action }),
        }));
        return entries(all.toReversed());
      }
      const { pattern } = (body ?? {}) as { pattern?: string };
      return pattern === '[' ? { status: 400, json: { description: 'bad regexp' } } : {};
    });
  }

  it('are read in the order in which Core tries them', async () => {
    const { rest } = await filtering([spam, held, site]);
    expect(await readHeaderMatches(rest, LIST)).toEqual([spam, held, site]);
  });

  it('are added to those that stand already', async () => {
    const { rest, changes } = await filtering([spam]);
    expect(await setHeaderMatches(rest, LIST, [spam, held, site])).toEqual([]);
    expect(changes()).toEqual([
      'POST header-matches {"header":"subject","pattern":"money","action":"hold"}',
      'POST header-matches {"header":"to","pattern":"x"}',
    ]);
  });

  it('take the place of others', async () => {
    const { rest, changes } = await filtering([held, spam]);
    const bad: HeaderMatch = { header: 'from', pattern: '[', action: 'hold' };
    const refused = await setHeaderMatches(rest, LIST, [spam, bad]);
    expect(refused).toMatchObject([
      { item: bad, finding: { code: 'apply.header-match-refused', why: 'bad regexp' } },
    ]);
    expect(changes()).toEqual([
      'DELETE header-matches',
      'POST header-matches {"header":"x-spam","pattern":"yes","action":"discard"}',
      'POST header-matches {"header":"from","pattern":"[","action":"hold"}',
    ]);
  });
});
