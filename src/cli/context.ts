// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { CannotStartError, isTrouble } from '../diagnostics.js';
import { type Host, localHost } from '../host.js';
import { type Identity, resolveIdentities } from '../mapping/identity.js';
import type { Importer } from '../model/archive-state.js';
import type { BatchEntry } from '../model/batch.js';
import type { Target } from '../plan/target-port.js';
import { embeddedQueue } from '../run/queue.js';
import type { ArchivePort, Ports, WebPort } from '../run/ports.js';
import type { ReadLists } from '../run/each-list.js';
import type { BanPolicy } from '../run/moderation-facts.js';
import { selectLists } from '../run/select.js';
import type { RunSettings } from '../run/steps.js';
import { openWorkspace } from '../run/workspace.js';
import { coreTarget } from '../target/core.js';
import type { PythonCommand } from '../target/core.js';
import { type HyperKitty, hyperkitty } from '../target/hyperkitty.js';
import { pythonPatterns } from '../target/patterns.js';
import { restClient } from '../target/rest-client.js';
import { probeRedirect, readFeed } from '../target/web.js';
import type { Config } from './config-schema.js';
import type { Session } from './command.js';
import { missing } from './missing.js';
import { openSource } from './source.js';
import { webAddresses } from './web-addresses.js';

// Core answers about as many requests a second however many ask; a few keep it busy.
const REST_CONCURRENCY = 4;

async function openTarget(config: Config, eager: boolean): Promise<Target> {
  const { restUrl, restUser, restPasswordFile, restTimeout } = config.target;
  if (restUrl === undefined)
    throw missing('target.restUrl', "the address of Core's REST API, ending in /3.1");
  if (restPasswordFile === undefined) {
    throw missing(
      'target.restPasswordFile',
      'a file with the password under [webservice] in mailman.cfg',
    );
  }
  const password = await readFile(restPasswordFile, 'utf8').catch((error: unknown) => {
    throw new CannotStartError([
      {
        code: 'config.password-unreadable',
        severity: 'error',
        summary: `the password file ${restPasswordFile} cannot be read`,
        why: error instanceof Error ? error.message : String(error),
        next: 'set target: restPasswordFile',
      },
    ]);
  });
  const rest = restClient({
    ...{ url: restUrl, user: restUser, password: password.trim() },
    ...(restTimeout === undefined ? {} : { timeoutSeconds: restTimeout }),
  });
  const { corePython, djangoCommand } = config.target;
  return coreTarget(
    rest,
    embeddedQueue(REST_CONCURRENCY),
    corePython === undefined ? null : { host: localHost(), command: corePython },
    djangoCommand === undefined ? null : { host: localHost(), command: djangoCommand },
    eager,
  );
}

/**
 * Where regular expressions are tried: best in Core's own Python, which will run them; else in one
 * of this machine or of the old one. null where none of version 3 is found.
 */
async function patternPython(
  { target: { corePython } }: Config,
  source: Host,
): Promise<PythonCommand | null> {
  if (corePython !== undefined) return { host: localHost(), command: corePython };
  for (const host of [localHost(), source]) {
    const found = await host.run(['python3', '-c', 'pass']).catch(() => null);
    if (found !== null) return { host, command: ['python3'] };
  }
  return null;
}

function openArchive(config: Config): ArchivePort {
  const { djangoCommand } = config.target;
  if (djangoCommand === undefined) {
    throw missing(
      'target.django.command',
      'the words that run a Django command, such as [mailman-web]',
    );
  }
  return hyperkitty(localHost(), djangoCommand);
}

function openWeb(config: Config): WebPort {
  const { testUrl, reload } = config.redirects;
  const hyperkittyUrl = required(config.target.hyperkittyUrl, 'target.hyperkittyUrl');
  return {
    feed: (fqdnListname) => readFeed(hyperkittyUrl, fqdnListname),
    probe: (redirect, asked) =>
      probeRedirect(required(testUrl, 'redirects.testUrl'), redirect, asked),
    async reload() {
      if (reload !== undefined) await localHost().run(reload);
    },
    async compileMap(text, database) {
      try {
        await localHost().run(['httxt2dbm', '-i', text, '-o', database]);
        return true;
      } catch (error) {
        if (isTrouble(error, 'host.command-missing')) return false;
        throw error;
      }
    },
  };
}

/** Everything that a command about both sides needs. */
export interface Context {
  readonly ports: Ports;
  readonly settings: RunSettings;
  readonly readLists: ReadLists;
  /** Every list of the old site, with its size. */
  readonly site: readonly BatchEntry[];
}

export async function openContext(
  {
    config,
    progress,
    reportSite,
    selection,
  }: Pick<Session, 'config' | 'progress' | 'reportSite' | 'selection'>,
  options: {
    readonly overwrite?: boolean;
    readonly importer?: Importer;
    readonly bans?: BanPolicy;
    /** Whether Core is going to be asked for more than its REST API tells. */
    readonly usesCore?: boolean;
    /** HyperKitty, where it was begun early. */
    readonly hyperkitty?: HyperKitty | null;
    /** Whether the selected lists are read from the first to the last, in one go. */
    readonly readsOnce?: boolean;
  } = {},
): Promise<Context> {
  const source = openSource(config, reportSite);
  const { names, readLists } =
    options.readsOnce === true
      ? source.readTogether(selection.names)
      : { names: source.readNames(), readLists: source.readLists };
  // What opening the target has to say comes first.
  names.catch(() => undefined);
  const target = await openTarget(config, options.usesCore === true);
  const ports: Ports = {
    source: source.port,
    target,
    patterns: pythonPatterns(() => patternPython(config, source.host)),
    archive: options.hyperkitty ?? openArchive(config),
    web: openWeb(config),
    workspace: await openWorkspace(config.workspace),
    now: Date.now,
    progress: (event) => {
      progress.report(event);
    },
  };
  const [languages, newsServer, site] = await Promise.all([
    target.languages(),
    target.newsServer(),
    names,
  ]);
  const { include, exclude, rename, domains, merge } = config.lists;
  const identity: Identity = { rename, domains, merge };
  // What another run will migrate must not meet what this one does.
  const configured = selectLists([], include, exclude);
  const identities = resolveIdentities(
    site,
    identity,
    ({ name, fqdn }) => configured.includes(name, fqdn) || selection.includes(name, fqdn),
  );
  reportSite(identities.unused);
  const settings: RunSettings = {
    identity,
    site,
    identities,
    context: {
      languages: languages.known,
      siteLanguage: languages.site,
      newsServer,
      reachesCore: target.reachesCore,
      postoriusUrl: config.target.postoriusUrl ?? null,
      hyperkittyUrl: config.target.hyperkittyUrl ?? null,
    },
    overwrite: options.overwrite ?? false,
    importer: options.importer ?? 'bulk',
    bans: options.bans ?? { decide: null, remember: false },
    web: webAddresses(config, source.site),
    redirects: {
      output: config.redirects.output ?? null,
      server: config.redirects.format ?? 'nginx',
      status: config.redirects.status ?? 301,
      keepStatic: config.redirects.keepStatic ?? null,
    },
    canProbe: config.redirects.testUrl !== undefined,
  };
  return { ports, settings, readLists, site };
}

function required<Value>(value: Value | undefined, key: string): Value {
  if (value === undefined) throw missing(key, 'a value');
  return value;
}
