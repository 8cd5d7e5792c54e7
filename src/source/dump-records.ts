// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic, Severity } from '../diagnostics.js';
import {
  isJsonObject,
  type Json,
  jsonArray,
  jsonNumber,
  type JsonObject,
  jsonText,
} from '../model/json.js';
import type {
  Mailman2Archive,
  Mailman2Bounce,
  Mailman2HeldMessage,
  Mailman2Member,
  Mailman2MembershipRequest,
  Mailman2Queues,
  Mailman2Site,
  Mailman2Template,
} from '../model/mailman2-list.js';

// What scripts/mailman2_dump.py writes, one JSON object a line, is checked here and trusted inside.

/** The version of the dump format that this program reads. */
export const DUMP_VERSION = 1;

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
    version: jsonText(record['mailmanVersion']),
    urlPattern: jsonText(site['defaultUrlPattern']),
    publicArchiveUrl: jsonText(site['publicArchiveUrl']),
  };
}

export function parseFinding(record: JsonObject): Diagnostic {
  const severity = jsonText(record['severity']);
  const optional = (['why', 'next', 'list', 'path'] as const)
    .map((key) => [key, jsonText(record[key])] as const)
    .filter((entry): entry is readonly [(typeof entry)[0], string] => entry[1] !== null);
  return {
    code: jsonText(record['code']) ?? 'source.unnamed',
    severity:
      severity === 'error' || severity === 'info' ? severity : ('warning' satisfies Severity),
    summary: jsonText(record['summary']) ?? 'the helper reported trouble without a text',
    ...Object.fromEntries(optional),
  };
}

export function parseArchive(value: Json | undefined): Mailman2Archive {
  const archive = isJsonObject(value) ? value : {};
  const mbox = isJsonObject(archive['mbox']) ? archive['mbox'] : null;
  const mboxPath = jsonText(mbox?.['path']);
  const pipermail = isJsonObject(archive['pipermail']) ? archive['pipermail'] : null;
  const pipermailPath = jsonText(pipermail?.['path']);
  return {
    mbox: mboxPath === null ? null : { path: mboxPath, bytes: jsonNumber(mbox?.['bytes']) ?? 0 },
    pipermail: pipermailPath === null ? null : { path: pipermailPath },
  };
}

export function parseQueues(record: JsonObject): Mailman2Queues {
  const counts = isJsonObject(record['counts']) ? record['counts'] : {};
  const digest = isJsonObject(record['digest']) ? record['digest'] : {};
  return {
    held: jsonNumber(counts['held']) ?? 0,
    subscriptions: jsonNumber(counts['subscriptions']) ?? 0,
    unsubscriptions: jsonNumber(counts['unsubscriptions']) ?? 0,
    unconfirmed: jsonNumber(counts['pending']) ?? 0,
    digestBytes: jsonNumber(digest['mboxBytes']) ?? 0,
  };
}

/** A record of type `request`; null where it names nobody. */
export function parseRequest(
  record: JsonObject,
): Mailman2HeldMessage | Mailman2MembershipRequest | null {
  const number = jsonNumber(record['id']) ?? 0;
  const time = seconds(record['time']);
  const kind = jsonText(record['kind']);
  if (kind === 'held') {
    const extra = isJsonObject(record['msgdata']) ? record['msgdata'] : {};
    return {
      number,
      heldAt: time,
      sender: jsonText(record['sender']) ?? '',
      subject: jsonText(record['subject']) ?? '',
      reason: jsonText(record['reason']) ?? '',
      fromUsenet: Boolean(extra['fromusenet']),
      message: jsonText(record['message']),
    };
  }
  const address = jsonText(record['address']);
  if (address === null || (kind !== 'subscription' && kind !== 'unsubscription')) return null;
  return {
    number,
    kind,
    address,
    name: jsonText(record['fullname']) ?? '',
    digest: record['digest'] === true,
    language: jsonText(record['language']),
    askedAt: time,
  };
}

// The last moment that every part of both Mailmans can write down.
const LAST_SECOND = Date.UTC(9999, 11, 31) / 1000;

/** A moment as Python's time.time() gives it; null for what is none. */
function seconds(value: Json | undefined): number | null {
  const found = jsonNumber(value);
  return found !== null && found > 0 && found < LAST_SECOND ? found : null;
}

export function parseTemplates(value: Json | undefined): readonly Mailman2Template[] {
  return jsonArray(value).flatMap((template) => {
    if (!isJsonObject(template)) return [];
    const language = jsonText(template['language']);
    const name = jsonText(template['name']);
    if (language === null || name === null) return [];
    return [{ language, name, text: jsonText(template['text']) ?? '' }];
  });
}

export function parseMember(value: Json): Mailman2Member | null {
  if (!isJsonObject(value)) return null;
  const address = jsonText(value['address']);
  if (address === null) return null;
  return {
    address,
    originalAddress: jsonText(value['originalAddress']) ?? address,
    digest: value['digest'] === true,
    options: jsonNumber(value['options']) ?? 0,
    language: jsonText(value['language']),
    name: jsonText(value['name']),
    deliveryStatus: jsonNumber(value['deliveryStatus']) ?? 0,
    bounce: parseBounce(value['bounce']),
  };
}

function parseBounce(value: Json | undefined): Mailman2Bounce | null {
  if (!isJsonObject(value)) return null;
  const [year, month, day] = jsonArray(value['date']).map((part) => jsonNumber(part) ?? 0);
  const dated = year !== undefined && month !== undefined && day !== undefined && year > 1900;
  const date = dated ? new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10) : null;
  return {
    score: jsonNumber(value['score']) ?? 0,
    date,
    noticesLeft: jsonNumber(value['noticesLeft']) ?? 0,
  };
}
