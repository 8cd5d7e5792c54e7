// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { CannotStartError } from '../diagnostics.js';
import type { Json } from '../model/json.js';
import { fakeHost, type Script } from '../testing/fake-host.js';
import type { SiteEvent } from './assembler.js';
import { readSite, type SourceConfig } from './site.js';

const HEADER = {
  type: 'header',
  schemaVersion: 1,
  mailmanVersion: '2.1.39',
  site: { defaultUrlPattern: 'https://%s/mailman/', publicArchiveUrl: null },
};
const LIST = {
  type: 'list',
  name: 'dev',
  path: '/mm/lists/dev',
  file: 'config.pck',
  charset: 'iso-8859-1',
  attributes: { host_name: 'lists.example.org', advertised: 1 },
  decoded: [],
  archive: { mbox: { path: '/mm/dev.mbox', bytes: 7 }, pipermail: { path: '/mm/dev' } },
};
const MEMBER = {
  address: 'ann@example.org',
  originalAddress: 'Ann@example.org',
  digest: true,
  options: 128,
  language: 'fr',
  name: 'Ann',
  deliveryStatus: 4,
  bounce: { score: 2.5, date: [2024, 3, 5], noticesLeft: 1 },
};
const END = { type: 'end' };
const ended = (list: string, ok = true) => ({ type: 'list-end', list, ok });

async function read(
  script: Script,
  config: Partial<SourceConfig> = {},
  names: readonly string[] = [],
): Promise<{ readonly events: readonly SiteEvent[]; readonly commands: readonly string[] }> {
  const host = fakeHost(script);
  const events: SiteEvent[] = [];
  const source = { root: '/mm', python: 'python2', ...config };
  for await (const event of readSite(host, source, names)) events.push(event);
  return { events, commands: host.commands };
}

const lines = (...records: readonly Json[]): Script => {
  const text = records.map((record) => JSON.stringify(record));
  return () => text;
};
const only = async (...records: readonly Json[]): Promise<SiteEvent | undefined> =>
  (await read(lines(HEADER, ...records, END))).events.find(({ kind }) => kind !== 'site');

describe('the command', () => {
  it('pipes the helper to the Python that is configured', async () => {
    let piped = '';
    const { commands } = await read((_command, input) => {
      piped = input;
      return [JSON.stringify(HEADER), JSON.stringify(END)];
    });
    expect(commands).toEqual(['python2 - --root /mm']);
    expect(piped).toContain('mailman2_dump');
  });

  it('names the configuration and the lists that are asked for', async () => {
    const { commands } = await read(lines(HEADER, END), { siteConfig: '/etc/mm_cfg.py' }, [
      'a',
      'b',
    ]);
    expect(commands).toEqual(['python2 - --root /mm --config /etc/mm_cfg.py --lists a b']);
  });

  it('asks for no held message where none is wanted', async () => {
    const { commands } = await read(lines(HEADER, END), { heldMessages: false }, ['a']);
    expect(commands).toEqual(['python2 - --root /mm --no-messages --lists a']);
  });

  it('takes the first Python that runs where none is configured', async () => {
    const host = fakeHost(([program, dash]) => {
      if (program !== 'python2.7') return null;
      return dash === '-c' ? [] : [JSON.stringify(HEADER), JSON.stringify(END)];
    });
    for await (const event of readSite(host, { root: '/mm' })) expect(event.kind).toBe('site');
    expect(host.commands.at(-1)).toBe('python2.7 - --root /mm');
  });

  it('cannot start where no Python runs', async () => {
    const reading = readSite(
      fakeHost(() => null),
      { root: '/mm' },
    ).next();
    await expect(reading).rejects.toMatchObject({ diagnostic: { code: 'source.no-python' } });
  });
});

describe('a list', () => {
  it('comes whole, its members put together from all their records', async () => {
    const bob = { address: 'bob@example.org' };
    const event = await only(
      LIST,
      { type: 'members', list: 'dev', members: [MEMBER] },
      { type: 'members', list: 'dev', members: [bob] },
      ended('dev'),
    );
    expect(event).toMatchObject({
      kind: 'list',
      list: {
        name: 'dev',
        fqdn: 'dev@lists.example.org',
        path: '/mm/lists/dev/config.pck',
        attributes: { host_name: 'lists.example.org', advertised: 1 },
        charset: 'iso-8859-1',
        archive: { mbox: { path: '/mm/dev.mbox', bytes: 7 }, pipermail: { path: '/mm/dev' } },
        members: [
          { ...MEMBER, bounce: { score: 2.5, date: '2024-03-05', noticesLeft: 1 } },
          {
            address: 'bob@example.org',
            originalAddress: 'bob@example.org',
            digest: false,
            options: 0,
            language: null,
            name: null,
            deliveryStatus: 0,
            bounce: null,
          },
        ],
        findings: [],
      },
    });
  });

  it('has what waits for its moderators', async () => {
    const request = { type: 'request', list: 'dev', id: 1, kind: 'held', message: 'aGk=' };
    const wish = { type: 'request', list: 'dev', id: 2, kind: 'subscription', address: 'a@x.org' };
    expect(await only(LIST, request, wish, ended('dev'))).toMatchObject({
      list: {
        requests: {
          held: [{ number: 1, message: 'aGk=' }],
          membership: [{ number: 2, address: 'a@x.org' }],
        },
      },
    });
  });

  it('that the helper had trouble with is unreadable, with the reasons', async () => {
    const finding = {
      type: 'finding',
      list: 'dev',
      code: 'source.x',
      severity: 'error',
      summary: 'x',
    };
    expect(await only(finding, ended('dev', false))).toEqual({
      kind: 'unreadable',
      list: {
        name: 'dev',
        findings: [{ code: 'source.x', severity: 'error', summary: 'x', list: 'dev' }],
      },
    });
  });

  it('with an error among its findings is unreadable, even where the helper says it is well', async () => {
    const finding = {
      type: 'finding',
      list: 'dev',
      code: 'source.x',
      severity: 'error',
      summary: 'x',
    };
    expect((await only(LIST, finding, ended('dev')))?.kind).toBe('unreadable');
  });

  it('with a warning is read, and carries the warning', async () => {
    const finding = {
      type: 'finding',
      list: 'dev',
      code: 'source.x',
      severity: 'warning',
      summary: 'x',
    };
    expect(await only(LIST, finding, ended('dev'))).toMatchObject({
      kind: 'list',
      list: { findings: [{ code: 'source.x', severity: 'warning' }] },
    });
  });

  it('says so where texts had to be guessed', async () => {
    const event = await only({ ...LIST, decoded: ['info', 'description'] }, ended('dev'));
    expect(event).toMatchObject({
      list: { findings: [{ code: 'source.decoded-by-guess', severity: 'info' }] },
    });
  });

  it('is not mixed up with the next one', async () => {
    const { events } = await read(
      lines(
        HEADER,
        LIST,
        { type: 'members', list: 'dev', members: [MEMBER] },
        ended('dev'),
        { ...LIST, name: 'other' },
        ended('other'),
        END,
      ),
    );
    const members = events.flatMap((event) =>
      event.kind === 'list' ? [[event.list.name, event.list.members.length]] : [],
    );
    expect(members).toEqual([
      ['dev', 1],
      ['other', 0],
    ]);
  });
});

describe('trouble', () => {
  it('of the command keeps the tool from starting', async () => {
    const reading = read(() => null);
    await expect(reading).rejects.toThrow(CannotStartError);
    await expect(reading).rejects.toMatchObject({ diagnostic: { code: 'source.unreachable' } });
  });

  it('is told where the output ends early: a part is never taken for the whole', async () => {
    await expect(read(lines(HEADER, LIST, ended('dev')))).rejects.toMatchObject({
      diagnostic: { code: 'source.cut-off' },
    });
  });

  it('is a helper of another version', async () => {
    await expect(read(lines({ ...HEADER, schemaVersion: 2 }, END))).rejects.toThrow('version 2');
  });
});
