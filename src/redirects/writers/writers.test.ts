// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../diagnostics.js';
import { NO_PAGES, type PipermailVolume } from '../../model/redirect.js';
import { publishRules, stageRules } from '../../run/rule-files.js';
import {
  archivedMessage,
  listToRedirect,
  pipermailArticle,
  webAddresses,
} from '../../testing/builders.js';
import { type Ask, installed, serverBench, type ServerBench } from '../../testing/web-servers.js';
import { listRedirects, siteRedirects } from '../redirects.js';
import { listRules, type ListToRedirect, type SiteRules } from '../rules.js';
import { saidRules } from './writer.js';
import { type WebServer, WEB_SERVERS, WRITERS } from './writers.js';

const PAGE = 'https://lists.example.org/hyperkitty/list/dev@lists.example.org/';
const SUMMARY = 'https://lists.example.org/postorius/lists/dev.lists.example.org/';
const SITE: SiteRules = { web: webAddresses, status: 301 };

interface Names {
  readonly name?: string;
  readonly volume?: string;
  readonly file?: string;
  readonly hash?: string;
  readonly others?: readonly string[];
}

/** A list with one volume of one page, and what else lies there. */
function small(names: Names = {}): ListToRedirect {
  const { name = 'dev', volume = '2013-May', file = '000000.html', hash = 'ABC' } = names;
  const article = pipermailArticle({ number: 0, volume, file });
  const volumes: readonly PipermailVolume[] = [
    {
      name: volume,
      kind: volume === '2013-May' ? 'month' : 'unknown',
      indexes: ['thread.html', 'index.html'],
      downloads: [`${volume}.txt`, `${volume}.txt.gz`],
    },
  ];
  const aligned = [{ article, message: archivedMessage({ hash }), ghost: false }];
  const others = (names.others ?? []).map((path) => ({ path, bytes: 1 }));
  return listToRedirect({
    name,
    listing: { ...NO_PAGES, volumes, articles: [article], others },
    alignment: { aligned, unmatched: [], disputed: [] },
  });
}

/** A path as a browser sends it. */
const sent = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

async function write(
  bench: ServerBench,
  server: WebServer,
  list: ListToRedirect,
  { site = SITE, keepStatic = null }: { site?: SiteRules; keepStatic?: string | null } = {},
) {
  const writer = WRITERS[server];
  const { head, said, unsaid } = saidRules(listRules(list, site.web, keepStatic), writer);
  const effects = {
    announce: () => Promise.resolve(),
    compile: (text: string, database: string) => bench.compile(text, database),
  };
  await stageRules(bench.rules, writer, { head, said }, site);
  return { ...(await publishRules(bench.rules, writer, site, effects)), unsaid };
}

/** What the server says of every old address of the list; of very many, some. */
async function expectRedirects(
  ask: Ask,
  list: ListToRedirect,
  unsaid: readonly string[],
  most: number,
): Promise<void> {
  const lost = new Set(unsaid);
  const rules = listRules(list, webAddresses);
  const all = [...listRedirects(rules, webAddresses)];
  const step = Math.max(1, Math.floor(all.length / most));
  for (const { oldPath, newUrl } of all.filter((_, n) => n % step === 0)) {
    const key = oldPath.slice(oldPath.indexOf(`/${list.name}/`) + list.name.length + 2);
    const location = lost.has(key) ? rules.page : newUrl;
    const { status, location: found } = await ask(sent(oldPath));
    expect({ oldPath, status, location: found }).toEqual({ oldPath, status: 301, location });
  }
}

const among = (characters: string) => fc.constantFrom(...characters.split(/(?=.)/su));

// A developer's machine may lack a server; where tests decide, those of setup are there.
const needed = (server: WebServer): boolean => server === 'nginx' && Boolean(process.env['CI']);

describe.each(WEB_SERVERS.filter((server) => installed(server) || needed(server)))(
  'a real %s',
  (server) => {
    let bench: ServerBench;
    beforeAll(async () => {
      bench = await serverBench(server);
    });
    beforeEach(async () => {
      await rm(bench.rules, { recursive: true });
      await mkdir(bench.rules);
    });
    afterAll(() => bench.remove());

    it('leads every old address of a list to its new one, private or not', async () => {
      for (const isPrivate of [false, true]) {
        const list = { ...small(), private: isPrivate };
        expect((await write(bench, server, list)).unsaid).toEqual([]);
        expect(await bench.test()).toBeNull();
        await bench.serve(async (ask) => {
          await expectRedirects(ask, list, [], 1_000);
          const { status, location, body } = await ask('/pipermail/dev/2013-May.txt?x=1', 'HEAD');
          expect({ status, location, body }).toEqual({
            status: 301,
            location: `${PAGE}export/dev%40lists.example.org-2013-May.mbox.gz?start=2013-05-01&end=2013-06-01`,
            body: '',
          });
        });
      }
    });

    it('leads everything else of the list to its page, and leaves the rest alone', async () => {
      await write(bench, server, small());
      await write(bench, server, small({ name: 'c++-users' }));
      await bench.serve(async (ask) => {
        for (const path of [
          '/pipermail/dev',
          '/pipermail/dev/attachments/20130505/abcdef01/a.pdf',
          '/pipermail/dev.mbox/dev.mbox',
          '/pipermail/Dev/',
          '/pipermail/%64ev/?x=1',
          '/mailman/private/dev',
          '/cgi-bin/mailman/private/dev.mbox/dev.mbox',
        ]) {
          const { status, location } = await ask(path);
          expect({ path, status, location }).toEqual({ path, status: 301, location: PAGE });
        }
        for (const path of [
          '/mailman/listinfo/dev/',
          '/mailman/listinfo/DEV',
          '/mailman/admindb/dev?msgid=3',
          '/mailman/options/dev/user--at--example.org',
          '/cgi-bin/mailman/confirm/dev/0123456789abcdef',
        ]) {
          const { status, location } = await ask(path);
          expect({ path, status, location }).toEqual({ path, status: 301, location: SUMMARY });
        }
        for (const path of [
          '/pipermail/development/',
          '/mailman/',
          '/mailman/listinfo/development',
          '/-mm2to3/dev',
        ])
          expect([path, (await ask(path)).status]).toEqual([path, 404]);
        for (const { oldPath, newUrl } of siteRedirects(webAddresses)) {
          for (const path of [oldPath.replace(/\/$/, ''), `${oldPath.replace(/\/$/, '')}/?x=1`]) {
            const { status, location } = await ask(path);
            expect({ path, status, location }).toEqual({ path, status: 301, location: newUrl });
          }
        }
        expect((await ask('/pipermail/c++-users/2013-May/000000.html')).location).toMatch(/ABC\/$/);
      });
    });

    it('quotes what its syntax can say, leads the rest to the list, and counts it', async () => {
      const others = [
        'attachments/20130505/abcdef01/a b.pdf',
        'attachments/20130505/abcdef01/é.pdf',
        `attachments/20130505/abcdef01/it's "x"; }.pdf`,
        'attachments/20130505/abcdef01/$uri \\ ${x}.pdf',
        'attachments/20130505/abcdef01/100%25?#.pdf',
        'default',
        '~^.*$',
        '# mm2to3 {}',
        'hostnames',
        'two\nlines',
      ];
      const attachments = new Map(
        others.map((path, n) => [path, { hash: 'ABC', part: { counter: n, name: 'a' } }]),
      );
      const list = small({});
      const listing = { ...list.listing, attachments: others.map((path) => ({ path, bytes: 1 })) };
      const odd = { ...list, listing, attachments };
      const { unsaid } = await write(bench, server, odd);
      if (server === 'nginx') expect(unsaid).toEqual([]);
      expect(unsaid.length).toBeLessThan(7);
      expect(await bench.test()).toBeNull();
      await bench.serve((ask) => expectRedirects(ask, odd, unsaid, 1_000));
    });

    it('answers with the status that is asked for', async () => {
      await write(bench, server, small(), { site: { ...SITE, status: 302 } });
      await bench.serve(async (ask) => {
        for (const path of ['/mailman/admin/dev', '/pipermail/dev/', '/pipermail/dev/2013-May.txt'])
          expect([path, (await ask(path)).status]).toEqual([path, 302]);
      });
    });

    it('takes lists with long and similar names side by side', async () => {
      const long = 'a-very-long-list-name-with-many-hyphens-and.dots_and_more-of-them';
      const names = [long, `${long}2`, 'a-b', 'a.b', 'a_2db', 'a_b', 'dev', 'dev.mbox', 'default'];
      for (const name of names) await write(bench, server, small({ name, hash: 'H' }));
      expect(await bench.test()).toBeNull();
      await bench.serve(async (ask) => {
        for (const name of names)
          await expectRedirects(ask, small({ name, hash: 'H' }), ['dev.mbox'], 60).catch(
            (error: unknown) => {
              // A list by the name of another's mbox takes its place.
              if (name !== 'dev') throw error;
            },
          );
      });
    });

    it('leaves alone what is right, and rewrites what changed', async () => {
      expect((await write(bench, server, small())).written).toBe(true);
      expect((await write(bench, server, small())).written).toBe(false);
      expect((await write(bench, server, small({ hash: 'DEF' }))).written).toBe(true);
    });

    it.each([`dev"; } server { listen 81; #`, '..', 'a/b', 'a b', '', 'x\ny', '${dev}'])(
      'fails a list by the name of %j alone',
      async (name) => {
        await expect(write(bench, server, small({ name }))).rejects.toMatchObject({
          diagnostic: { code: 'redirects.unsafe-name' },
        });
      },
    );

    it('answers right, or the name was refused, whatever names and ids come in', async () => {
      let accepted = 0;
      const safe = fc.string({ unit: among('aAbB019-_.+=@%'), minLength: 1, maxLength: 8 });
      const long = fc.string({
        unit: fc.constantFrom('a', '-', 'Z'),
        minLength: 100,
        maxLength: 250,
      });
      const hostile = fc.string({ unit: among('a"\'`$;{}\\\n\r ~#*?é%:\0'), maxLength: 6 });
      const part = fc
        .oneof(
          { weight: 6, arbitrary: safe },
          { weight: 1, arbitrary: long },
          { weight: 5, arbitrary: hostile },
          { weight: 2, arbitrary: fc.string() },
        )
        .filter((text) => !text.includes('/'));
      const name = fc.oneof({ weight: 20, arbitrary: safe }, { weight: 1, arbitrary: part });
      const volume = fc.record<PipermailVolume>({
        name: part,
        kind: fc.constantFrom('year', 'month', 'quarter', 'week', 'day', 'unknown'),
        indexes: fc.array(part, { maxLength: 2 }),
        downloads: fc.array(part, { maxLength: 1 }),
      });
      const article = fc.record({ volume: part, file: part, hash: part, ghost: fc.boolean() });
      const list = fc.record({
        name,
        isPrivate: fc.boolean(),
        volumes: fc.array(volume, { maxLength: 2 }),
        articles: fc.array(article, { maxLength: 4 }),
        others: fc.array(part, { maxLength: 2 }),
      });
      await fc.assert(
        fc.asyncProperty(list, async (made) => {
          const aligned = made.articles.map(({ hash, ghost, ...where }, number) => ({
            article: pipermailArticle({ number, ...where }),
            message: archivedMessage({ hash }),
            ghost,
          }));
          const subject = listToRedirect({
            name: made.name,
            private: made.isPrivate,
            listing: {
              volumes: made.volumes,
              articles: aligned.map((each) => each.article),
              attachments: made.others.map((path) => ({ path, bytes: 1 })),
              others: [],
            },
            attachments: new Map(
              made.others.map((path) => [path, { hash: 'A', part: { counter: 1, name: path } }]),
            ),
            alignment: { aligned, unmatched: [], disputed: [] },
          });
          await rm(bench.rules, { recursive: true });
          await mkdir(bench.rules);
          try {
            const { unsaid } = await write(bench, server, subject);
            expect(await bench.test()).toBeNull();
            await bench.serve((ask) => expectReachable(ask, subject, unsaid));
            accepted += 1;
          } catch (error) {
            if (!(error instanceof DiagnosticError)) throw error;
            expect(error.diagnostic.code).toBe('redirects.unsafe-name');
          }
        }),
        { numRuns: server === 'nginx' ? 100 : 12 },
      );
      expect(accepted).toBeGreaterThan(server === 'nginx' ? 20 : 2);
    });
  },
);

/** As {@link expectRedirects}, but for paths that no server lets through to its rules. */
async function expectReachable(
  ask: Ask,
  list: ListToRedirect,
  unsaid: readonly string[],
): Promise<void> {
  const reachable = (path: string): boolean => !/\0|\/\/|\/\.{1,2}(?:\/|$)/.test(path);
  const listing = {
    ...list.listing,
    volumes: list.listing.volumes.map((volume) => ({
      ...volume,
      indexes: volume.indexes.filter((index) => reachable(`/${volume.name}/${index}`)),
    })),
  };
  const keys = [...listRules({ ...list, listing }, webAddresses).entries()];
  const bad = keys.filter(({ key }) => !reachable(`/${key}`)).map(({ key }) => key);
  const lost = new Set(unsaid);
  const rules = listRules(list, webAddresses);
  for (const { oldPath, newUrl } of [...listRedirects(rules, webAddresses)].slice(0, 40)) {
    const key = oldPath.slice(oldPath.indexOf(`/${list.name}/`) + list.name.length + 2);
    if (bad.includes(key) || !reachable(oldPath)) continue;
    const { status, location: found } = await ask(sent(oldPath));
    const location = lost.has(key) ? rules.page : newUrl;
    expect({ oldPath, status, location: found }).toEqual({ oldPath, status: 301, location });
  }
}

describe.skipIf(!installed('nginx'))('old files that stay served by nginx', () => {
  let bench: ServerBench;
  let old: string;
  beforeAll(async () => {
    bench = await serverBench('nginx');
    old = join(bench.dir, 'old');
    await mkdir(join(old, 'dev', 'attachments'), { recursive: true });
    for (const file of ['attachments/a b.pdf', 'attachments/unlisted.pdf', 'pipermail.pck'])
      await writeFile(join(old, 'dev', file), `old ${file}`);
    await symlink('/etc/hostname', join(old, 'dev', 'attachments', 'link.pdf'));
  });
  afterAll(() => bench.remove());

  const kept = (): ListToRedirect => {
    const list = small();
    const files = ['attachments/a b.pdf', 'attachments/link.pdf', 'pipermail.pck', 'dev.mbox'];
    return {
      ...list,
      listing: { ...list.listing, others: files.map((path) => ({ path, bytes: 1 })) },
    };
  };

  it('are those without a new address: no others, no links, no listing, nothing secret', async () => {
    await write(bench, 'nginx', kept(), { keepStatic: old });
    expect(await bench.test()).toBeNull();
    await bench.serve(async (ask) => {
      expect(await ask('/pipermail/dev/attachments/a%20b.pdf')).toMatchObject({
        status: 200,
        body: 'old attachments/a b.pdf',
      });
      expect((await ask('/pipermail/dev/attachments/link.pdf')).status).toBe(403);
      for (const path of ['attachments/unlisted.pdf', 'attachments/', 'pipermail.pck', 'dev.mbox'])
        expect([path, (await ask(`/pipermail/dev/${path}`)).location]).toEqual([path, PAGE]);
      for (const path of ['/-mm2to3-kept/dev/attachments/a%20b.pdf', '/-mm2to3-kept/dev/'])
        expect([path, (await ask(path)).status]).toEqual([path, 404]);
    });
  });

  it('are none of a private archive', async () => {
    await write(bench, 'nginx', { ...kept(), private: true }, { keepStatic: old });
    await bench.serve(async (ask) => {
      for (const prefix of ['/pipermail/dev', '/mailman/private/dev'])
        expect(await ask(`${prefix}/attachments/a%20b.pdf`)).toMatchObject({
          status: 301,
          location: PAGE,
        });
    });
  });
});

describe.skipIf(!installed('nginx'))('a list of very many articles', () => {
  let bench: ServerBench;
  beforeAll(async () => {
    bench = await serverBench('nginx');
    await mkdir(join(bench.dir, 'old', 'big', '2012-May'), { recursive: true });
    await writeFile(join(bench.dir, 'old', 'big', '2012-May', 'lost.txt'), 'old text');
  });
  afterAll(() => bench.remove());

  /** Volumes of three years' parts, and some by names that begin with no year of Mailman's. */
  function big(): ListToRedirect {
    const names = ['2012-May', '2013-May', 'Week-of-Mon-20130506', '2013', '20135', 'odd', '1812'];
    const aligned = Array.from({ length: 101_000 }, (_, number) => {
      const volume = names[number % names.length] ?? '';
      const file = `${String(number).padStart(6, '0')}.html`;
      const message = archivedMessage({ hash: `H${number}` });
      return { article: pipermailArticle({ number, volume, file }), message, ghost: false };
    });
    return listToRedirect({
      name: 'big',
      listing: {
        ...NO_PAGES,
        volumes: names.map((name) => ({ name, kind: 'unknown', indexes: [], downloads: [] })),
        articles: aligned.map(({ article }) => article),
        others: [{ path: '2012-May/lost.txt', bytes: 8 }],
      },
      alignment: { aligned, unmatched: [], disputed: [] },
    });
  }

  it('is led on in parts, of which a map holds one', async () => {
    const list = big();
    const keepStatic = join(bench.dir, 'old');
    await write(bench, 'nginx', list, { keepStatic });
    await write(bench, 'nginx', small());
    expect(await bench.test()).toBeNull();
    const maps = await readFile(join(bench.rules, 'http', 'list-big.conf'), 'utf8');
    expect(maps.match(/^map /gm)).toHaveLength(4);
    await bench.serve(async (ask) => {
      await expectRedirects(ask, list, [], 300);
      expect(await ask('/pipermail/big/2012-May/lost.txt')).toMatchObject({
        status: 200,
        body: 'old text',
      });
      for (const path of ['2013-May/none.html', '2012', '1812/none', 'Week-of-Mon-2013', ''])
        expect([path, (await ask(`/pipermail/big/${path}`)).location]).toEqual([path, PAGE]);
      const { location } = await ask('/mailman/private/BIG/2013-May/000001.html');
      expect(location).toBe(`${PAGE}message/H1/`);
    });
  });
});
