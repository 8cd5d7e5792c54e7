// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Host } from '../host.js';
import { type Json, jsonArray, type JsonObject, jsonText } from '../model/json.js';
import type {
  PipermailArticle,
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
  const python = configuredPython ?? (await findPython(host));
  const script = await helperScript('mailman2_pipermail.py');
  const volumes: PipermailVolume[] = [];
  const articles: PipermailArticle[] = [];
  const findings: Diagnostic[] = [];
  let complete = false;
  const command = [python, '-', '--archive', archive, '--language-charset', charset] as const;
  for await (const line of host.lines(command, { input: [script] })) {
    if (!line.startsWith('{')) continue;
    const record = parseRecord(line);
    switch (jsonText(record['type'])) {
      case 'volume':
        volumes.push(parseVolume(record));
        break;
      case 'article':
        articles.push(parseArticle(record));
        break;
      case 'finding':
        findings.push(parseFinding(record));
        break;
      case 'end':
        complete = true;
        break;
      default:
        // Attachments and other files lead to the list's page by its general rule.
        break;
    }
  }
  if (!complete) {
    throw new DiagnosticError({
      code: 'source.cut-off',
      summary: `reading ${archive} ended before its end`,
      why: 'the helper on the old server stopped without its closing record',
      next: 'run the same command again',
    });
  }
  return { listing: { volumes, articles }, findings };
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
  };
}
