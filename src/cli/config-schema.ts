// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchOrder } from '../model/batch.js';
import type { WebServer } from '../redirects/writers/writers.js';

/** What a key of mm2to3.yaml may hold. */
export type KeyType =
  'text' | 'number' | 'command' | 'texts' | 'server' | 'status' | 'window' | 'order' | EntryType;

/** Pairs under lists:, each of which is checked by itself. */
export type EntryType = 'renames' | 'domains' | 'merges';

/** Every key of mm2to3.yaml, by its path. A key that is not here is an error. */
export const CONFIG_KEYS: Readonly<Record<string, KeyType>> = {
  workspace: 'text',
  'source.root': 'text',
  'source.ssh': 'text',
  'source.config': 'text',
  'source.python': 'text',
  'target.restUrl': 'text',
  'target.restUser': 'text',
  'target.restPasswordFile': 'text',
  'target.restTimeout': 'number',
  'target.core.command': 'command',
  'target.core.python': 'command',
  'target.django.command': 'command',
  'target.postoriusUrl': 'text',
  'target.hyperkittyUrl': 'text',
  'redirects.output': 'text',
  'redirects.reload': 'command',
  'redirects.testUrl': 'text',
  'redirects.format': 'server',
  'redirects.status': 'status',
  'redirects.keepStatic': 'text',
  'lists.include': 'texts',
  'lists.exclude': 'texts',
  'lists.rename': 'renames',
  'lists.domains': 'domains',
  'lists.merge': 'merges',
  'batch.concurrency': 'number',
  'batch.window': 'window',
  'batch.order': 'order',
};

/** The configuration of one run, checked; what is absent was nowhere named. */
export interface Config {
  readonly workspace: string;
  readonly source: {
    readonly root?: string;
    readonly ssh?: string;
    readonly config?: string;
    readonly python?: string;
  };
  readonly target: {
    readonly restUrl?: string;
    readonly restUser: string;
    readonly restPasswordFile?: string;
    /** Seconds after which a request without an answer is made again. */
    readonly restTimeout?: number;
    readonly corePython?: readonly [string, ...string[]];
    readonly djangoCommand?: readonly [string, ...string[]];
    readonly postoriusUrl?: string;
    readonly hyperkittyUrl?: string;
  };
  readonly redirects: {
    readonly output?: string;
    readonly reload?: readonly [string, ...string[]];
    readonly testUrl?: string;
    readonly format?: WebServer;
    readonly status?: 301 | 302;
    /** Folder with the old archives on the web server. */
    readonly keepStatic?: string;
  };
  readonly lists: {
    readonly include: readonly string[];
    readonly exclude: readonly string[];
    readonly rename: Readonly<Record<string, string>>;
    readonly domains: Readonly<Record<string, string>>;
    readonly merge: Readonly<Record<string, string>>;
  };
  readonly batch: {
    readonly concurrency: number;
    /** `22:00-06:00`. */
    readonly window?: string;
    readonly order: BatchOrder;
  };
}
