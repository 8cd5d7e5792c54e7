// SPDX-License-Identifier: GPL-3.0-or-later
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localHost } from '../host.js';
import { ATTRIBUTE_TABLE } from '../mapping/attribute-table.js';
import type { Mailman2List, UnreadableList } from '../model/mailman2-list.js';
import { type Mm2Site, mm2Site } from '../testing/mm2-site.js';
import { readPipermail } from './pipermail.js';
import { readNames, readNamesThenLists, readSite } from './site.js';

// The real helpers on a real site that Mailman 2.1.39 wrote.

let site: Mm2Site;
const lists = new Map<string, Mailman2List>();
const unreadable = new Map<string, UnreadableList>();
const order: string[] = [];

beforeAll(async () => {
  site = await mm2Site();
  for await (const event of readSite(localHost(), { root: site.root })) {
    if (event.kind === 'site') {
      expect(event.site).toMatchObject({
        root: site.root,
        version: '2.1.39',
        urlPattern: 'https://%s/mailman/',
        publicArchiveUrl: 'https://%(hostname)s/pipermail/%(listname)s/',
      });
    } else {
      order.push(event.list.name);
      if (event.kind === 'list') lists.set(event.list.name, event.list);
      else unreadable.set(event.list.name, event.list);
    }
  }
});
afterAll(() => site.remove());

const list = (name: string): Mailman2List => {
  const found = lists.get(name);
  if (found === undefined) throw new Error(`${name} was not read`);
  return found;
};

describe('the lists of the site', () => {
  it('come in the order of their names, each once', () => {
    expect(order).toEqual([...new Set(order)].toSorted());
    expect(order).toHaveLength(19);
  });

  it('are unreadable where nothing sound is there, and each says why', () => {
    const codes = [...unreadable].map(([name, { findings }]) => [
      name,
      [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))],
    ]);
    expect(Object.fromEntries(codes)).toEqual({
      broken: ['source.config-truncated', 'source.list-unreadable'],
      extended: ['source.extend-present'],
      hostile: ['source.pickle-refused', 'source.list-unreadable'],
      'nothing-here': [expect.stringMatching(/^source\./)],
    });
  });

  it('have the same names, addresses and sizes where only those are asked for', async () => {
    const names = await readNames(localHost(), { root: site.root });
    expect(names).toEqual(
      order.map((name) => ({
        name,
        fqdn: lists.get(name)?.fqdn ?? null,
        members: lists.get(name)?.members.length ?? 0,
        archiveBytes: lists.get(name)?.archive.mbox?.bytes ?? 0,
      })),
    );
  });

  it('have texts of their own, with their words', () => {
    expect(list('announce').templates).toEqual([
      {
        language: 'en',
        name: 'listinfo.html',
        text: expect.stringContaining('Our own listinfo page.') as string,
      },
      {
        language: 'en',
        name: 'subscribeack.txt',
        text: 'Welcome to %(real_name)s.\n\n%(welcome)s\n\nPost to %(emailaddr)s. Options: %(optionsurl)s\n',
      },
    ]);
  });

  it('fall back to the older file where the newer one is cut short, with a warning', () => {
    expect(list('truncated').path).toMatch(/config\.pck\.last$/);
    expect(list('truncated').findings).toMatchObject([{ severity: 'warning' }]);
  });

  it('of the time of Mailman 2.0 are read too', () => {
    expect(list('ancient').path).toMatch(/config\.db$/);
    expect(list('ancient').members.length).toBeGreaterThan(0);
  });

  it('nothing of them is executed', async () => {
    const why = unreadable.get('hostile')?.findings[0]?.why ?? '';
    expect(why).toContain('not executed');
    // The file that its pickle makes where it is loaded.
    await expect(access('MM2_PICKLE_RAN_CODE')).rejects.toThrow('ENOENT');
  });

  it('have their members, none twice', () => {
    expect(list('dev').members).toHaveLength(119);
    for (const { members } of lists.values())
      expect(new Set(members.map(({ address }) => address)).size).toBe(members.length);
  });

  it('have texts in the character set of their language', () => {
    expect(list('equipe-fr').charset).toBe('iso-8859-1');
    expect(JSON.stringify(list('equipe-fr').attributes)).toMatch(/[éèàç]/);
    expect(JSON.stringify([...lists.values()])).not.toContain('\uFFFD');
  });

  it('have their archives where they lie', () => {
    expect(list('dev').archive.mbox).toMatchObject({
      path: join(site.root, 'archives/private/dev.mbox/dev.mbox'),
    });
    expect(list('no-archive').archive.mbox).toBeNull();
  });

  it('bring no password along', () => {
    const names = [...lists.values()].flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((name) => /passw/i.test(name))).toEqual([]);
  });

  it('have no attribute that the mapping table does not know', () => {
    const names = [...lists.values()].flatMap(({ attributes }) => Object.keys(attributes));
    const unknown = [...new Set(names)].filter((name) => !ATTRIBUTE_TABLE.has(name));
    expect(unknown).toEqual([]);
  });
});

describe('asking for lists by name', () => {
  const read = async (...names: readonly string[]): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const event of readSite(localHost(), { root: site.root }, names))
      if (event.kind !== 'site') found.push(`${event.list.name} ${event.kind}`);
    return found;
  };

  it('reads those only', async () => {
    expect(await read('announce', 'c++-users')).toEqual(['announce list', 'c++-users list']);
  });

  it('tells of one that is not there', async () => {
    expect(await read('nobody-knows')).toEqual(['nobody-knows unreadable']);
  });

  it('has them after the names of all where both are read in one go', async () => {
    const both = readNamesThenLists(localHost(), { root: site.root }, ['dev', 'announce']);
    expect(await both.names).toEqual(await readNames(localHost(), { root: site.root }));
    const found: unknown[] = [];
    for await (const event of both.lists)
      if (event.kind === 'list') found.push([event.list.name, event.list.members]);
    expect(found).toEqual([
      ['dev', list('dev').members],
      ['announce', list('announce').members],
    ]);
  });

  it('leaves the rest unread where no more is wanted', async () => {
    const both = readNamesThenLists(localHost(), { root: site.root }, []);
    expect(await both.names).toHaveLength(19);
    const names: string[] = [];
    for await (const event of both.lists) {
      if (event.kind !== 'list') continue;
      names.push(event.list.name);
      break;
    }
    expect(names).toEqual(order.slice(0, 1));
    expect((await both.lists.next()).done).toBe(true);
  });

  it('cannot start where there is no site', async () => {
    const both = readNamesThenLists(localHost(), { root: join(site.dir, 'none') }, []);
    await expect(both.names).rejects.toMatchObject({ diagnostic: { code: 'source.unreachable' } });
    const reading = readSite(localHost(), { root: join(site.dir, 'none') }).next();
    await expect(reading).rejects.toMatchObject({ diagnostic: { code: 'source.unreachable' } });
  });
});

describe('a pipermail archive', () => {
  it('has a number, a volume and a file for every page', async () => {
    const { archive, charset } = list('dev');
    const { listing } = await readPipermail(localHost(), archive.pipermail?.path ?? '', charset);
    expect(listing.articles).toHaveLength(436);
    const volumes = new Set(listing.volumes.map(({ name }) => name));
    for (const { volume, number, file } of listing.articles) {
      expect(volumes).toContain(volume);
      expect(file).toBe(`${String(number).padStart(6, '0')}.html`);
    }
    expect(listing.volumes.every(({ kind }) => kind !== 'unknown')).toBe(true);
  });
});
