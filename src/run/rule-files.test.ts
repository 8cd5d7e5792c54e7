// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_PAGES } from '../model/redirect.js';
import { listRules } from '../redirects/rules.js';
import { saidRules } from '../redirects/writers/writer.js';
import { type WebServer, WRITERS } from '../redirects/writers/writers.js';
import {
  archivedMessage,
  listToRedirect,
  pipermailArticle,
  webAddresses,
} from '../testing/builders.js';
import { publishRules, type RuleEffects, stageRules } from './rule-files.js';

const SITE = { web: webAddresses, status: 301 } as const;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mm2to3-rules-'));
});
afterEach(() => rm(folder, { recursive: true }));

const quiet: RuleEffects = {
  announce: () => Promise.resolve(),
  compile: () => Promise.resolve(false),
};

/** Stages the rules of a list whose only page is of a message with this hash. */
async function stage(name: string, hash = 'ABC', server: WebServer = 'nginx'): Promise<boolean> {
  const article = pipermailArticle({ number: 0 });
  const list = listToRedirect({
    name,
    listing: { ...NO_PAGES, articles: [article] },
    alignment: {
      aligned: [{ article, message: archivedMessage({ hash }), ghost: false }],
      unmatched: [],
      disputed: [],
    },
  });
  const said = saidRules(listRules(list, webAddresses), WRITERS[server]);
  return stageRules(folder, WRITERS[server], said, SITE);
}

const publish = (effects: RuleEffects = quiet, server: WebServer = 'nginx') =>
  publishRules(folder, WRITERS[server], SITE, effects);

/** Every file below the folder with its number on the disk, which a new file does not share. */
async function files(): Promise<Readonly<Record<string, number>>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const numbers = found
    .filter((each) => each.isFile())
    .map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), (await stat(path)).ino] as const;
    });
  return Object.fromEntries(await Promise.all(numbers));
}

const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');

const PUBLISHED = [
  '00-mm2to3.conf',
  'http/00-mm2to3.conf',
  'http/list-dev.conf',
  'http/list-news.conf',
  'list-dev.conf',
  'list-news.conf',
];

describe('rules in a folder that a web server reads', () => {
  it('are seen once they are published, and all together', async () => {
    expect(await stage('dev')).toBe(true);
    expect(await stage('news')).toBe(true);
    expect(Object.keys(await files()).filter((path) => path.endsWith('.conf'))).toEqual([]);
    expect((await publish()).written).toBe(true);
    expect(Object.keys(await files()).sort()).toEqual(PUBLISHED);
  });

  it('stay the very same files where nothing of theirs changed', async () => {
    await stage('dev');
    await stage('news');
    await publish();
    const before = await files();
    expect(await stage('dev')).toBe(false);
    let announced = 0;
    const counting = { ...quiet, announce: () => Promise.resolve(void (announced += 1)) };
    expect((await publish(counting)).written).toBe(false);
    expect(await files()).toEqual(before);
    expect(announced).toBe(0);

    expect(await stage('dev', 'DEF')).toBe(true);
    await publish(counting);
    const after = await files();
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    // The location of a list does not name its messages.
    expect(changed).toEqual(['http/list-dev.conf']);
    expect(announced).toBe(1);
  });

  it('are as they were until the announcement, and complete after the next run', async () => {
    await stage('dev');
    await publish();
    await stage('dev', 'DEF');
    await stage('news');
    // The run dies before it publishes; or while it does.
    const dying = { ...quiet, announce: () => Promise.reject(new Error('killed')) };
    await expect(publish(dying)).rejects.toThrow('killed');
    expect(await read('http/list-dev.conf')).toContain('ABC');
    expect(await read('00-mm2to3.conf')).not.toContain('news');
    // What the next run finds staged by the last is its own work as well.
    expect(await stage('dev', 'DEF')).toBe(true);
    await publish();
    expect(await read('http/list-dev.conf')).toContain('DEF');
    expect(await read('00-mm2to3.conf')).toContain('news');
    expect(Object.keys(await files()).sort()).toEqual(PUBLISHED);
  });

  it('lose nothing where a run died between two of its files', async () => {
    await stage('dev');
    await publish();
    await stage('news');
    const before = await read('00-mm2to3.conf');
    await publish();
    const after = await read('00-mm2to3.conf');
    // As after a kill when the lists' files had their names and the one for all had not.
    await rm(join(folder, '00-mm2to3.conf'));
    expect(before).not.toBe(after);
    expect(await stage('dev')).toBe(false);
    expect((await publish()).written).toBe(true);
    expect(await read('00-mm2to3.conf')).toBe(after);
  });

  it('of HAProxy are one map of all lists, whichever of them the run was for', async () => {
    await stage('dev', 'ABC', 'haproxy');
    await publish(quiet, 'haproxy');
    await stage('news', 'DEF', 'haproxy');
    await publish(quiet, 'haproxy');
    const map = await read('mm2to3.map');
    expect(map).toContain('/dev/2013-February/000000.html ');
    expect(map).toContain('/news/2013-February/000000.html ');
  });

  it('of nothing are no files', async () => {
    await rm(folder, { recursive: true });
    expect(await publish()).toEqual({ written: false, plain: [] });
    expect(await files().catch(() => null)).toBeNull();
    await stage('dev');
  });
});
