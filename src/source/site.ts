// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Command, Host } from '../host.js';
import {
  isJsonObject,
  type Json,
  jsonArray,
  jsonNumber,
  type JsonObject,
  jsonText,
} from '../model/json.js';
import type { BatchEntry } from '../model/batch.js';
import type {
  Mailman2List,
  Mailman2Member,
  Mailman2Site,
  UnreadableList,
} from '../model/mailman2-list.js';
import {
  DUMP_VERSION,
  parseArchive,
  parseFinding,
  parseMember,
  parseQueues,
  parseTemplates,
  parseRecord,
  parseSite,
} from './dump-records.js';
import { findPython, helperScript } from './helper-script.js';
import { RequestQueue } from './request-queue.js';

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

export type SiteEvent =
  | { readonly kind: 'site'; readonly site: Mailman2Site; readonly findings: readonly Diagnostic[] }
  | {
      readonly kind: 'list';
      readonly list: Mailman2List;
      /** As the list itself counts them: a survey does not read their addresses. */
      readonly memberCount: number;
    }
  | { readonly kind: 'unreadable'; readonly list: UnreadableList };

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
  return readEvents(host, config, names.length === 0 ? [] : ['--lists', ...names]);
}

/**
 * Every list of the site in the order of their names, with its posting address (null where it
 * cannot be read) and how much there is of it. Much less crosses the wire than with {@link readSite}; throws the same.
 */
export async function readNames(host: Host, config: SourceConfig): Promise<readonly BatchEntry[]> {
  const found: BatchEntry[] = [];
  for await (const event of readEvents(host, config, ['--survey'])) {
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

async function* readEvents(
  host: Host,
  config: SourceConfig,
  options: readonly string[],
): AsyncGenerator<SiteEvent> {
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
  const assembler = new Assembler(config.root);
  try {
    for await (const line of host.lines(command, { input: [script] })) {
      // What a login shell over ssh prints is none of the helper's.
      if (!line.startsWith('{')) continue;
      const event = assembler.take(parseRecord(line));
      if (event !== null) yield event;
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
  if (!assembler.complete) {
    throw new DiagnosticError({
      code: 'source.cut-off',
      summary: `reading ${config.root} ended before its end`,
      why: 'the helper on the old server stopped without its closing record',
      next: 'run the same command again; look for a full disk or a killed process on that server',
    });
  }
}

interface Draft {
  record: JsonObject | null;
  readonly members: Mailman2Member[];
  readonly findings: Diagnostic[];
  readonly queue: RequestQueue;
  guessed: number;
}

/** Puts the records of the stream together to whole lists. */
class Assembler {
  complete = false;
  readonly #root: string;
  readonly #siteFindings: Diagnostic[] = [];
  readonly #drafts = new Map<string, Draft>();

  constructor(root: string) {
    this.#root = root;
  }

  take(record: JsonObject): SiteEvent | null {
    const list = jsonText(record['list']) ?? jsonText(record['name']) ?? '';
    switch (jsonText(record['type'])) {
      case 'header':
        if (record['schemaVersion'] !== DUMP_VERSION) {
          throw new Error(
            `mailman2_dump.py speaks version ${jsonNumber(record['schemaVersion']) ?? 'unknown'}`,
          );
        }
        return { kind: 'site', site: parseSite(record, this.#root), findings: this.#siteFindings };
      case 'list': {
        const draft = this.#draft(list);
        draft.record = record;
        draft.guessed += guesses(record['decoded']);
        return null;
      }
      case 'members': {
        const draft = this.#draft(list);
        draft.guessed += guesses(record['decoded']);
        for (const value of jsonArray(record['members'])) {
          const member = parseMember(value);
          if (member !== null) draft.members.push(member);
        }
        return null;
      }
      case 'request': {
        const draft = this.#draft(list);
        draft.guessed += guesses(record['decoded']);
        draft.queue.add(record);
        return null;
      }
      case 'finding':
        if (list === '') this.#siteFindings.push(parseFinding(record));
        else this.#draft(list).findings.push(parseFinding(record));
        return null;
      case 'list-end':
        return this.#finish(list, record['ok'] === true);
      case 'end':
        this.complete = true;
        return null;
      default:
        // Requests that nobody confirmed (pending) stay behind; the list's record has their number.
        return null;
    }
  }

  #draft(name: string): Draft {
    const draft: Draft = this.#drafts.get(name) ?? {
      record: null,
      members: [],
      findings: [],
      queue: new RequestQueue(),
      guessed: 0,
    };
    this.#drafts.set(name, draft);
    return draft;
  }

  #finish(name: string, ok: boolean): SiteEvent {
    const { record, members, findings, queue, guessed } = this.#draft(name);
    this.#drafts.delete(name);
    const refused = findings.some(({ severity }) => severity === 'error');
    if (record === null || !ok || refused) return { kind: 'unreadable', list: { name, findings } };
    findings.push(...queue.findings(name));
    if (guessed > 0) {
      findings.push({
        code: 'source.decoded-by-guess',
        severity: 'info',
        list: name,
        summary: `${guessed} texts were not in the language's character set`,
        why: 'they were read as UTF-8 or Latin-1; the original bytes are in the snapshot',
      });
    }
    const attributes = isJsonObject(record['attributes']) ? record['attributes'] : {};
    const host = jsonText(attributes['host_name']) ?? 'localhost.localdomain';
    const counts = isJsonObject(record['counts']) ? record['counts'] : {};
    return {
      kind: 'list',
      memberCount: jsonNumber(counts['members']) ?? members.length,
      list: {
        name,
        fqdn: `${name}@${host}`,
        path: `${jsonText(record['path']) ?? ''}/${jsonText(record['file']) ?? ''}`,
        attributes,
        secrets: jsonArray(record['omitted']).filter((name) => typeof name === 'string'),
        charset: jsonText(record['charset']) ?? 'us-ascii',
        members,
        archive: parseArchive(record['archive']),
        queues: parseQueues(record),
        requests: queue.requests,
        templates: parseTemplates(record['templates']),
        findings,
      },
    };
  }
}

const guesses = (value: Json | undefined): number => jsonArray(value).length;
