// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { type Host, localHost, sshHost } from '../host.js';
import type { BatchEntry } from '../model/batch.js';
import type { Mailman2List, Mailman2Site } from '../model/mailman2-list.js';
import type { ReadLists } from '../run/each-list.js';
import type { SourcePort } from '../run/ports.js';
import type { SiteEvent } from '../source/assembler.js';
import { readMbox } from '../source/mbox-file.js';
import { readAttachments, readContent, readPipermail, readVolumes } from '../source/pipermail.js';
import {
  readMembers,
  readNames,
  readNamesThenLists,
  readSite,
  type SourceConfig,
} from '../source/site.js';
import type { Config } from './config-schema.js';
import { missing } from './missing.js';

/** The old side, opened. */
export interface Source {
  readonly host: Host;
  readonly port: SourcePort;
  readonly readLists: ReadLists;
  /** Every list of the site, also those that this run does not mean. */
  readonly readNames: () => Promise<readonly BatchEntry[]>;
  /**
   * Both in one go, which begins at once. The first reading of these very lists is that one; what
   * is read besides is read anew.
   */
  readonly readTogether: (names: readonly string[]) => {
    readonly names: Promise<readonly BatchEntry[]>;
    readonly readLists: ReadLists;
  };
  /** The site as its own configuration describes it; known once reading began. */
  readonly site: () => Mailman2Site | null;
}

export function openSource(
  config: Config,
  reportSite: (findings: readonly Diagnostic[]) => void,
  options: Pick<SourceConfig, 'heldMessages'> = {},
): Source {
  const { root, ssh, config: siteConfig, python } = config.source;
  if (root === undefined) throw missing('source.root', 'the folder of Mailman 2 with lists/ in it');
  const host: Host = ssh === undefined ? localHost() : sshHost(ssh);
  const source: SourceConfig = {
    ...options,
    root,
    ...(siteConfig === undefined ? {} : { siteConfig }),
    ...(python === undefined ? {} : { python }),
  };
  let site: Mailman2Site | null = null;
  async function* listsOf(events: AsyncIterable<SiteEvent>): ReturnType<ReadLists> {
    let findings: readonly Diagnostic[] = [];
    for await (const event of events) {
      // The findings grow while the lists are read.
      if (event.kind === 'site') ({ site, findings } = event);
      else yield event;
    }
    reportSite(findings);
  }
  const readLists: ReadLists = (names) => listsOf(readSite(host, source, names));
  return {
    host,
    site: () => site,
    port: {
      stat: (path) => host.stat(path),
      read: (path) => readMbox(host, path),
      readMembers: once((name) => readMembers(host, source, name)),
      readPipermail: ({ archive, charset }: Mailman2List) =>
        readPipermail(host, archive.pipermail?.path ?? '', charset, python),
      readVolumes: ({ archive: { pipermail } }) =>
        pipermail === null ? Promise.resolve([]) : readVolumes(host, pipermail.path, python),
      readContent: ({ archive, charset }) =>
        readContent(host, archive.pipermail?.path ?? '', charset, python),
      readAttachments: ({ archive }, paths) =>
        readAttachments(host, archive.pipermail?.path ?? '', paths, python),
    },
    readNames: () => readNames(host, source),
    readLists,
    readTogether(wanted) {
      const { names, lists } = readNamesThenLists(host, source, wanted);
      let fresh = true;
      return {
        names,
        readLists(asked) {
          const same =
            asked.length === wanted.length && asked.every((name, n) => name === wanted[n]);
          if (!fresh || !same) return readLists(asked);
          fresh = false;
          return listsOf(lists);
        },
      };
    },
  };
}

/** The same work for the same name is done once; a failure is tried again. */
function once<Value>(work: (name: string) => Promise<Value>): (name: string) => Promise<Value> {
  const done = new Map<string, Promise<Value>>();
  return (name) => {
    const begun = done.get(name) ?? work(name);
    done.set(name, begun);
    begun.catch(() => done.delete(name));
    return begun;
  };
}
