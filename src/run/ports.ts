// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type {
  ArchiveLoad,
  HeldAttachment,
  IndexedList,
  IndexProgress,
  ObservedArchive,
} from '../model/archive-state.js';
import type { AskedPages, FeedObservation, RedirectProbe } from '../model/check.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { ArchivePolicy } from '../model/mailman3-list.js';
import type {
  HeaderTrial,
  PatternQuestion,
  PatternVerdict,
  TrialMessage,
  TrialRule,
} from '../model/pattern-verdict.js';
import type { AttachmentFile, PipermailContent, VolumeState } from '../model/pipermail.js';
import type { PipermailListing, Redirect } from '../model/redirect.js';
import type { Target } from '../plan/target-port.js';
import type { Workspace } from './workspace.js';

/** The old side, beyond the list's own data. */
export interface SourcePort {
  stat(path: string): Promise<{ readonly bytes: number; readonly mtimeMs: number } | null>;
  /** The bytes of an mbox, unpacked where its name ends in `.gz`. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** Addresses of the members of a list that the site has; null where it cannot be read. */
  readMembers(name: string): Promise<readonly string[] | null>;
  readPipermail(
    list: Mailman2List,
  ): Promise<{ readonly listing: PipermailListing; readonly findings: readonly Diagnostic[] }>;
  /** The volumes of a list's pipermail archive; none where it has no archive. */
  readVolumes(list: Mailman2List): Promise<readonly VolumeState[]>;
  /** The same with every page and index in full, volume by volume. */
  readContent(list: Mailman2List): AsyncIterable<PipermailContent>;
  /** Files below the archive's attachments/, one by one in the order asked for. */
  readAttachments(list: Mailman2List, paths: readonly string[]): AsyncIterable<AttachmentFile>;
}

/** Regular expressions in a real Python. */
export interface PatternPort {
  /** Verdicts in the order of the questions. */
  judge(
    patterns: readonly PatternQuestion[],
    texts: readonly string[],
  ): Promise<readonly PatternVerdict[]>;
  /** Tries header filters on messages; null where that cannot be done. */
  tryHeaders(
    rules: readonly TrialRule[],
    messages: AsyncIterable<TrialMessage>,
  ): Promise<HeaderTrial | null>;
}

/** HyperKitty's store and search index. */
export interface ArchivePort {
  /** With `documents`, the search index is read, too; that takes as long again. */
  observe(fqdnListname: string, also?: { readonly documents: boolean }): Promise<ObservedArchive>;
  /** What HyperKitty took off the messages of a list. */
  attachments(fqdnListname: string): AsyncIterable<HeldAttachment>;
  /** Makes the list's page, with its archive policy from the start. */
  createList(fqdnListname: string, policy: ArchivePolicy): Promise<void>;
  /** Feeds an mbox to HyperKitty's own import command; returns the lines it printed. */
  importMbox(
    fqdnListname: string,
    policy: ArchivePolicy,
    mbox: AsyncIterable<Uint8Array>,
  ): Promise<readonly string[]>;
  /**
   * Puts the messages of a prepared mbox into HyperKitty's tables, with the rows that its own
   * import command would make; `progress` is told how many are done.
   */
  loadMbox(
    fqdnListname: string,
    policy: ArchivePolicy,
    mbox: AsyncIterable<Uint8Array>,
    progress: (done: number) => void,
  ): Promise<ArchiveLoad>;
  /** Makes right what HyperKitty remembers of a list, where a load was cut off at its end. */
  refresh(fqdnListname: string): Promise<void>;
  /**
   * Brings into the search index what it does not know of these lists, and tries it. Lists that
   * HyperKitty does not know are left out of the answer.
   */
  index(
    fqdnListnames: readonly string[],
    tell: (progress: IndexProgress) => void,
  ): Promise<readonly IndexedList[]>;
}

/** Both sides as a stranger with a browser sees them. */
export interface WebPort {
  feed(fqdnListname: string): Promise<FeedObservation>;
  /** Pages in `asked` are not asked for again, and those that are come into it. */
  probe(redirect: Redirect, asked?: AskedPages): Promise<RedirectProbe>;
  /** Makes the web server read its redirect files anew; throws where it refuses them. */
  reload(): Promise<void>;
  /** Makes a text map into a database for Apache; false where there is no program for that. */
  compileMap(text: string, database: string): Promise<boolean>;
}

/** What a phase counts its work in. */
export type ProgressUnit = 'bytes' | 'messages' | 'documents' | 'members';

/** What happens, for whoever watches. */
export interface ProgressEvent {
  readonly list: string;
  readonly phase: string;
  /** One short line; nothing about members. */
  readonly text: string;
  /** How much of the phase's work is done, in `unit`s; tell it a few times a second at most. */
  readonly done?: number;
  /** How much there is; left out where nobody knows. */
  readonly total?: number;
  readonly unit?: ProgressUnit;
}

/** Everything that the phases of a list reach the world through. */
export interface Ports {
  readonly source: SourcePort;
  readonly target: Target;
  readonly patterns: PatternPort;
  readonly archive: ArchivePort;
  readonly web: WebPort;
  readonly workspace: Workspace;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly progress: (event: ProgressEvent) => void;
}
