// SPDX-License-Identifier: GPL-3.0-or-later
import type { MappingContext } from '../mapping/map-list.js';
import type { Mailman2List, Mailman2Member } from '../model/mailman2-list.js';
import {
  type DesiredList,
  type DesiredMember,
  listIdOf,
  type ObservedList,
  type ObservedMember,
  type Preferences,
  type Rosters,
} from '../model/mailman3-list.js';
import type { HeldMessage, MembershipRequest } from '../model/moderation-request.js';
import { NO_PAGES, type PipermailArticle } from '../model/redirect.js';
import type { ArchivedMessage } from '../redirects/align.js';
import type { WebAddresses } from '../redirects/addresses.js';
import type { ListToRedirect } from '../redirects/rules.js';

// Plain values with defaults: a test names only what it is about, and a new field is added here.

export function mailman2Member(
  member: Partial<Mailman2Member> & { readonly address: string },
): Mailman2Member {
  return {
    originalAddress: member.address,
    digest: false,
    options: 0,
    language: null,
    name: null,
    deliveryStatus: 0,
    bounce: null,
    ...member,
  };
}

export function mailman2List(list: Partial<Mailman2List> = {}): Mailman2List {
  const name = list.name ?? 'dev';
  return {
    name,
    fqdn: `${name}@lists.example.org`,
    path: `/var/lib/mailman/lists/${name}/config.pck`,
    attributes: {},
    secrets: [],
    charset: 'us-ascii',
    members: [],
    archive: { mbox: null, pipermail: null },
    queues: { held: 0, subscriptions: 0, unsubscriptions: 0, unconfirmed: 0, digestBytes: 0 },
    requests: { held: [], membership: [] },
    templates: [],
    findings: [],
    ...list,
  };
}

export const mappingContext: MappingContext = {
  languages: new Set(['en', 'fr', 'de']),
  siteLanguage: 'en',
  newsServer: 'news.example.org',
  reachesCore: true,
  postoriusUrl: 'https://lists.example.org/postorius/',
  hyperkittyUrl: 'https://lists.example.org/hyperkitty/',
};

export const preferences = (changed: Partial<Preferences> = {}): Preferences => ({
  acknowledge_posts: false,
  hide_address: false,
  delivery_mode: 'regular',
  delivery_status: 'enabled',
  preferred_language: 'en',
  receive_list_copy: true,
  receive_own_postings: true,
  ...changed,
});

export function desiredMember(
  member: Partial<DesiredMember> & { readonly email: string },
): DesiredMember {
  return {
    displayName: '',
    moderationAction: 'defer',
    preferences: preferences(),
    bounce: null,
    ...member,
  };
}

/** An owner, moderator or nonmember: no preferences of their own. */
export const desiredOfficer = (email: string): DesiredMember =>
  desiredMember({ email, moderationAction: null, preferences: null });

export function observedMember(
  member: Partial<ObservedMember> & { readonly email: string },
): ObservedMember {
  return {
    memberId: `id-${member.email.toLowerCase()}`,
    displayName: '',
    moderationAction: 'defer',
    preferences: preferences(),
    bounce: { score: 0, lastReceived: null, lastWarned: null },
    ...member,
  };
}

export function rosters<Member>(given: Partial<Rosters<Member>> = {}): Rosters<Member> {
  return { owner: [], moderator: [], member: [], nonmember: [], ...given };
}

export function desiredList(list: Partial<DesiredList> = {}): DesiredList {
  const fqdnListname = list.fqdnListname ?? 'dev@lists.example.org';
  return {
    sourceName: 'dev',
    fqdnListname,
    listId: listIdOf(fqdnListname),
    mailHost: fqdnListname.slice(fqdnListname.indexOf('@') + 1),
    settings: {},
    verdicts: [],
    rosters: rosters(),
    leftOut: [],
    archivePolicy: 'public',
    bans: [],
    contestedBans: [],
    headerMatches: [],
    templates: [],
    coreAttributes: {},
    requests: { held: [], membership: [] },
    findings: [],
    ...list,
  };
}

export function observedList(list: Partial<ObservedList> = {}): ObservedList {
  const fqdnListname = list.fqdnListname ?? 'dev@lists.example.org';
  return {
    fqdnListname,
    listId: listIdOf(fqdnListname),
    settings: {},
    rosters: rosters(),
    bans: [],
    headerMatches: [],
    templates: [],
    coreAttributes: {},
    requests: { held: [], membership: [] },
    ...list,
  };
}

/** A held message known by `<n@x.org>`. */
export function heldMessage(number: number, message: Partial<HeldMessage> = {}): HeldMessage {
  const messageId = message.messageId ?? `<${number}@x.org>`;
  return {
    id: `held:${number}:${messageId}`,
    messageId,
    sender: 'ann@x.org',
    subject: 'Hello',
    reason: 'Post by non-member',
    heldAt: 1_700_000_000,
    fromUsenet: false,
    message: Buffer.from(`Message-ID: ${messageId}\n\nbody\n`).toString('base64'),
    ...message,
  };
}

export function membershipRequest(
  number: number,
  request: Partial<MembershipRequest> & { readonly email: string },
): MembershipRequest {
  const kind = request.kind ?? 'subscription';
  return {
    id: `${kind}:${number}:${request.email.toLowerCase()}`,
    kind,
    displayName: '',
    language: 'en',
    deliveryMode: 'regular',
    askedAt: 1_700_000_000,
    ...request,
  };
}

export function archivedMessage(message: Partial<ArchivedMessage> = {}): ArchivedMessage {
  return {
    messageId: '<a@example.org>',
    formerIds: [],
    scrubbedInto: '00000000',
    hash: 'HASHA',
    date: Date.UTC(2013, 1, 5) / 1000,
    generatedId: false,
    ghosts: 0,
    page: null,
    ...message,
  };
}

export function pipermailArticle(
  article: Partial<PipermailArticle> & { readonly number: number },
): PipermailArticle {
  return {
    volume: '2013-February',
    file: `${String(article.number).padStart(6, '0')}.html`,
    messageId: null,
    databaseId: null,
    seconds: null,
    ...article,
  };
}

export const webAddresses: WebAddresses = {
  cgiPrefixes: ['/mailman/', '/cgi-bin/mailman/'],
  archivePrefix: '/pipermail/',
  postoriusUrl: 'https://lists.example.org/postorius/',
  hyperkittyUrl: 'https://lists.example.org/hyperkitty/',
};

export function listToRedirect(list: Partial<ListToRedirect> = {}): ListToRedirect {
  return {
    name: 'dev',
    fqdnListname: 'dev@lists.example.org',
    listId: 'dev.lists.example.org',
    private: false,
    archived: true,
    listing: NO_PAGES,
    alignment: { aligned: [], unmatched: [], disputed: [] },
    held: null,
    attachments: new Map(),
    ...list,
  };
}
