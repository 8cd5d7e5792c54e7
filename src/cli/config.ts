// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { isAbsolute, dirname, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { CannotStartError, type Diagnostic } from '../diagnostics.js';
import { wrongEntries } from './config-lists.js';
import { type Config, CONFIG_KEYS, type EntryType, type KeyType } from './config-schema.js';
import { BATCH_ORDERS, type BatchOrder } from '../model/batch.js';
import { parseWindow } from '../run/batch/window.js';
import { WEB_SERVERS } from '../redirects/writers/writers.js';

/** Where the configuration is looked for when no --config names it. */
export const DEFAULT_CONFIG = 'mm2to3.yaml';

// Lists whose rosters are held at once: so many keep every lane of a batch busy.
const CONCURRENCY = 4;

/** Values given on the command line, which win over everything else. */
export interface ConfigFlags {
  readonly config?: string;
  readonly workspace?: string;
  readonly source?: string;
}

/**
 * Reads mm2to3.yaml, checks all of it, and lays the environment and the flags over it.
 *
 * Throws `CannotStartError` with every bad line at once.
 */
export async function loadConfig(
  flags: ConfigFlags,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<Config> {
  const named = flags.config ?? variable(env, 'MM2TO3_CONFIG');
  const path = resolve(cwd, named ?? DEFAULT_CONFIG);
  const explicit = named !== undefined;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (!explicit && (error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new CannotStartError([
      {
        code: 'config.unreadable',
        severity: 'error',
        summary: `the configuration ${path} cannot be read`,
        why: error instanceof Error ? error.message : String(error),
        next: 'name another file with --config',
      },
    ]);
  });
  return parseConfig(text, path, flags, env, cwd);
}

/** The pure part of {@link loadConfig}: relative paths are those of the configuration's folder. */
export function parseConfig(
  yaml: string,
  path: string,
  flags: ConfigFlags,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Config {
  const { values, problems } = readKeys(yaml, path);
  const [first, ...others] = problems;
  if (first !== undefined) throw new CannotStartError([first, ...others]);

  const here = (file: string): string => (isAbsolute(file) ? file : resolve(dirname(path), file));
  const text = (key: string, fallback?: string): string | undefined =>
    (values.get(key) as string | undefined) ?? fallback;
  const file = (key: string): string | undefined => {
    const value = text(key);
    return value === undefined ? undefined : here(value);
  };
  const workspace = flags.workspace ?? variable(env, 'MM2TO3_WORKSPACE');
  // Another machine's root is a path over there: nothing of ours is put before it.
  const remote = values.has('source.ssh');
  const root = flags.source ?? variable(env, 'MM2TO3_SOURCE');
  return {
    workspace:
      workspace !== undefined
        ? resolve(cwd, workspace)
        : (file('workspace') ?? here('mm2to3-workspace')),
    source: defined({
      root:
        root !== undefined && !remote
          ? resolve(cwd, root)
          : (root ?? (remote ? text('source.root') : file('source.root'))),
      ssh: text('source.ssh'),
      config: remote ? text('source.config') : file('source.config'),
      python: text('source.python'),
    }),
    target: defined({
      restUrl: text('target.restUrl')?.replace(/\/+$/, ''),
      restUser: text('target.restUser', 'restadmin') ?? 'restadmin',
      restPasswordFile: file('target.restPasswordFile'),
      restTimeout: values.get('target.restTimeout') as number | undefined,
      corePython: values.get('target.core.python') as Config['target']['corePython'],
      djangoCommand: values.get('target.django.command') as Config['target']['djangoCommand'],
      postoriusUrl: withSlash(text('target.postoriusUrl')),
      hyperkittyUrl: withSlash(text('target.hyperkittyUrl')),
    }),
    redirects: defined({
      output: file('redirects.output'),
      reload: values.get('redirects.reload') as Config['redirects']['reload'],
      testUrl: text('redirects.testUrl')?.replace(/\/+$/, ''),
      format: values.get('redirects.format') as Config['redirects']['format'],
      status: values.get('redirects.status') as Config['redirects']['status'],
      keepStatic: file('redirects.keepStatic'),
    }),
    lists: {
      include: (values.get('lists.include') as readonly string[] | undefined) ?? ['*'],
      exclude: (values.get('lists.exclude') as readonly string[] | undefined) ?? [],
      rename: (values.get('lists.rename') as Record<string, string> | undefined) ?? {},
      domains: (values.get('lists.domains') as Record<string, string> | undefined) ?? {},
      merge: (values.get('lists.merge') as Record<string, string> | undefined) ?? {},
    },
    batch: defined({
      concurrency: (values.get('batch.concurrency') as number | undefined) ?? CONCURRENCY,
      window: text('batch.window'),
      order: (values.get('batch.order') as BatchOrder | undefined) ?? 'small',
    }),
  };
}

/** A variable of the environment; an empty one says nothing. */
function variable(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/** An object without the keys that have no value, as exact optional properties want it. */
function defined<T extends object>(object: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

const withSlash = (url: string | undefined): string | undefined =>
  url === undefined || url.endsWith('/') ? url : `${url}/`;

function readKeys(
  yaml: string,
  path: string,
): { values: ReadonlyMap<string, unknown>; problems: readonly Diagnostic[] } {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true });
  const values = new Map<string, unknown>();
  const problems: Diagnostic[] = [];
  const report = (offset: number | undefined, summary: string, why: string): void => {
    problems.push({
      code: 'config.invalid',
      severity: 'error',
      path,
      line: lines.linePos(offset ?? 0).line,
      summary,
      why,
    });
  };
  for (const error of document.errors) {
    report(error.pos[0], 'the configuration is no valid YAML', error.message.split('\n')[0] ?? '');
  }
  const walk = (node: Node | null, prefix: string): void => {
    if (!isMap(node)) {
      // A section whose keys are all commented out is empty, not wrong.
      const empty = node === null || (isScalar(node) && node.value === null);
      if (!empty)
        report(node.range?.[0], `${prefix || 'the file'} is no mapping`, 'keys belong below it');
      return;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '?';
      const at = prefix === '' ? name : `${prefix}.${name}`;
      const offset = isScalar(key) ? key.range?.[0] : undefined;
      const type = Object.hasOwn(CONFIG_KEYS, at) ? CONFIG_KEYS[at] : undefined;
      if (type !== undefined) {
        const plain: unknown = (value as Node | null)?.toJS(document) ?? null;
        const why = plain === null ? 'it has no value' : mismatch(type, plain);
        if (why !== null) report(offset, `${at} has a wrong value`, why);
        else {
          values.set(at, plain);
          if (isEntryType(type)) {
            for (const [entry, reason] of wrongEntries(type, plain as Record<string, string>)) {
              report(
                entryOffset(value as Node, entry) ?? offset,
                `${at}: ${JSON.stringify(entry)} has a wrong value`,
                reason,
              );
            }
          }
        }
      } else if (Object.keys(CONFIG_KEYS).some((known) => known.startsWith(`${at}.`))) {
        if (value !== null) walk(value as Node, at);
      } else {
        report(offset, `${at} is no known key`, nearest(at));
      }
    }
  };
  if (document.errors.length === 0 && document.contents !== null) walk(document.contents, '');
  return { values, problems };
}

const isEntryType = (type: KeyType): type is EntryType =>
  type === 'renames' || type === 'domains' || type === 'merges';

/** Where one entry of a map begins. */
function entryOffset(map: Node, entry: string): number | undefined {
  const keys = isMap(map) ? map.items.map(({ key }) => key) : [];
  const key = keys.find((each) => isScalar(each) && String(each.value) === entry);
  return isScalar(key) ? key.range?.[0] : undefined;
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Why a value does not fit its key; null when it does. */
function mismatch(type: KeyType, value: unknown): string | null {
  switch (type) {
    case 'text':
      return typeof value === 'string' && value !== '' ? null : 'a text is wanted';
    case 'number':
      return typeof value === 'number' && Number.isInteger(value) && value > 0
        ? null
        : 'a whole number above 0 is wanted';
    case 'server':
      return WEB_SERVERS.some((server) => server === value)
        ? null
        : `one of ${WEB_SERVERS.join(', ')} is wanted`;
    case 'status':
      return value === 301 || value === 302 ? null : '301 or 302 is wanted';
    case 'window':
      return typeof value === 'string' && parseWindow(value) !== null
        ? null
        : 'two times of a day are wanted: 22:00-06:00';
    case 'order':
      return BATCH_ORDERS.some((order) => order === value)
        ? null
        : `one of ${BATCH_ORDERS.join(', ')} is wanted`;
    case 'texts':
      return isTexts(value) ? null : 'a list of texts is wanted';
    case 'command':
      return isTexts(value) && value.length > 0
        ? null
        : 'a list of words is wanted: [program, argument]';
    case 'renames':
    case 'domains':
    case 'merges':
      return typeof value === 'object' && value !== null && isTexts(Object.values(value))
        ? null
        : 'pairs of texts are wanted: { old: new }';
  }
}

function nearest(key: string): string {
  const last = key.split('.').at(-1) ?? key;
  const close = Object.keys(CONFIG_KEYS).filter((known) => known.split('.').includes(last));
  return close.length === 0
    ? `known are ${[...new Set(Object.keys(CONFIG_KEYS).map((known) => known.split('.')[0]))].join(', ')}`
    : `did you mean ${close.join(' or ')}?`;
}
