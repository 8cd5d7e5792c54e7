// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Reconstruction } from '../model/archive.js';
import { counted } from '../model/counted.js';
import type { Field, SettledMessage } from './settle.js';

/** What became of an archive whose mbox was rebuilt. */
export interface RebuildAccount {
  readonly volumes: number;
  /** Pages of articles. */
  readonly pages: number;
  readonly messages: number;
  /** Pages that are a piece of the message before them, whose text they joined. */
  readonly tornOff: number;
  /** The same without a message before them: they stay messages. */
  readonly tornOffAlone: number;
  /** Taken for messages at first, but quoted inside one. */
  readonly quoted: number;
  readonly pagesUnread: number;
  readonly withoutId: number;
  readonly attachments: {
    readonly restored: number;
    /** Their blocks stay in the text. */
    readonly missing: number;
    /** Named in a text that was quoted from another message. */
    readonly quoted: number;
    readonly firstMissing: string | null;
  };
  readonly reconstructed: Readonly<Partial<Record<Reconstruction, number>>>;
  readonly disputed: Readonly<Partial<Record<Field, number>>>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Adds up an account while messages are made. */
export class AccountKeeper {
  readonly #counts = {
    volumes: 0,
    pages: 0,
    messages: 0,
    tornOff: 0,
    tornOffAlone: 0,
    quoted: 0,
    pagesUnread: 0,
    withoutId: 0,
  };
  readonly #attachments: Mutable<RebuildAccount['attachments']> = {
    restored: 0,
    missing: 0,
    quoted: 0,
    firstMissing: null,
  };
  readonly #reconstructed: Partial<Record<Reconstruction, number>> = {};
  readonly #disputed: Partial<Record<Field, number>> = {};

  volume(volume: {
    readonly pages: number;
    readonly quoted: number;
    readonly unread: number;
  }): void {
    this.#counts.volumes += 1;
    this.#counts.pages += volume.pages;
    this.#counts.quoted += volume.quoted;
    this.#counts.pagesUnread += volume.unread;
  }

  message(
    message: SettledMessage,
    made: {
      readonly reconstructed: readonly Reconstruction[];
      readonly tornOff: number;
      readonly restored: number;
      readonly missing: readonly string[];
      readonly quoted: number;
    },
  ): void {
    this.#counts.messages += 1;
    this.#counts.tornOff += made.tornOff;
    if (message.ghost) this.#counts.tornOffAlone += 1;
    if (message.messageId === null) this.#counts.withoutId += 1;
    this.#attachments.restored += made.restored;
    this.#attachments.missing += made.missing.length;
    this.#attachments.quoted += made.quoted;
    this.#attachments.firstMissing ??= made.missing[0] ?? null;
    for (const what of made.reconstructed) {
      this.#reconstructed[what] = (this.#reconstructed[what] ?? 0) + 1;
    }
    for (const field of message.disputed) {
      this.#disputed[field] = (this.#disputed[field] ?? 0) + 1;
    }
  }

  get account(): RebuildAccount {
    return {
      ...this.#counts,
      attachments: { ...this.#attachments },
      reconstructed: { ...this.#reconstructed },
      disputed: { ...this.#disputed },
    };
  }
}

const WORDS: Readonly<Record<Reconstruction, string>> = {
  address: "the sender's address, which the old archive showed obscured",
  'address-uncertain': "the sender's address is not certain",
  attachments: 'attachments, put back from the files of the archive',
  date: 'the date, from the indexes',
  'message-id': 'the Message-ID, from the page',
  subject: 'the subject, from the page',
  'text-addresses': 'addresses in the text',
  'text-from-page': 'everything from the page alone',
  'text-from-volume': "the text from the volume's file, with addresses obscured",
  thread: 'the thread, from the indexes',
  'torn-off-text': 'text that had a page of its own',
};

/** What an administrator should know of a rebuilt archive. */
export function rebuildFindings(list: string, account: RebuildAccount): readonly Diagnostic[] {
  const { messages, pages, volumes, attachments, reconstructed, disputed } = account;
  const findings: Diagnostic[] = [
    {
      code: 'archive.rebuilt',
      severity: 'info',
      list,
      summary: `the mbox is lost: ${counted(messages, 'message was', 'messages were')} rebuilt from ${counted(pages, 'page')} and ${counted(volumes, 'volume')}`,
      why: Object.entries(reconstructed)
        .map(([what, count]) => `${count}: ${WORDS[what as Reconstruction]}`)
        .join('; '),
      next: 'recipients and most headers are gone for good; subjects have lost their first "Re:"; if the mbox turns up, put it back and run again',
    },
  ];
  const add = (code: string, count: number, summary: string, why: string, next?: string): void => {
    if (count === 0) return;
    const more = next === undefined ? {} : { next };
    findings.push({
      code: `archive.rebuilt-${code}`,
      severity: 'warning',
      list,
      summary,
      why,
      ...more,
    });
  };
  add(
    'attachments-missing',
    attachments.missing,
    `${counted(attachments.missing, 'attachment is', 'attachments are')} named in the old archive and not there`,
    `the lines that name them stay in the messages; the first is ${attachments.firstMissing ?? ''}`,
    'look for them in a backup of the archive, put them back and run again',
  );
  add(
    'sender-uncertain',
    reconstructed['address-uncertain'] ?? 0,
    `${counted(reconstructed['address-uncertain'] ?? 0, 'sender has', 'senders have')} no certain address`,
    'what the old archive shows of them is no obscured address; they get a placeholder',
  );
  add(
    'pages-unread',
    account.pagesUnread,
    `the text of ${counted(account.pagesUnread, 'page')} could not be read back`,
    "they are damaged, or show HTML of the message's own; their text is the volume's where it has it",
  );
  add(
    'torn-off',
    account.tornOffAlone,
    `${counted(account.tornOffAlone, 'message is a piece', 'messages are pieces')} of messages that are not there`,
    'they have neither sender nor id, and no message stands before them',
  );
  const disputes = Object.entries(disputed);
  add(
    'witnesses-disagree',
    disputes.length,
    `pages and volumes contradict each other in ${disputes.map(([field, n]) => counted(n, field)).join(', ')}`,
    'of subjects, names and ids the volume was believed, of texts the page',
  );
  if (account.tornOff > 0) {
    findings.push({
      code: 'archive.rebuilt-torn-off-joined',
      severity: 'info',
      list,
      summary: `${counted(account.tornOff, 'page was a piece', 'pages were pieces')} of the message before, and joined it again`,
      why: 'the archiver split messages at lines that begin with "From "; the rest of such a line is lost',
    });
  }
  return findings;
}
