// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counted } from '../model/counted.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { readMessages } from '../run/old-messages.js';
import type { Ports } from '../run/ports.js';
import { prepareArchive } from '../run/prepare-archive.js';
import type { PreparedArchive } from '../run/prepared-archive.js';
import { type ListWithMbox, withMbox } from '../run/rebuilt-list.js';
import { computeRedirects } from '../run/write-redirects.js';
import { desiredList, webAddresses } from '../testing/builders.js';
import { listOfPages, localArchives } from '../testing/local-archive.js';
import { memoryWorld } from '../testing/memory-ports.js';
import { CHECKOUT } from './sandbox.js';

// Real mail of real people, so it is no part of the checkout; who has it can try it.
const FOLDER = process.env['MM2TO3_REAL_LISTS'] ?? join(CHECKOUT, '../shared/real-list');
const TARBALL = join(FOLDER, 'imagej-devel-pipermail.tar.gz');
const PAGES = 2718;

describe.skipIf(!existsSync(TARBALL))('a public archive without its mbox', () => {
  let scratch: string;
  let ports: Ports;
  let list: Mailman2List;
  let rebuilt: ListWithMbox;
  let prepared: PreparedArchive;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'mm2to3-lost-'));
    await execa('tar', ['-xzf', TARBALL, '-C', scratch]);
    const world = await memoryWorld(join(scratch, 'workspace'), []);
    ports = { ...world.ports, source: { ...world.ports.source, ...localArchives } };
    list = listOfPages('imagej-devel', join(scratch, 'imagej-devel'));
    const folder = await ports.workspace.list(list.name);
    rebuilt = await withMbox(list, folder, ports);
    ({ value: prepared } = await prepareArchive(rebuilt.list, folder, rebuilt.ports));
  }, 120_000);
  afterAll(() => rm(scratch, { recursive: true }));

  it('gets a message for each of its pages, with the id of the page', async () => {
    const { listing } = await ports.source.readPipermail(list);
    expect(listing.articles).toHaveLength(PAGES);
    const pages = listing.articles
      .toSorted((a, b) => a.number - b.number)
      .map(({ messageId }) => bare(messageId ?? ''));
    const messages: string[] = [];
    for await (const { messageId, originalMessageId } of prepared.records())
      messages.push(bare(originalMessageId ?? messageId));
    expect(messages).toEqual(pages);
  });

  it('gets every attachment back, and has nothing that is uncertain', () => {
    expect(rebuilt.findings.map(({ code }) => code)).toEqual(['archive.rebuilt']);
    expect(rebuilt.findings[0]?.summary).toContain(counted(PAGES, 'message'));
    expect(rebuilt.findings[0]?.why).toMatch(/attachments/);
  });

  it('says in the manifest what was inferred', async () => {
    for await (const { reconstructed } of prepared.records())
      expect(reconstructed).toContain('address');
  });

  it('has a message behind each old address of a page', async () => {
    const messages = await readMessages(prepared);
    const computed = await computeRedirects(
      { list, desired: desiredList(), messages, seen: null },
      { source: ports.source, web: webAddresses, keepStatic: null },
    );
    // Where attachments lead is told of every archive that has some.
    const others = computed.findings.filter(({ code }) => code !== 'redirects.attachments');
    expect(others).toEqual([]);
    expect(computed.list.alignment.unmatched).toEqual([]);
    expect(computed.list.alignment.aligned).toHaveLength(PAGES);
  });
});

const bare = (id: string): string => id.replaceAll(/[<>\s]/g, '');
