// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import { jsonNumber, type JsonObject } from '../model/json.js';
import type {
  Mailman2HeldMessage,
  Mailman2MembershipRequest,
  Mailman2Requests,
} from '../model/mailman2-list.js';
import { parseRequest } from './dump-records.js';

/**
 * Held messages of one list that are read whole, in characters of base64: some 6,000 of the usual
 * 10 KB. A queue that was never looked after holds years of junk; it must not eat the memory.
 */
const HELD_LIMIT = 80 * 1024 * 1024;
// Numbers that a finding names.
const NAMED = 20;

/** Gathers what waits for a moderator of one list. Over the limit the oldest messages go. */
export class RequestQueue {
  readonly #limit: number;
  readonly #held: Mailman2HeldMessage[] = [];
  readonly #membership: Mailman2MembershipRequest[] = [];
  readonly #odd: number[] = [];
  readonly #dropped: number[] = [];
  #size = 0;
  /** Of the held messages, the oldest that still has its message. */
  #oldest = 0;

  constructor(limit = HELD_LIMIT) {
    this.#limit = limit;
  }

  add(record: JsonObject): void {
    const request = parseRequest(record);
    if (request === null) this.#odd.push(jsonNumber(record['id']) ?? 0);
    else if ('address' in request) this.#membership.push(request);
    else this.#hold(request);
  }

  get requests(): Mailman2Requests {
    return { held: this.#held, membership: this.#membership };
  }

  findings(list: string): readonly Diagnostic[] {
    const findings: Diagnostic[] = [];
    if (this.#dropped.length > 0) {
      const shown = this.#dropped.slice(0, NAMED).join(', ');
      findings.push({
        code: 'source.held-too-many',
        severity: 'warning',
        list,
        summary: `the ${this.#dropped.length} oldest held messages are left out`,
        why: `all held messages together are larger than ${Math.floor((this.#limit * 3) / 4 / 1024 / 1024)} MB; requests ${shown}${this.#dropped.length > NAMED ? ', …' : ''}`,
        next: 'discard what is junk in the old moderation page, then run the same command again',
      });
    }
    if (this.#odd.length > 0) {
      findings.push({
        code: 'source.request-odd',
        severity: 'warning',
        list,
        summary: `${this.#odd.length} requests name no address`,
        why: `requests ${this.#odd.slice(0, NAMED).join(', ')}`,
        next: 'decide on them in the old moderation page',
      });
    }
    return findings;
  }

  #hold(request: Mailman2HeldMessage): void {
    this.#held.push(request);
    this.#size += request.message?.length ?? 0;
    while (this.#size > this.#limit) {
      const oldest = this.#held[this.#oldest];
      if (oldest === undefined) break;
      if (oldest.message !== null) {
        this.#size -= oldest.message.length;
        this.#held[this.#oldest] = { ...oldest, message: null };
        this.#dropped.push(oldest.number);
      }
      this.#oldest += 1;
    }
  }
}
