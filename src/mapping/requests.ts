// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';
import type { Diagnostic } from '../diagnostics.js';
import { isAcceptableToCore } from '../model/email-address.js';
import {
  type Mailman2HeldMessage,
  type Mailman2List,
  type Mailman2MembershipRequest,
  truthyAttribute,
} from '../model/mailman2-list.js';
import type { DesiredMember } from '../model/mailman3-list.js';
import type {
  HeldMessage,
  MembershipRequest,
  ModerationRequests,
} from '../model/moderation-request.js';
import type { MappingContext } from './row.js';

/**
 * Message-IDs that Core's message store can key by as they stand: one word of printable ASCII that
 * fits its columns on every database (mailman/model/message.py).
 */
const USABLE_ID = /^[!-~]{1,250}$/;
// Bytes in which a Message-ID is looked for; what is longer is no header that anybody wrote.
const HEADER_LIMIT = 256 * 1024;
/** RFC 5321, section 4.5.3.1.3, without the angle brackets. */
const LONGEST_ADDRESS = 254;
// Requests that a finding names by number.
const NAMED = 20;

export interface MappedRequests {
  readonly requests: ModerationRequests;
  readonly findings: readonly Diagnostic[];
}

const NOTHING: MappedRequests = { requests: { held: [], membership: [] }, findings: [] };

/**
 * What is to wait for a moderator in Core: nothing without Core's host, since REST cannot hold a
 * message and would write to whoever asks to join (`leftBehind` reports all of it then). Requests
 * without a purpose in Mailman 3 are named in findings.
 *
 * @param members the roster of the new list
 * @param banOn the ban of the new list that keeps an address out
 */
export function mapRequests(
  list: Mailman2List,
  fqdnListname: string,
  members: readonly DesiredMember[],
  banOn: (email: string) => string | null,
  context: MappingContext,
): MappedRequests {
  if (!context.reachesCore) return NOTHING;
  const held = mapHeld(list);
  const membership = mapMembership(list, fqdnListname, members, banOn, context);
  return {
    requests: { held: held.messages, membership: membership.requests },
    findings: [...held.findings, ...membership.findings],
  };
}

interface MappedHeld {
  readonly messages: readonly HeldMessage[];
  readonly findings: readonly Diagnostic[];
}

/**
 * Core knows a message by its Message-ID, and its store keeps one of each. So a message without a
 * usable one gets one that is a function of the message alone, and so does a different message
 * with the id of an earlier one.
 */
function mapHeld(list: Mailman2List): MappedHeld {
  const messages: HeldMessage[] = [];
  const digests = new Map<string, string>();
  const given: number[] = [];
  const renamed: number[] = [];
  const copies: number[] = [];
  for (const request of list.requests.held) {
    // Missing or refused on the old server: a finding of the list names it.
    if (request.message === null) continue;
    const bytes = Buffer.from(request.message, 'base64');
    const digest = hash('sha256', bytes, 'hex');
    const ownId = firstMessageId(bytes);
    let messageId = ownId ?? idFrom(digest);
    if (ownId === null) given.push(request.number);
    if (digests.has(messageId) && digests.get(messageId) !== digest) {
      messageId = idFrom(digest);
      renamed.push(request.number);
    }
    if (digests.has(messageId)) {
      copies.push(request.number);
      continue;
    }
    digests.set(messageId, digest);
    messages.push(heldMessage(request, request.message, messageId));
  }
  const note = (
    code: string,
    numbers: readonly number[],
    what: string,
    why: string,
  ): Diagnostic => ({
    code,
    severity: 'info',
    list: list.name,
    summary: `${numbers.length} held messages ${what}`,
    why: `${why}; requests ${numbers.slice(0, NAMED).join(', ')}${numbers.length > NAMED ? ', …' : ''}`,
  });
  const findings = [
    note('mapping.held-without-id', given, 'get a Message-ID', 'they have none that Core can keep'),
    note(
      'mapping.held-id-repeated',
      renamed,
      'get a Message-ID of their own',
      'another held message has the same one, and Core keeps one message of each',
    ),
    note('mapping.held-twice', copies, 'are held once only', 'the same message is held twice'),
  ];
  const counts = [given, renamed, copies].map(({ length }) => length);
  return { messages, findings: findings.filter((_, index) => (counts[index] ?? 0) > 0) };
}

function heldMessage(
  request: Mailman2HeldMessage,
  message: string,
  messageId: string,
): HeldMessage {
  const { number, sender, subject, reason, heldAt, fromUsenet } = request;
  return {
    id: `held:${number}:${messageId}`,
    messageId,
    sender: sender.trim(),
    subject: oneLine(subject),
    reason: oneLine(reason),
    heldAt,
    fromUsenet,
    message,
  };
}

const idFrom = (digest: string): string => `<${digest.slice(0, 40)}@mm2to3.invalid>`;

/** For a page and a database column: no line breaks, and nothing that PostgreSQL refuses. */
const oneLine = (text: string): string =>
  text
    .split(/[\x00-\x1f\x7f]+/)
    .map((line) => line.trim())
    .join(' ')
    .trim();

/** The first Message-ID of a header, unfolded; null where there is none that Core can keep. */
function firstMessageId(message: Buffer): string | null {
  let value: string | null = null;
  for (const line of message.toString('latin1', 0, HEADER_LIMIT).split('\n')) {
    const text = line.replace(/\r$/, '');
    if (text === '') break;
    if (value !== null) {
      if (!text.startsWith(' ') && !text.startsWith('\t')) break;
      value += text;
    } else if (/^message-id:/i.test(text)) {
      value = text.slice('message-id:'.length);
    }
  }
  const trimmed = value?.trim() ?? '';
  return USABLE_ID.test(trimmed) ? trimmed : null;
}

interface MappedMembership {
  readonly requests: readonly MembershipRequest[];
  readonly findings: readonly Diagnostic[];
}

function mapMembership(
  list: Mailman2List,
  fqdnListname: string,
  members: readonly DesiredMember[],
  banOn: (email: string) => string | null,
  context: MappingContext,
): MappedMembership {
  const requests: MembershipRequest[] = [];
  const findings: Diagnostic[] = [];
  const subscribed = new Set(members.map(({ email }) => email.toLowerCase()));
  const seen = new Set<string>();
  const listLanguage = known(list.attributes['preferred_language'], 'en', context);
  for (const request of list.requests.membership) {
    const { number, kind, address, name, digest, askedAt } = request;
    const key = address.toLowerCase();
    const useless =
      whyUseless(request, fqdnListname, subscribed, seen) ?? whyBanned(request, banOn(address));
    if (useless !== null) {
      findings.push({
        code: 'mapping.request-left-out',
        list: list.name,
        summary: `the ${kind} request of ${JSON.stringify(address)} is left out`,
        ...useless,
      });
      continue;
    }
    seen.add(`${kind} ${key}`);
    const language = known(request.language, listLanguage, context);
    if (request.language !== null && language !== request.language) {
      findings.push({
        code: 'mapping.request-language',
        severity: 'info',
        list: list.name,
        summary: `${address}, who asks to join: language ${request.language} becomes ${language}`,
        why: 'Core does not know that language',
      });
    }
    requests.push({
      id: `${kind}:${number}:${key}`,
      kind,
      email: address,
      displayName: oneLine(name),
      language,
      deliveryMode: digestMode(digest, list),
      askedAt,
    });
  }
  return { requests, findings };
}

type Useless = Pick<Diagnostic, 'severity' | 'next'> & { readonly why: string };

/** Why nobody could do anything with the request in Mailman 3; null where somebody can. */
function whyUseless(
  { kind, address }: Mailman2MembershipRequest,
  fqdnListname: string,
  subscribed: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): Useless | null {
  const key = address.toLowerCase();
  if (seen.has(`${kind} ${key}`)) {
    return { severity: 'info', why: 'an earlier request of the same address is carried over' };
  }
  if (kind === 'unsubscription') {
    if (subscribed.has(key)) return null;
    return { severity: 'info', why: 'the address is no member of the list any more' };
  }
  if (subscribed.has(key)) return { severity: 'info', why: 'the address is a member already' };
  if (key === fqdnListname.toLowerCase()) {
    return { severity: 'warning', why: "it is the list's own posting address, which Core refuses" };
  }
  if (!isAcceptableToCore(address) || address.length > LONGEST_ADDRESS) {
    return { severity: 'warning', why: 'Mailman Core refuses this form of address' };
  }
  return null;
}

/** What no moderator can accept: not in Mailman 3, nor in Mailman 2 (its MailList.py, ApprovedAddMember). */
function whyBanned({ kind }: Pick<MembershipRequest, 'kind'>, ban: string | null): Useless | null {
  if (ban === null || kind === 'unsubscription') return null;
  return {
    severity: 'warning',
    why: `the ban ${ban} keeps the address out, in Mailman 2 as well: no moderator could accept it`,
    next: 'nothing, or remove the ban in Mailman 2 and apply again',
  };
}

/** The kind of digest that Mailman 2 gives to who joins (its MailList.py, ApprovedAddMember). */
function digestMode(digest: boolean, list: Mailman2List): MembershipRequest['deliveryMode'] {
  if (!digest) return 'regular';
  return truthyAttribute(list, 'mime_is_default_digest') ? 'mime_digests' : 'plaintext_digests';
}

function known(code: unknown, fallback: string, context: MappingContext): string {
  return typeof code === 'string' && context.languages.has(code) ? code : fallback;
}
