// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { HeldAttachment } from '../model/archive-state.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import { truthyAttribute } from '../model/mailman2-list.js';
import type { DesiredList } from '../model/mailman3-list.js';
import { NO_PAGES, type PipermailArticle } from '../model/redirect.js';
import { alignArticles, type ArchivedMessage } from '../redirects/align.js';
import { findAttachments, scrubbedMessages } from '../redirects/attachments.js';
import type { WebAddresses } from '../redirects/addresses.js';
import {
  listRules,
  type ListRules,
  type ListToRedirect,
  missingTargets,
} from '../redirects/rules.js';
import { saidRules } from '../redirects/writers/writer.js';
import { type WebServer, WRITERS } from '../redirects/writers/writers.js';
import { shellWord } from '../report/words.js';
import { canonical } from './old-messages.js';
import type { PhaseResult } from './phase.js';
import type { SourcePort } from './ports.js';
import { stageRules } from './rule-files.js';

/** How redirects are written. */
export interface RedirectSettings {
  /** Folder of the web server's redirect files; null where none is configured. */
  readonly output: string | null;
  readonly server: WebServer;
  readonly status: 301 | 302;
  /** Folder with the old archives, from which files without a new address stay served. */
  readonly keepStatic: string | null;
}

/** What HyperKitty was seen to hold of a list. */
export interface SeenArchive {
  /** Hashes of its messages. */
  readonly hashes: Pick<ReadonlySet<string>, 'has'>;
  /** The attachments of these messages, by the hash of their message. */
  readonly attachments: (
    messages: ReadonlySet<string>,
  ) => Promise<ReadonlyMap<string, readonly HeldAttachment[]>>;
}

/** An old list, and what became of it and of its messages. */
export interface MigratedList {
  readonly list: Mailman2List;
  readonly desired: DesiredList;
  /** Those of the list's mbox, in its order; none where they are not to be shown. */
  readonly messages: readonly ArchivedMessage[];
  /** What HyperKitty holds; null where that is not known. */
  readonly seen: SeenArchive | null;
}

/** Where the old pages are read, and what the new addresses look like. */
export interface RedirectContext extends Pick<RedirectSettings, 'keepStatic'> {
  readonly source: Pick<SourcePort, 'readPipermail'>;
  readonly web: WebAddresses;
}

/** All old addresses of a list with their new ones. */
export interface ComputedRedirects {
  readonly list: ListToRedirect;
  readonly rules: ListRules;
  readonly findings: readonly Diagnostic[];
}

/** Reads the old pages and finds the message of each. */
export async function computeRedirects(
  { list, desired, messages, seen }: MigratedList,
  { source, web, keepStatic }: RedirectContext,
): Promise<ComputedRedirects> {
  const { listing, findings } =
    list.archive.pipermail === null
      ? { listing: NO_PAGES, findings: [] }
      : await source.readPipermail(list);
  const scrubbed = scrubbedMessages(
    listing.attachments,
    seen === null ? messages : messages.filter(({ hash }) => seen.hashes.has(hash)),
  );
  const held =
    seen === null || scrubbed.length === 0
      ? new Map<string, readonly HeldAttachment[]>()
      : await seen.attachments(new Set(scrubbed.map(({ hash }) => hash)));
  const subject: ListToRedirect = {
    name: list.name,
    fqdnListname: desired.fqdnListname,
    listId: desired.listId,
    private: truthyAttribute(list, 'archive_private'),
    archived: desired.archivePolicy !== 'never' || messages.length > 0,
    listing,
    alignment: alignArticles(listing.articles, messages, canonical),
    held: seen?.hashes ?? null,
    attachments: findAttachments(listing.attachments, scrubbed, held),
  };
  return {
    list: subject,
    rules: listRules(subject, web, keepStatic),
    findings: [
      ...findings,
      ...articleFindings(subject),
      ...attachmentFindings(subject, keepStatic),
    ],
  };
}

function articleFindings(list: ListToRedirect): readonly Diagnostic[] {
  const { name, alignment, listing } = list;
  const all = listing.articles.length;
  const findings: Diagnostic[] = [];
  const { unmatched } = alignment;
  if (unmatched.length > 0) {
    findings.push({
      code: 'redirects.article-unmatched',
      severity: 'info',
      list: name,
      summary: `${unmatched.length} of ${all} old message pages lead to their month only`,
      why: `no message of the mbox is that of the page: ${firstOf(unmatched)}`,
    });
  }
  const missing = missingTargets(list);
  if (missing.length > 0) {
    findings.push({
      code: 'redirects.target-missing',
      severity: 'warning',
      list: name,
      summary: `${missing.length} of ${all} old message pages lead to their month: HyperKitty lacks their message`,
      why: `it does not hold the messages of ${firstOf(missing)}`,
      next: `mm2to3 archive import ${shellWord(name)}, then mm2to3 redirects ${shellWord(name)}`,
    });
  }
  const { disputed } = alignment;
  if (disputed.length > 0) {
    findings.push({
      code: 'redirects.witnesses-disagree',
      severity: 'info',
      list: name,
      summary: `${disputed.length} of ${all} old message pages name another message than the archive's database does`,
      why: `where the order of the mbox did not decide, the page was believed: ${firstOf(disputed)}`,
    });
  }
  return findings;
}

function attachmentFindings(
  { name, listing, attachments, private: isPrivate, held }: ListToRedirect,
  keepStatic: string | null,
): readonly Diagnostic[] {
  const all = listing.attachments.length;
  const targets = [...attachments.values()];
  const found = targets.filter(({ part }) => part !== null).length;
  if (all === found) return [];
  const kept = keepStatic !== null && !isPrivate;
  const rest = kept
    ? `${all - found} stay served from the old folder`
    : `${targets.length - found} lead to their message, ${all - targets.length} to the list's page`;
  const first = listing.attachments.find(
    ({ path }) => (attachments.get(path)?.part ?? null) === null,
  );
  return [
    {
      code: 'redirects.attachments',
      severity: 'info',
      list: name,
      summary: `of ${all} old attachments ${found} lead to HyperKitty's; ${rest}`,
      why:
        held === null
          ? 'HyperKitty holds none of the messages yet'
          : `HyperKitty has no attachment that is certain to be the same file: ${first?.path ?? ''}${all - found > 1 ? ', …' : ''}`,
      ...nextForAttachments(name, held === null, kept || isPrivate),
    },
  ];
}

function nextForAttachments(name: string, early: boolean, settled: boolean): { next?: string } {
  if (early)
    return {
      next: `mm2to3 archive import ${shellWord(name)}, then mm2to3 redirects ${shellWord(name)}`,
    };
  if (settled) return {};
  return { next: 'serve them from the old folder with --keep-static, where that matters' };
}

// How many of many a finding names; all of them are in redirects --format json.
const NAMED = 3;

function firstOf(articles: readonly PipermailArticle[]): string {
  const names = articles.slice(0, NAMED).map(({ volume, file }) => `${volume}/${file}`);
  return `${names.join(', ')}${articles.length > NAMED ? ', …' : ''}`;
}

/**
 * Stages the rules of a list in the words of a web server; {@link publishRedirects} puts them in their
 * place. Throws `redirects.unsafe-name` where the list's name cannot be said in them.
 */
export async function stageRedirects(
  { rules, findings }: ComputedRedirects,
  web: WebAddresses,
  { server, status }: RedirectSettings,
  output: string,
): Promise<PhaseResult<null>> {
  const writer = WRITERS[server];
  const { head, said, unsaid } = saidRules(rules, writer);
  const staged = await stageRules(output, writer, { head, said }, { web, status });
  const more: Diagnostic[] = [];
  if (unsaid.length > 0) {
    more.push({
      code: 'redirects.unsayable-name',
      severity: 'info',
      list: rules.name,
      summary: `${unsaid.length} old addresses lead to the list's page only`,
      why: `${server} cannot be told their names: ${unsaid
        .slice(0, NAMED)
        .map((name) => JSON.stringify(name))
        .join(', ')}`,
    });
  }
  return { outcome: staged ? 'done' : 'unchanged', findings: [...findings, ...more], value: null };
}
