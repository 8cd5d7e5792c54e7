// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic, Severity } from '../diagnostics.js';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Mailman2Archive, Mailman2Member, Mailman2Site } from '../model/mailman2-list.js';

// What scripts/mailman2_dump.py writes, one JSON object a line, is checked here and trusted inside.

/** The version of the dump format that this program reads. */
export const DUMP_VERSION = 1;

export const text = (value: Json | undefined): string | null =>
  typeof value === 'string' ? value : null;

const number = (value: Json | undefined): number | null =>
  typeof value === 'number' ? value : null;

export function parseRecord(line: string): JsonObject {
  const value = JSON.parse(line) as Json;
  if (!isJsonObject(value) || typeof value['type'] !== 'string') {
    throw new SyntaxError(`not a record: ${line.slice(0, 80)}`);
  }
  return value;
}

export function parseSite(record: JsonObject, root: string): Mailman2Site {
  const site = isJsonObject(record['site']) ? record['site'] : {};
  return {
    root,
    version: text(record['mailmanVersion']),
    urlPattern: text(site['defaultUrlPattern']),
    publicArchiveUrl: text(site['publicArchiveUrl']),
  };
}

export function parseFinding(record: JsonObject): Diagnostic {
  const severity = text(record['severity']);
  const optional = (['why', 'next', 'list', 'path'] as const)
    .map((key) => [key, text(record[key])] as const)
    .filter((entry): entry is readonly [typeof entry[0], string] => entry[1] !== null);
  return {
    code: text(record['code']) ?? 'source.unnamed',
    severity: severity === 'error' || severity === 'info' ? severity : ('warning' satisfies Severity),
    summary: text(record['summary']) ?? 'the helper reported trouble without a text',
    ...Object.fromEntries(optional),
  };
}

export function parseArchive(value: Json | undefined): Mailman2Archive {
  const archive = isJsonObject(value) ? value : {};
  const mbox = isJsonObject(archive['mbox']) ? archive['mbox'] : null;
  const mboxPath = text(mbox?.['path']);
  const pipermail = isJsonObject(archive['pipermail']) ? archive['pipermail'] : null;
  const pipermailPath = text(pipermail?.['path']);
  return {
    mbox: mboxPath === null ? null : { path: mboxPath, bytes: number(mbox?.['bytes']) ?? 0 },
    pipermail: pipermailPath === null ? null : { path: pipermailPath },
  };
}

export function parseMember(value: Json): Mailman2Member | null {
  if (!isJsonObject(value)) return null;
  const address = text(value['address']);
  if (address === null) return null;
  return {
    address,
    originalAddress: text(value['originalAddress']) ?? address,
    digest: value['digest'] === true,
    options: number(value['options']) ?? 0,
    language: text(value['language']),
    name: text(value['name']),
    deliveryStatus: number(value['deliveryStatus']) ?? 0,
  };
}
