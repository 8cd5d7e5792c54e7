// SPDX-License-Identifier: GPL-3.0-or-later
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preparedParts } from '../run/list-archive.js';
import { canonical } from '../run/old-messages.js';
import { computeRedirects } from '../run/write-redirects.js';
import { desiredList, webAddresses } from '../testing/builders.js';
import { listOfPages, localArchives } from '../testing/local-archive.js';
import { memoryWorld } from '../testing/memory-ports.js';
import { SITE } from './sandbox.js';

const LINK = /(<LINK REL="made" HREF="mailto:[^?"]*)\?[^"]*/i;

// French pages have dates that nobody reads; dev has pieces that were torn off its messages.
describe.each(['equipe-fr', 'dev'])(
  'the pages of %s as Pipermail made them before 2.1, without an mbox and a database',
  (name) => {
    let scratch: string;
    const ids = new Map<string, string>();

    beforeAll(async () => {
      scratch = await mkdtemp(join(tmpdir(), 'mm2to3-old-pages-'));
      const archive = join(scratch, name);
      await cp(join(SITE, 'archives/private', name), archive, { recursive: true });
      await rm(join(archive, 'database'), { recursive: true });
      await rm(join(archive, 'pipermail.pck'));
      for (const page of await readdir(archive, { recursive: true })) {
        if (!/\/\d{6}\.html$/.test(page)) continue;
        const path = join(archive, page);
        const html = await readFile(path, 'latin1');
        const [, id = ''] = /In-Reply-To=([^"]*)/i.exec(LINK.exec(html)?.[0] ?? '') ?? [];
        ids.set(page, decodeURIComponent(id));
        await writeFile(path, html.replace(LINK, '$1'), 'latin1');
      }
    });
    afterAll(() => rm(scratch, { recursive: true }));

    it('lead to the messages that the volumes name', async () => {
      const world = await memoryWorld(join(scratch, 'workspace'), []);
      const ports = { ...world.ports, source: { ...world.ports.source, ...localArchives } };
      const list = listOfPages(name, join(scratch, name));
      const folder = await ports.workspace.list(name);
      const desired = desiredList();
      const parts = [{ list, folder, moderation: {} as never }];
      const [part] = await preparedParts({ list, desired, folder, parts }, ports);
      const { list: computed } = await computeRedirects(
        { list, desired, messages: part?.messages ?? [], seen: null },
        { source: ports.source, web: webAddresses, keepStatic: null },
      );
      const { aligned, unmatched } = computed.alignment;
      expect(unmatched).toEqual([]);
      expect(aligned).toHaveLength(ids.size);
      // A piece that was torn off has an id that Pipermail invented, and leads to its message.
      const wrong = aligned.filter(({ article, message }) => {
        const id = ids.get(`${article.volume}/${article.file}`) ?? '';
        const known = [message.messageId, ...message.formerIds];
        return !/^<mailman\.\d/.test(id) && !known.includes(canonical(id));
      });
      expect(wrong).toEqual([]);
      expect([...ids.values()].filter((id) => !/^<mailman\.\d/.test(id)).length).toBeGreaterThan(
        140,
      );
    });
  },
);
