// SPDX-License-Identifier: GPL-3.0-or-later
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMbox, readTruth } from '../archive/testing/fixture-lists.js';
import {
  hyperkittyMissing,
  importWithHyperkitty,
  type StoredEmail,
} from '../archive/testing/hyperkitty.js';
import { prepareWhole } from '../archive/testing/prepare-whole.js';
import { localHost } from '../host.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { readAttachments, readVolumes } from '../source/pipermail.js';
import { listOfPages, localArchives } from '../testing/local-archive.js';
import { memoryWorld } from '../testing/memory-ports.js';
import { type Mm2Site, mm2Site } from '../testing/mm2-site.js';
import type { Ports } from './ports.js';
import { rebuildArchive, type RebuiltArchive } from './rebuild-archive.js';
import { openWorkspace } from './workspace.js';

// The fixture's lists have their mbox beside pages and volumes that Mailman 2.1.39 made of it: what
// is rebuilt from the latter is compared with the former.

let site: Mm2Site;
let scratch: string;
let base: Ports;

beforeAll(async () => {
  site = await mm2Site();
  scratch = await mkdtemp(join(tmpdir(), 'mm2to3-rebuild-'));
  ({ ports: base } = await memoryWorld(join(scratch, 'world'), []));
});
afterAll(async () => {
  await site.remove();
  await rm(scratch, { recursive: true });
});

const archiveOf = (name: string): string => join(site.root, 'archives', 'private', name);

const listOf = (name: string): Mailman2List =>
  listOfPages(name, archiveOf(name), name === 'equipe-fr' ? 'iso-8859-1' : 'us-ascii');

/** The real helper on this machine; counts how often pages were read. */
function counted(): { readonly ports: Ports; readonly reads: () => number } {
  let reads = 0;
  const source: Ports['source'] = {
    ...base.source,
    ...localArchives,
    readContent: (list) => {
      reads += 1;
      return localArchives.readContent(list);
    },
  };
  return { ports: { ...base, source }, reads: () => reads };
}

let workspaces = 0;

async function rebuilt(list: Mailman2List): Promise<RebuiltArchive & { readonly mbox: Buffer }> {
  const workspace = await openWorkspace(join(scratch, `workspace-${(workspaces += 1)}`));
  const { value } = await rebuildArchive(list, await workspace.list(list.name), counted().ports);
  if (value === null) throw new Error('nothing was rebuilt');
  return { ...value, mbox: await readFile(value.path) };
}

/** Mailman 2's scrubber gives such an id to each message that has none. */
const INVENTED = /^<mailman\.\d+\.\d+\.\d+\./;
/** Importing takes its time; these two have all that there is of defects, in two charsets. */
const TO_HYPERKITTY: readonly string[] = ['dev', 'equipe-fr'];
/** The sender of some messages is in the mbox's separator alone, which no page shows. */
const NOBODY = 'unknown@invalid';

describe.each(['dev', 'equipe-fr', 'digest-only', 'volunteers'])(
  'the archive of %s, rebuilt from pages and volumes',
  (name) => {
    let account: RebuiltArchive['account'];
    let mbox: Buffer;

    beforeAll(async () => {
      ({ account, mbox } = await rebuilt(listOf(name)));
    });

    it('has the messages that the list had, in their order, with their ids and dates', () => {
      const original = prepareWhole(readMbox(name));
      const { records } = prepareWhole(mbox);
      const truth = readTruth(name);
      // Lines that say "From " and what is torn off there are no messages.
      const wanted = original.records.map(({ messageId, date }, n) => {
        const { defect, message_id: id } = truth[n] ?? {};
        // The separator's date is lost where the Date header is no date: pipermail read another.
        return [id === null ? null : messageId, defect === 'bad_date' ? null : date];
      });
      expect(
        records
          .map(({ messageId, date }) => [INVENTED.test(messageId) ? null : messageId, date])
          .map(([id, date], n) => [id, wanted[n]?.[1] === null ? null : date]),
      ).toEqual(wanted);
      expect(account).toMatchObject({
        messages: truth.length,
        attachments: { missing: 0, quoted: 0 },
        pagesUnread: 0,
        disputed: {},
      });
    });

    it('leaves nothing to repair but what the list itself had wrong', () => {
      const { records, account: sizes } = prepareWhole(mbox);
      expect(sizes.leading).toBe(0);
      const changes = new Set(records.flatMap((record) => record.changes));
      for (const change of [
        'boundary-rewritten',
        'charset-replaced',
        'final-newline-added',
        'header-encoded',
        'mime-header-rewritten',
        'next-part-marker-shortened',
      ]) {
        expect([...changes]).not.toContain(change);
      }
    });

    it.skipIf(hyperkittyMissing || !TO_HYPERKITTY.includes(name))(
      'is to HyperKitty what the original is',
      { timeout: 120_000 },
      () => {
        const original = importWithHyperkitty(prepareWhole(readMbox(name)).bytes);
        const again = importWithHyperkitty(prepareWhole(mbox).bytes);
        expect(again.aborted).toBeNull();
        const found = new Map(again.rows.map((row) => [row.messageId, row]));
        let compared = 0;
        for (const row of original.rows) {
          const other = found.get(row.messageId);
          if (other === undefined) {
            expect(row.messageId).toMatch(/@mm2to3\.invalid$/);
            continue;
          }
          compared += 1;
          expect(shown(other, other)).toEqual(shown(row, other));
        }
        expect(compared).toBeGreaterThan(original.rows.length * 0.95);
      },
    );
  },
);

const TORN = /^>?From .*\n/gm;

/** What readers of HyperKitty see of a message, as far as an old archive can have kept it. */
function shown(row: StoredEmail, rebuiltRow: StoredEmail): unknown {
  return {
    sender: rebuiltRow.sender === NOBODY ? NOBODY : row.sender,
    senderName: rebuiltRow.sender === NOBODY ? NOBODY : row.senderName,
    // Pipermail cuts each "Re:" off.
    subject: row.subject.replace(/^(?:\s*re(?:\[\d+\])?:\s*)+/i, '').slice(0, 480),
    inReplyTo: row.inReplyTo,
    // Of a line at which the archiver tore a message, one word is left; NUL came to be a space.
    content: row.content.replaceAll(TORN, '').replaceAll(/\s+/g, ' ').trim(),
    attachments: row.attachments.map(([, attachment, type]) => [attachment, type]),
  };
}

describe('an archive that is damaged', () => {
  it('gives what its pages have where the volumes are gone', async () => {
    const folder = join(scratch, 'pages-only');
    await copy(archiveOf('announce'), folder);
    for (const { downloads } of await readVolumes(localHost(), folder, 'python3')) {
      for (const file of downloads) await rm(join(folder, file));
    }
    const list = listOfPages('announce', folder);
    const { account, mbox } = await rebuilt(list);
    expect(account).toMatchObject({ messages: 120, reconstructed: { 'text-from-page': 120 } });
    const ids = (bytes: Buffer) => prepareWhole(bytes).records.map(({ messageId }) => messageId);
    const dates = (bytes: Buffer) => prepareWhole(bytes).records.map(({ date }) => date);
    expect(ids(mbox)).toEqual(ids(readMbox('announce')));
    expect(dates(mbox)).toEqual(dates(readMbox('announce')));
  });

  it('gives what its volumes have where the pages are gone', async () => {
    const folder = join(scratch, 'volumes-only');
    await copy(archiveOf('announce'), folder);
    for (const { name } of await readVolumes(localHost(), folder, 'python3')) {
      await rm(join(folder, name), { recursive: true });
    }
    const list = listOfPages('announce', folder);
    const { account, mbox } = await rebuilt(list);
    expect(account).toMatchObject({ messages: 120, pages: 0 });
    const original = prepareWhole(readMbox('announce')).records;
    expect(prepareWhole(mbox).records.map(({ messageId, date }) => [messageId, date])).toEqual(
      original.map(({ messageId, date }) => [messageId, date]),
    );
  });

  it('keeps the words for an attachment whose file is gone, and says so', async () => {
    const folder = join(scratch, 'no-attachments');
    await copy(archiveOf('dev'), folder);
    await rm(join(folder, 'attachments'), { recursive: true });
    const list = listOfPages('dev', folder);
    const workspace = await openWorkspace(join(scratch, 'workspace-missing'));
    const { value, findings } = await rebuildArchive(
      list,
      await workspace.list('dev'),
      counted().ports,
    );
    expect(value?.account.attachments).toMatchObject({ restored: 0, missing: 56 });
    expect(findings.map(({ code }) => code)).toContain('archive.rebuilt-attachments-missing');
    const text = await readFile(value?.path ?? '', 'utf8');
    expect(text).toContain('A non-text attachment was scrubbed...');
  });

  it('gives nothing that lies outside it', async () => {
    const folder = join(scratch, 'hostile');
    await copy(archiveOf('announce'), folder);
    await writeFile(join(scratch, 'secret'), 'the secret');
    const asked = ['attachments/../../secret', '../secret', 'attachments', '/etc/passwd'];
    const files: unknown[] = [];
    for await (const file of readAttachments(localHost(), folder, asked, 'python3')) {
      files.push([file.path, file.bytes]);
    }
    expect(files).toEqual(asked.map((path) => [path, null]));
  });
});

describe('rebuilding again', () => {
  it('is left out until a file of the archive changes', async () => {
    const folder = join(scratch, 'changing');
    await copy(archiveOf('c++-users'), folder);
    const list = listOfPages('c++-users', folder);
    const { ports, reads } = counted();
    const workspace = await openWorkspace(join(scratch, 'workspace-again'));
    const own = await workspace.list(list.name);
    expect((await rebuildArchive(list, own, ports)).outcome).toBe('done');
    expect((await rebuildArchive(list, own, ports)).outcome).toBe('unchanged');
    expect(reads()).toBe(1);
    const [volume] = await readVolumes(localHost(), folder, 'python3');
    await writeFile(join(folder, volume?.name ?? '', '999999.html'), 'no page');
    expect((await rebuildArchive(list, own, ports)).outcome).toBe('done');
  });
});

const copy = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, verbatimSymlinks: true });
