// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageIdHash } from '../archive/hyperkitty-id.js';
import { MboxPreparer } from '../archive/prepare.js';
import type { ArchiveLoad, Importer, ObservedArchive } from '../model/archive-state.js';
import { desiredList } from '../testing/builders.js';
import { inTurns } from '../testing/in-turns.js';
import { MemoryArchive } from '../testing/memory-ports.js';
import { importArchive } from './import-archive.js';
import { NO_ARCHIVE, PREPARED, type PreparedArchive } from './prepared-archive.js';
import { type ListFolder, openWorkspace } from './workspace.js';

const LIST = desiredList();

const mail = (name: string): string =>
  `From ann@example.org Mon Jan  5 12:00:00 2015\nFrom: ann@example.org\n` +
  `Date: Mon, 05 Jan 2015 12:00:00 +0000\nMessage-ID: <${name}@x>\n\n${name}\n\n`;

const hashOf = (name: string): string => messageIdHash(`<${name}@x>`);

/** HyperKitty of a release, which keeps what asks it to keep. */
class Watched extends MemoryArchive {
  readonly calls: string[] = [];
  release = '1.3.7';
  refused: ArchiveLoad['refused'] = [];
  privateCaches = false;

  override async observe(name: string): Promise<ObservedArchive> {
    return { ...(await super.observe(name)), release: this.release };
  }

  override async importMbox(...args: Parameters<MemoryArchive['importMbox']>) {
    this.calls.push('import');
    return super.importMbox(...args);
  }

  override async loadMbox(name: string, policy: 'public', mbox: AsyncIterable<Uint8Array>) {
    this.calls.push('load');
    if (this.refused.length > 0) await this.createList(name, policy);
    else await super.importMbox(name, policy, mbox);
    return { loaded: 0, refused: this.refused, changed: [], privateCaches: this.privateCaches };
  }

  override refresh(): Promise<void> {
    this.calls.push('refresh');
    return Promise.resolve();
  }
}

describe('importing an archive', () => {
  let dir: string;
  let folder: ListFolder;
  let archive: Watched;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mm2to3-import-'));
    folder = await (await openWorkspace(dir)).list('dev');
    archive = new Watched();
  });

  afterEach(() => rm(dir, { recursive: true }));

  async function run(names: readonly string[], importer: Importer = 'bulk') {
    const ports = { archive, progress: () => undefined };
    const { outcome, findings } = await importArchive(
      LIST,
      await prepared(folder, names),
      folder,
      ports,
      importer,
    );
    return { outcome, codes: findings.map(({ code }) => code) };
  }

  it('loads what is missing, by Message-ID, and nothing the second time', async () => {
    expect(await run(['a', 'b'])).toEqual({ outcome: 'done', codes: [] });
    expect(await run(['a', 'b'])).toEqual({ outcome: 'unchanged', codes: [] });
    expect(await run(['c', 'a', 'd', 'b'])).toEqual({ outcome: 'done', codes: [] });
    const { emails } = await archive.observe(LIST.fqdnListname);
    expect([...emails.keys()]).toEqual(['a', 'b', 'c', 'd'].map((name) => hashOf(name)));
    expect(archive.calls).toEqual(['load', 'load']);
  });

  it("uses HyperKitty's own command on a release that was not compared, and says so", async () => {
    archive.release = '1.4.0';
    expect(await run(['a'])).toEqual({ outcome: 'done', codes: ['archive.stock-importer'] });
    expect(archive.calls).toEqual(['import']);
  });

  it("uses HyperKitty's own command where that is wanted", async () => {
    expect(await run(['a'], 'stock')).toEqual({ outcome: 'done', codes: [] });
    expect(archive.calls).toEqual(['import']);
  });

  it('names each message that cannot be stored', async () => {
    archive.refused = [{ messageId: 'a@x', text: 'no place for it' }];
    expect((await run(['a'])).codes).toEqual(['archive.message-refused']);
  });

  it('says where others may go on seeing what they remember of a list that was there', async () => {
    archive.privateCaches = true;
    expect((await run(['a'])).codes).toEqual([]);
    expect((await run(['a', 'b'])).codes).toEqual(['archive.counts-remembered']);
  });

  it('makes caches right where a load was ended after its last message', async () => {
    await run(['a']);
    await folder.writeJson('import.json', { open: true });
    expect(await run(['a'])).toEqual({ outcome: 'done', codes: [] });
    expect(await run(['a'])).toEqual({ outcome: 'unchanged', codes: [] });
    expect(archive.calls).toEqual(['load', 'refresh']);
  });
});

async function prepared(folder: ListFolder, names: readonly string[]): Promise<PreparedArchive> {
  const preparer = new MboxPreparer({ now: Date.UTC(2024, 0, 1) / 1000 });
  const mbox = Buffer.from(names.map(mail).join(''));
  const messages = [...preparer.push(mbox), ...preparer.end()];
  await writeFile(folder.path(PREPARED), Buffer.concat(messages.flatMap(({ bytes }) => bytes)));
  return { ...NO_ARCHIVE, records: () => inTurns(messages.map(({ record }) => record)) };
}
