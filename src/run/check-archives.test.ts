// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archivedLists, readMbox, readTruth } from '../archive/testing/fixture-lists.js';
import { DiagnosticError } from '../diagnostics.js';
import { localHost } from '../host.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { VolumeState } from '../model/pipermail.js';
import { archiveCheckJson, archiveCheckText } from '../report/archive-check.js';
import { mailman2List } from '../testing/builders.js';
import { inTurns } from '../testing/in-turns.js';
import { checkArchives, checkFile } from './check-archives.js';
import type { SourcePort } from './ports.js';
import { prepareArchive } from './prepare-archive.js';
import { selectLists } from './select.js';
import { type ListFolder, openWorkspace } from './workspace.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-check-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const mboxes = Object.fromEntries(archivedLists.map((name) => [name, readMbox(name)]));

const notAsked = (): never => {
  throw new Error('not asked');
};
const source: SourcePort = {
  stat: (path: string) =>
    Promise.resolve(path in mboxes ? { bytes: mboxes[path]?.length ?? 0, mtimeMs: 1 } : null),
  read: (path: string) => inTurns([mboxes[path] ?? Buffer.alloc(0)]),
  readMembers: notAsked,
  readPipermail: notAsked,
  readVolumes: notAsked,
  readContent: notAsked,
  readAttachments: notAsked,
};
const ports = {
  source,
  now: () => Date.UTC(2026, 10, 23),
  progress: () => undefined,
};

const CUT_OFF = { code: 'source.cut-off', summary: 'cut off', next: 'run it again' };

const listOf = (name: string): Mailman2List =>
  mailman2List({
    name,
    fqdn: `${name}@lists.example.org`,
    archive: { mbox: { path: name, bytes: 1 }, pipermail: null },
  });

const check = (...names: readonly string[]) =>
  checkArchives(
    selectLists([], ['*'], []),
    () => inTurns(names.map((name) => ({ kind: 'list', list: listOf(name) }) as const)),
    ports,
  );

describe('archive check', () => {
  it('says of every list what preparing it finds and makes', async () => {
    const workspace = await openWorkspace(dir);
    for (const checked of await check(...archivedLists)) {
      const folder = await workspace.list(checked.name);
      const { value, findings } = await prepareArchive(listOf(checked.name), folder, ports);
      expect(checked.mbox).toMatchObject({ account: value.account, tally: value.tally });
      expect(checked.findings).toEqual(findings);
      expect(value.account.messages).toBe(readTruth(checked.name).length);
      const files = await localHost().run([
        'wc',
        '-c',
        folder.path('prepared.mbox'),
        folder.path('manifest.jsonl'),
      ]);
      expect(files).toContain(`${checked.mbox?.estimate.workspaceBytes ?? 0} total`);
    }
  });

  it('goes on after a list whose mbox cannot be read', async () => {
    const lists = await check('dev', 'gone', 'volunteers');
    expect(lists.map(({ name, failed }) => [name, failed])).toEqual([
      ['dev', false],
      ['gone', true],
      ['volunteers', false],
    ]);
    expect(lists[1]?.findings.map(({ code }) => code)).toEqual(['archive.mbox-unreadable']);
  });

  it('shows places and words, and nothing of what people wrote', async () => {
    const lists = await check('dev');
    const text = archiveCheckText({ lists, freeBytes: 1000 });
    expect(text).toContain('7  no Message-ID (message-id.missing)');
    expect(text).toContain('at byte 202052');
    expect(text).toContain('1.0 kB free: TOO LITTLE');
    expect(text.replaceAll(/dev@lists\.example\.org|x@example\.com/g, '')).not.toMatch(
      /@|Subject|Re:/,
    );
    expect(Object.keys(archiveCheckJson({ lists, freeBytes: null }))[0]).toBe('schemaVersion');
  });

  it('names the way to a mbox where only pages are left, or the trouble with them', async () => {
    const volume: VolumeState = {
      name: '2003-May',
      kind: 'month',
      articles: 7,
      indexes: [],
      downloads: [],
      changed: 0,
      bytes: 0,
    };
    const pages = { path: '/pipermail' };
    const lists = await checkArchives(
      selectLists([], ['*'], []),
      () =>
        inTurns([
          {
            kind: 'list',
            list: mailman2List({ name: 'lost', archive: { mbox: null, pipermail: pages } }),
          },
          {
            kind: 'list',
            list: { ...listOf('dev'), archive: { ...listOf('dev').archive, pipermail: pages } },
          },
        ]),
      {
        ...ports,
        source: {
          ...source,
          readVolumes: ({ name }) =>
            name === 'lost'
              ? Promise.resolve([volume])
              : Promise.reject(new DiagnosticError(CUT_OFF)),
        },
      },
    );
    expect(lists[0]).toMatchObject({ failed: false, mbox: null });
    expect(lists[0]?.findings).toMatchObject([
      {
        code: 'archive.mbox-lost',
        next: expect.stringContaining('archive rebuild lost') as string,
      },
    ]);
    expect(lists[1]?.mbox?.account.messages).toBe(readTruth('dev').length);
    expect(lists[1]?.findings[0]).toMatchObject({
      code: 'archive.pages-unreadable',
      why: 'cut off',
    });
  });

  it('takes a file that belongs to no list', async () => {
    expect(await checkFile('volunteers', ports)).toMatchObject({
      name: 'volunteers',
      fqdn: null,
      failed: false,
      mbox: { account: { messages: readTruth('volunteers').length } },
    });
    expect(await checkFile('/old/gone', ports)).toMatchObject({ name: 'gone', failed: true });
  });
});

describe('a disk that is too small for the prepared copy', () => {
  const trouble = (folder: ListFolder, bytes?: number): Promise<unknown> =>
    prepareArchive(listOf('dev'), folder, {
      ...ports,
      source: {
        ...source,
        stat: (path) =>
          bytes === undefined ? source.stat(path) : Promise.resolve({ bytes, mtimeMs: 1 }),
      },
    }).then(
      () => 'none',
      (error: unknown) => (error instanceof DiagnosticError ? error.diagnostic : error),
    );

  it('is found before anything is written', async () => {
    const folder = await (await openWorkspace(dir)).list('dev');
    expect(await trouble(folder, 1e18)).toMatchObject({
      code: 'workspace.disk-full',
      summary: expect.stringMatching(/needs about [\d,]+ MB, and [\d,]+ MB are free/) as string,
    });
    expect(await readdir(folder.dir)).toEqual([]);
  });

  it('and runs full in the middle is left without half files, and with the old ones', async () => {
    const folder = await (await openWorkspace(dir)).list('dev');
    expect(await trouble(folder)).toBe('none');
    const before = await readdir(folder.dir);
    const full: ListFolder = {
      ...folder,
      readJson: () => Promise.resolve(null),
      async draft(file) {
        const draft = await folder.draft(file);
        return {
          ...draft,
          write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
        };
      },
    };
    expect(await trouble(full)).toMatchObject({ code: 'workspace.disk-full', list: 'dev' });
    expect(await readdir(folder.dir)).toEqual(before);
    expect(await prepareArchive(listOf('dev'), folder, ports)).toMatchObject({
      outcome: 'unchanged',
    });
  });
});
