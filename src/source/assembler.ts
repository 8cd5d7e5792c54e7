// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { counted } from '../model/counted.js';
import {
  isJsonObject,
  type Json,
  jsonArray,
  jsonNumber,
  type JsonObject,
  jsonText,
} from '../model/json.js';
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
  parseSite,
  parseTemplates,
} from './dump-records.js';
import { RequestQueue } from './request-queue.js';

export type SiteEvent =
  | { readonly kind: 'site'; readonly site: Mailman2Site; readonly findings: readonly Diagnostic[] }
  | {
      readonly kind: 'list';
      readonly list: Mailman2List;
      /** As the list itself counts them: a survey does not read their addresses. */
      readonly memberCount: number;
    }
  | { readonly kind: 'unreadable'; readonly list: UnreadableList };

interface Draft {
  record: JsonObject | null;
  readonly members: Mailman2Member[];
  readonly findings: Diagnostic[];
  readonly queue: RequestQueue;
  guessed: number;
}

/** Puts the records of the stream together to whole lists. */
export class Assembler {
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
        summary: `${counted(guessed, 'text was', 'texts were')} not in the language's character set`,
        why: 'read as UTF-8 or Latin-1; the original bytes are in the snapshot',
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
