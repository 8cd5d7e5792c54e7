// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, DiagnosticError } from '../diagnostics.js';
import type { Command, Host } from '../host.js';
import type { BatchEntry } from '../model/batch.js';
import { Assembler, type SiteEvent } from './assembler.js';
import { parseRecord } from './dump-records.js';
import { findPython, helperScript } from './helper-script.js';

/** Where the old site lies. */
export interface SourceConfig {
  /** Mailman 2's VAR_PREFIX: the folder with lists/, data/ and archives/. */
  readonly root: string;
  /** mm_cfg.py, where it is not found by itself. */
  readonly siteConfig?: string;
  readonly python?: string;
  /** false: held messages are listed and not read, which a look at the site can do without. */
  readonly heldMessages?: boolean;
}

/**
 * Streams the lists of a Mailman 2 site, each whole, in the order of their names. A list that
 * cannot be read comes as `unreadable` with its reasons; the others go on.
 *
 * Throws `source.unreachable` when the helper cannot run at all and `source.cut-off` when its
 * output ends early.
 */
export function readSite(
  host: Host,
  config: SourceConfig,
  names: readonly string[] = [],
): AsyncGenerator<SiteEvent> {
  return one(readEvents(host, config, wanted(names)));
}

const wanted = (names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : ['--lists', ...names];

/**
 * Every list of the site in the order of their names, with its posting address (null where it
 * cannot be read) and how much there is of it. Much less crosses the wire than with {@link readSite}; throws the same.
 */
export async function readNames(host: Host, config: SourceConfig): Promise<readonly BatchEntry[]> {
  return entries(one(readEvents(host, config, ['--survey'])));
}

/** The names of a site, and then lists of it, read in one go: one start of Python, one of ssh. */
export interface NamesThenLists {
  /** As {@link readNames} has them. */
  readonly names: Promise<readonly BatchEntry[]>;
  /** As {@link readSite} has them, to be read after the names. */
  readonly lists: AsyncGenerator<SiteEvent>;
}

/** Begins at once; throws what {@link readSite} does, for the names. */
export function readNamesThenLists(
  host: Host,
  config: SourceConfig,
  names: readonly string[],
): NamesThenLists {
  const events = readEvents(host, config, ['--survey-first', ...wanted(names)], 2);
  return { names: entries(one(events)), lists: one(events) };
}

/** The events up to the end of one of the helper's streams; the next goes on after it. */
async function* one(events: AsyncGenerator<SiteEvent | StreamEnd>): AsyncGenerator<SiteEvent> {
  let over = false;
  try {
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      over = next.value.kind === 'end';
      if (next.value.kind === 'end') return;
      yield next.value;
    }
  } finally {
    if (!over) await events.return(undefined);
  }
}

async function entries(events: AsyncIterable<SiteEvent>): Promise<readonly BatchEntry[]> {
  const found: BatchEntry[] = [];
  for await (const event of events) {
    if (event.kind === 'list') {
      const { name, fqdn, archive } = event.list;
      const archiveBytes = archive.mbox?.bytes ?? 0;
      found.push({ name, fqdn, members: event.memberCount, archiveBytes });
    }
    if (event.kind === 'unreadable')
      found.push({ name: event.list.name, fqdn: null, members: 0, archiveBytes: 0 });
  }
  return found;
}

/** Addresses of one list's members, as they typed them; null where it cannot be read. */
export async function readMembers(
  host: Host,
  config: SourceConfig,
  name: string,
): Promise<readonly string[] | null> {
  let addresses: readonly string[] | null = null;
  for await (const event of readSite(host, config, [name])) {
    if (event.kind === 'list' && event.list.name === name)
      addresses = event.list.members.map(({ originalAddress }) => originalAddress);
  }
  return addresses;
}

/** Between two of the streams that the helper was asked for. */
interface StreamEnd {
  readonly kind: 'end';
}

async function* readEvents(
  host: Host,
  config: SourceConfig,
  options: readonly string[],
  streams = 1,
): AsyncGenerator<SiteEvent | StreamEnd> {
  const python = config.python ?? (await findPython(host));
  const script = await helperScript('mailman2_dump.py');
  const command: Command = [
    python,
    '-',
    '--root',
    config.root,
    ...(config.siteConfig === undefined ? [] : ['--config', config.siteConfig]),
    ...(config.heldMessages === false ? ['--no-messages'] : []),
    ...options,
  ];
  let assembler = new Assembler(config.root);
  let ended = 0;
  try {
    for await (const line of host.lines(command, { input: [script] })) {
      // What a login shell over ssh prints is none of the helper's.
      if (!line.startsWith('{')) continue;
      const event = assembler.take(parseRecord(line));
      if (event !== null) yield event;
      if (!assembler.complete) continue;
      ended += 1;
      // The command's own end is waited for: it may have failed all the same.
      if (ended === streams) continue;
      assembler = new Assembler(config.root);
      yield { kind: 'end' };
    }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new CannotStartError([
      {
        ...error.diagnostic,
        code: 'source.unreachable',
        summary: `the Mailman 2 site ${config.root} on ${host.name} could not be read`,
        next: 'check source: in mm2to3.yaml, or name the site with --source',
      },
    ]);
  }
  if (ended < streams) {
    throw new DiagnosticError({
      code: 'source.cut-off',
      summary: `reading ${config.root} ended before its end`,
      why: 'the helper on the old server stopped without its closing record',
      next: 'run the same command again; look for a full disk or a killed process on that server',
    });
  }
}
