// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Host } from '../host.js';
import { type Json, jsonArray, jsonNumber, type JsonObject, jsonText } from '../model/json.js';
import type {
  ArticleContent,
  AttachmentFile,
  PipermailContent,
  VolumeState,
} from '../model/pipermail.js';
import type {
  PipermailArticle,
  PipermailFile,
  PipermailListing,
  PipermailVolume,
  VolumeKind,
} from '../model/redirect.js';
import { parseFinding, parseRecord } from './dump-records.js';
import { findPython, helperScript } from './helper-script.js';

const VOLUME_KINDS: readonly VolumeKind[] = ['year', 'month', 'quarter', 'week', 'day'];

/** A pipermail archive's pages and files, and what was wrong with it. */
export interface PipermailReading {
  readonly listing: PipermailListing;
  readonly findings: readonly Diagnostic[];
}

/**
 * Reads which pages a pipermail archive has and which message each shows. `charset` is that of the
 * list's language, in which its pages are written.
 *
 * Throws `source.cut-off` when the helper's output ends early.
 */
export async function readPipermail(
  host: Host,
  archive: string,
  charset: string,
  configuredPython?: string,
): Promise<PipermailReading> {
  const volumes: PipermailVolume[] = [];
  const articles: PipermailArticle[] = [];
  const attachments: PipermailFile[] = [];
  const others: PipermailFile[] = [];
  const findings: Diagnostic[] = [];
  const options = ['--language-charset', charset];
  for await (const record of records(host, archive, options, configuredPython)) {
    switch (jsonText(record['type'])) {
      case 'volume':
        volumes.push(parseVolume(record));
        break;
      case 'article':
        articles.push(parseArticle(record));
        break;
      case 'attachment':
        attachments.push(parseFile(record));
        break;
      case 'other':
        others.push(parseFile(record));
        break;
      case 'finding':
        findings.push(parseFinding(record));
        break;
      default:
        break;
    }
  }
  return { listing: { volumes, articles, attachments, others }, findings };
}

/** The volumes alone: cheap, and enough to see whether anything changed. Throws the same. */
export async function readVolumes(
  host: Host,
  archive: string,
  python?: string,
): Promise<readonly VolumeState[]> {
  const volumes: VolumeState[] = [];
  for await (const record of records(host, archive, ['--what', 'volumes'], python)) {
    if (record['type'] === 'volume') volumes.push(parseVolumeState(record));
  }
  return volumes;
}

/** Everything that the pages and indexes of an archive say, volume by volume. Throws the same. */
export async function* readContent(
  host: Host,
  archive: string,
  charset: string,
  python?: string,
): AsyncGenerator<PipermailContent> {
  const options = ['--what', 'content', '--language-charset', charset];
  for await (const record of records(host, archive, options, python)) {
    switch (record['type']) {
      case 'volume': {
        const thread = jsonText(record['thread']);
        yield {
          kind: 'volume',
          volume: parseVolumeState(record),
          thread: thread === null ? null : Buffer.from(thread, 'base64'),
        };
        break;
      }
      case 'article':
        yield { kind: 'article', article: parseContent(record) };
        break;
      case 'finding':
        yield { kind: 'finding', finding: parseFinding(record) };
        break;
      default:
        break;
    }
  }
}

// Words of one command: systems take 128 KiB of them, and ssh sends them as one.
const FILES_AT_ONCE = 400;

/** Files below an archive's attachments/, one by one in the order asked for. Throws the same. */
export async function* readAttachments(
  host: Host,
  archive: string,
  paths: readonly string[],
  python?: string,
): AsyncGenerator<AttachmentFile> {
  for (let first = 0; first < paths.length; first += FILES_AT_ONCE) {
    const some = paths.slice(first, first + FILES_AT_ONCE);
    const options = ['--what', 'files', ...some.flatMap((path) => ['--file', path])];
    for await (const record of records(host, archive, options, python)) {
      if (record['type'] !== 'file') continue;
      const content = jsonText(record['base64']);
      yield {
        path: jsonText(record['path']) ?? '',
        bytes: content === null ? null : Buffer.from(content, 'base64'),
        why: jsonText(record['why']),
      };
    }
  }
}

/** The helper's records but the last, which proves that none is missing. */
async function* records(
  host: Host,
  archive: string,
  options: readonly string[],
  configuredPython: string | undefined,
): AsyncGenerator<JsonObject> {
  const python = configuredPython ?? (await findPython(host));
  const script = await helperScript('mailman2_pipermail.py');
  const command = [python, '-', '--archive', archive, ...options] as const;
  for await (const line of host.lines(command, { input: [script] })) {
    if (!line.startsWith('{')) continue;
    const record = parseRecord(line);
    if (record['type'] === 'end') return;
    yield record;
  }
  throw new DiagnosticError({
    code: 'source.cut-off',
    summary: `reading ${archive} ended before its end`,
    why: 'the helper on the old server stopped without its closing record',
    next: 'run the same command again',
  });
}

const texts = (value: Json | undefined): readonly string[] =>
  jsonArray(value).filter((item) => typeof item === 'string');

function parseVolume(record: JsonObject): PipermailVolume {
  const kind = VOLUME_KINDS.find((known) => known === record['kind']) ?? 'unknown';
  return {
    name: jsonText(record['name']) ?? '',
    kind,
    indexes: texts(record['indexes']),
    downloads: [jsonText(record['txt']), jsonText(record['txtGz'])].filter((file) => file !== null),
  };
}

function parseArticle(record: JsonObject): PipermailArticle {
  return {
    volume: jsonText(record['volume']) ?? '',
    file: jsonText(record['file']) ?? '',
    number: Number(record['number']),
    messageId: jsonText(record['messageId']) ?? jsonText(record['databaseId']),
    databaseId: jsonText(record['databaseId']),
    seconds: jsonNumber(record['date']) ?? clockTime(jsonText(record['datestr'])),
  };
}

/** `Wed Sep  8 16:39:00 CDT 2010` on the old server's clock, whose zone's name tells nothing sure. */
function clockTime(datestr: string | null): number | null {
  const parts = /([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (?:[A-Z+\d:-]+ )?(\d{4})$/.exec(
    datestr ?? '',
  );
  if (parts === null) return null;
  const time = Date.parse(
    `${parts[2] ?? ''} ${parts[1] ?? ''} ${parts[4] ?? ''} ${parts[3] ?? ''} UTC`,
  );
  return Number.isNaN(time) ? null : time / 1000;
}

function parseVolumeState(record: JsonObject): VolumeState {
  return {
    ...parseVolume(record),
    articles: jsonNumber(record['articles']) ?? 0,
    changed: jsonNumber(record['changed']) ?? 0,
    bytes: jsonNumber(record['bytes']) ?? 0,
  };
}

function parseContent(record: JsonObject): ArticleContent {
  const page = jsonText(record['page']);
  return {
    ...parseArticle(record),
    subject: jsonText(record['subject']),
    author: jsonText(record['author']),
    email: jsonText(record['email']),
    datestr: jsonText(record['datestr']),
    epoch: jsonNumber(record['date']),
    inReplyTo: jsonText(record['inReplyTo']),
    references: jsonText(record['references']),
    page: page === null ? null : Buffer.from(page, 'base64'),
  };
}

function parseFile(record: JsonObject): PipermailFile {
  const { bytes } = record;
  return {
    path: jsonText(record['path']) ?? '',
    bytes: typeof bytes === 'number' ? bytes : null,
  };
}
