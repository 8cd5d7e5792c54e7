// SPDX-License-Identifier: GPL-3.0-or-later
import { MboxPreparer } from '../archive/prepare.js';
import { resolveIdentities } from '../mapping/identity.js';
import type {
  ArchiveLoad,
  HeldAttachment,
  IndexedList,
  ObservedArchive,
} from '../model/archive-state.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { ArchivePolicy } from '../model/mailman3-list.js';
import { NO_PAGES } from '../model/redirect.js';
import type { ReadLists, SiteListing } from '../run/each-list.js';
import type { ArchivePort, Ports } from '../run/ports.js';
import type { RunSettings } from '../run/steps.js';
import { openWorkspace } from '../run/workspace.js';
import { localHost } from '../host.js';
import { pythonPatterns } from '../target/patterns.js';
import { mappingContext, webAddresses } from './builders.js';
import { inTurns } from './in-turns.js';
import { MemoryTarget } from './memory-target.js';

const NOW = Date.UTC(2024, 0, 1);

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** HyperKitty in memory: it keeps one message of each Message-ID, as the real one does. */
export class MemoryArchive implements ArchivePort {
  readonly lists = new Map<string, Mutable<ObservedArchive>>();
  readonly #ids = new Map<string, string>();

  /** Of the messages that a list's archive holds, in the order of their arrival. */
  messageIds(fqdnListname: string): readonly string[] {
    const hashes = this.lists.get(fqdnListname)?.emails.keys() ?? [];
    return [...hashes].map((hash) => this.#ids.get(hash) ?? '');
  }

  observe(fqdnListname: string): Promise<ObservedArchive> {
    const nothing = {
      exists: false,
      release: '1.3.7',
      archivePolicy: null,
      emails: new Map<string, number>(),
      documents: 0,
    };
    return Promise.resolve(this.lists.get(fqdnListname) ?? nothing);
  }

  async *attachments(): AsyncGenerator<HeldAttachment> {
    // It takes nothing off a message.
  }

  createList(fqdnListname: string, archivePolicy: ArchivePolicy): Promise<void> {
    if (!this.lists.has(fqdnListname)) {
      const state = {
        exists: true,
        release: '1.3.7',
        archivePolicy,
        emails: new Map<string, number>(),
        documents: 0,
      };
      this.lists.set(fqdnListname, state);
    }
    return Promise.resolve();
  }

  async importMbox(
    fqdnListname: string,
    policy: ArchivePolicy,
    mbox: AsyncIterable<Uint8Array>,
  ): Promise<readonly string[]> {
    await this.createList(fqdnListname, policy);
    const list = this.lists.get(fqdnListname);
    if (list === undefined) throw new Error('just made');
    const preparer = new MboxPreparer({ now: NOW / 1000 });
    const messages = [];
    for await (const chunk of mbox) messages.push(...preparer.push(Buffer.from(chunk)));
    messages.push(...preparer.end());
    const emails = new Map(list.emails);
    for (const { record } of messages) {
      if (!emails.has(record.hash)) emails.set(record.hash, record.date);
      this.#ids.set(record.hash, record.messageId);
    }
    list.emails = emails;
    return [];
  }

  async loadMbox(
    fqdnListname: string,
    policy: ArchivePolicy,
    mbox: AsyncIterable<Uint8Array>,
  ): Promise<ArchiveLoad> {
    const held = this.lists.get(fqdnListname)?.emails.size ?? 0;
    await this.importMbox(fqdnListname, policy, mbox);
    const loaded = (this.lists.get(fqdnListname)?.emails.size ?? 0) - held;
    return { loaded, refused: [], changed: [], privateCaches: false };
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  index(fqdnListnames: readonly string[]): Promise<readonly IndexedList[]> {
    const indexed = fqdnListnames.flatMap((fqdnListname) => {
      const list = this.lists.get(fqdnListname);
      if (list === undefined) return [];
      const emails = list.emails.size;
      const added = emails - (list.documents ?? 0);
      list.documents = emails;
      const nothing = { refused: [], missed: [], exposed: [] };
      const counts = { emails, documents: emails, added, gone: 0, official: false, tried: 0 };
      return [{ fqdnListname, ...counts, ...nothing }];
    });
    return Promise.resolve(indexed);
  }
}

/** A whole world in memory; only the workspace is a folder. */
export interface MemoryWorld {
  readonly ports: Ports;
  readonly target: MemoryTarget;
  readonly archive: MemoryArchive;
  /** Files of the old server, by path. */
  readonly files: Map<string, string>;
  readonly settings: RunSettings;
  readonly readLists: ReadLists;
}

/** The lists of an old site in memory, and the new side to bring them to. */
export async function memoryWorld(
  workspaceDir: string,
  site: readonly SiteListing[],
  changed: Partial<RunSettings> = {},
): Promise<MemoryWorld> {
  const target = new MemoryTarget();
  const archive = new MemoryArchive();
  const files = new Map<string, string>();
  const ports: Ports = {
    source: {
      stat: (path) => {
        const text = files.get(path);
        return Promise.resolve(
          text === undefined ? null : { bytes: Buffer.byteLength(text), mtimeMs: 1 },
        );
      },
      read: (path) => inTurns([Buffer.from(files.get(path) ?? '')]),
      readMembers: (name) => {
        const found = site.find((each) => each.list.name === name);
        const members = found?.kind === 'list' ? found.list.members : null;
        return Promise.resolve(members?.map(({ originalAddress }) => originalAddress) ?? null);
      },
      readPipermail: () => Promise.resolve({ listing: NO_PAGES, findings: [] }),
      readVolumes: () => Promise.resolve([]),
      readContent: () => inTurns([]),
      readAttachments: () => inTurns([]),
    },
    target,
    // A real one: no stand-in for Python's engine would be true.
    patterns: pythonPatterns(() => Promise.resolve({ host: localHost(), command: ['python3'] })),
    archive,
    web: {
      feed: (fqdnListname) =>
        Promise.resolve(
          archive.lists.get(fqdnListname)?.archivePolicy === 'private'
            ? { status: 403, hashes: null }
            : {
                status: 200,
                hashes: [...(archive.lists.get(fqdnListname)?.emails.keys() ?? [])],
              },
        ),
      probe: () => Promise.reject(new Error('no web server')),
      reload: () => Promise.resolve(),
      compileMap: () => Promise.resolve(false),
    },
    workspace: await openWorkspace(workspaceDir),
    now: () => NOW,
    progress: () => undefined,
  };
  const identity = changed.identity ?? { rename: {}, domains: {}, merge: {} };
  const names = site.map(({ kind, list }) => ({
    name: list.name,
    fqdn: kind === 'list' ? list.fqdn : null,
  }));
  return {
    ports,
    target,
    archive,
    files,
    settings: {
      identity,
      site: names,
      identities: resolveIdentities(names, identity, () => true),
      context: mappingContext,
      overwrite: false,
      importer: 'bulk',
      bans: { decide: null, remember: false },
      web: webAddresses,
      redirects: { output: null, server: 'nginx', status: 301, keepStatic: null },
      canProbe: false,
      ...changed,
    },
    readLists: (wanted) =>
      inTurns(site.filter(({ list }) => wanted.length === 0 || wanted.includes(list.name))),
  };
}

export const listing = (list: Mailman2List): SiteListing => ({ kind: 'list', list });
