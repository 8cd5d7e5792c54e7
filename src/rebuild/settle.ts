// SPDX-License-Identifier: GPL-3.0-or-later
import { decodeText, isUtf8 } from '../archive/charset.js';
import { cleanText, decodeWords, encodeWords } from '../archive/encoded-word.js';
import { parseLooseDate } from '../archive/loose-date.js';
import { formatDate } from '../archive/strict-date.js';
import type { Reconstruction } from '../model/archive.js';
import { bareId, NOBODY, type PageWitness, type Pair } from './match.js';
import { type PageBody, pageBody } from './page-body.js';
import type { ThreadPlace } from './thread-index.js';
import { comparable, plainAddress } from './words.js';

/** A message as the witnesses have it, before its attachments are looked for. */
export interface SettledMessage {
  /** Number of its page; null where it has none. */
  readonly number: number | null;
  readonly volume: string;
  /** Header values in ASCII, folds and encoded words included; null where the message has none. */
  readonly messageId: string | null;
  readonly subject: string | null;
  readonly date: string | null;
  readonly inReplyTo: string | null;
  readonly references: string | null;
  /** null where nobody says who sent it. */
  readonly sender: { readonly address: string | null; readonly name: string } | null;
  /** Date for the separator line: seconds since 1970, or text on the old server's clock. */
  readonly archived: number | string | null;
  readonly text: string;
  /** A piece of the message before it, which the archiver tore off at a line in its text. */
  readonly ghost: boolean;
  /**
   * How sure it is that there was such a message. Pipermail writes a page into the wrong volume too
   * where an id repeats, empty as a rule; of the same number, the surer one is the true one.
   */
  readonly standing: 'in-volume' | 'page' | 'empty-page';
  readonly reconstructed: readonly Reconstruction[];
  /** Fields of which the witnesses tell different things. */
  readonly disputed: readonly Field[];
}

export type Field =
  'messageId' | 'subject' | 'name' | 'address' | 'date' | 'inReplyTo' | 'references' | 'text';
type Witness = 'volume' | 'page' | 'threads';

/** What one witness says; it is silent where it does not know. */
type Testimony = Partial<Record<Field, string>>;

interface Rule {
  /** Whoever comes first and knows is believed. */
  readonly order: readonly Witness[];
  readonly why: string;
  /** Noted in the message where somebody else than the first had to be believed. */
  readonly note?: Partial<Record<Witness, Reconstruction>>;
}

/** Who is believed about what. Exported for its documentation and the test that reads it. */
export const RULES: Readonly<Record<Field, Rule>> = {
  messageId: {
    order: ['volume', 'page'],
    why: 'the volume has the header as it stood, the page has it through the quoting of an URL',
    note: { page: 'message-id' },
  },
  subject: {
    order: ['volume', 'page'],
    why: 'the volume has the encoded words as they were sent; the page shows them read, and obscured',
    note: { page: 'subject' },
  },
  name: {
    order: ['volume', 'page'],
    why: 'as for the subject',
  },
  address: {
    order: ['volume', 'page'],
    why: 'both have it obscured in the same way; the volume has it undecoded',
    note: { volume: 'address', page: 'address' },
  },
  date: {
    order: ['volume', 'threads', 'page'],
    why: 'the volume has the Date header with its zone, the index of threads an exact second, the page a name of a zone that may mean several',
    note: { threads: 'date', page: 'date' },
  },
  inReplyTo: {
    order: ['volume', 'page', 'threads'],
    why: 'the page stands for the database here; the index of threads also follows equal subjects, which is better than no thread at all',
    note: { threads: 'thread' },
  },
  references: {
    order: ['volume', 'page'],
    why: 'the page stands for the database here',
  },
  text: {
    order: ['page', 'volume'],
    why: 'the page has every character, and its links show what was an address; the volume has "?" for what its charset lacks, and obscures inside URLs too. A page that is damaged, or holds HTML of the message, does not testify',
    note: { volume: 'text-from-volume' },
  },
};

export interface SettleContext {
  readonly volume: string;
  /** Of the list's language. */
  readonly charset: string;
  readonly threads: ReadonlyMap<number, ThreadPlace>;
  /** Ids of the volume's pages, by number. */
  readonly ids: ReadonlyMap<number, string>;
  /** Mailman 2's name of the list. */
  readonly list: string;
}

/** Hears all witnesses of one message. */
export function settle(pair: Pair, context: SettleContext): SettledMessage {
  const { entry, page } = pair;
  const number = page?.article.number ?? null;
  const place = number === null ? undefined : context.threads.get(number);
  const testimonies: Partial<Record<Witness, Testimony>> = {
    ...(entry === null ? {} : { volume: volumeSays(pair, context.charset) }),
    ...(page === null ? {} : { page: pageSays(page, textOf(pair, context.charset)) }),
    // Where a header could have been seen, its absence is a testimony too.
    threads: threadsSay(place, entry === null ? context.ids : NO_IDS),
  };
  const noted = new Set<Reconstruction>();
  const disputed: Field[] = [];
  const believed: Testimony = {};
  for (const field of Object.keys(RULES) as Field[]) {
    const { order, note } = RULES[field];
    const told = order.filter((witness) => testimonies[witness]?.[field] !== undefined);
    const [first] = told;
    if (first === undefined) continue;
    const value = testimonies[first]?.[field];
    if (value === undefined) continue;
    believed[field] = value;
    const mark = note?.[first];
    if (mark !== undefined && (field !== 'address' || !value.includes('@'))) noted.add(mark);
    const differs = DISPUTABLE[field];
    const other = told[1] === undefined ? undefined : testimonies[told[1]]?.[field];
    if (differs !== undefined && other !== undefined && differs(value) !== differs(other))
      disputed.push(field);
  }
  if (entry === null) noted.add('text-from-page');
  if ((page?.body?.addresses ?? 0) > 0 && believed.text === testimonies.page?.text)
    noted.add('text-addresses');
  const sender = senderOf(believed, noted);
  return {
    number,
    volume: context.volume,
    messageId: believed.messageId ?? null,
    subject: believed.subject === undefined ? null : wire(believed.subject),
    date: believed.date ?? null,
    inReplyTo: believed.inReplyTo ?? null,
    references: believed.references ?? null,
    sender,
    archived: place?.epoch ?? page?.article.epoch ?? entry?.localDate ?? null,
    text: believed.text ?? '',
    ghost:
      sender === null && isInvented(believed.messageId, context.list) && dateIsInvented(believed),
    standing: entry !== null ? 'in-volume' : (believed.text ?? '') === '' ? 'empty-page' : 'page',
    reconstructed: [...noted],
    disputed,
  };
}

const readable = (value: string): string => comparable(decodeWords(value).replaceAll(/\s/g, ''));

/** How two testimonies are compared; the others cannot contradict each other or say more or less. */
const DISPUTABLE: Partial<Record<Field, (value: string) => string>> = {
  messageId: (value) => bareId(value) ?? '',
  subject: readable,
  name: readable,
  text: comparable,
};

function volumeSays({ entry }: Pair, charset: string): Testimony {
  if (entry === null) return {};
  const { headers, address } = entry;
  const text = (name: string): string | undefined => {
    const raw = headers.get(name);
    return raw === undefined || raw.trim() === '' ? undefined : decoded(raw, charset);
  };
  const from = decoded(headers.get('from') ?? '', charset);
  const mailbox = decoded(address, charset);
  const name = from.slice(mailbox.length + 2).replace(/\)\s*$/, '');
  return {
    ...defined('messageId', headers.get('message-id')),
    ...defined('subject', text('subject')),
    ...defined('date', text('date')),
    ...defined('inReplyTo', text('in-reply-to')),
    ...defined('references', text('references')),
    ...(mailbox === NOBODY ? {} : { address: mailbox, name: name === mailbox ? '' : name }),
    text: decodeText(entry.body, charset),
  };
}

/** The page's text, with what its volume tells of escaped characters. */
function textOf({ entry, page }: Pair, charset: string): PageBody | null {
  if (page?.body == null || page.article.page === null) return null;
  if (entry?.body.includes('&') !== true) return page.body;
  return pageBody(page.article.page, charset, decodeText(entry.body, charset)) ?? page.body;
}

function pageSays({ article }: PageWitness, body: PageBody | null): Testimony {
  const address = article.email === '' ? null : article.email;
  const name = article.author === article.email ? '' : (article.author ?? '');
  return {
    ...defined('messageId', article.messageId),
    ...defined('subject', article.subject),
    ...(address === null ? {} : { address, name }),
    ...defined('date', pageDate(article.epoch, article.datestr)),
    ...defined('inReplyTo', article.inReplyTo),
    ...defined('references', article.references),
    ...(body === null ? {} : { text: body.text }),
  };
}

const NO_IDS: ReadonlyMap<number, string> = new Map();

function threadsSay(place: ThreadPlace | undefined, ids: ReadonlyMap<number, string>): Testimony {
  if (place === undefined) return {};
  const parent = place.parent === null ? undefined : ids.get(place.parent);
  return { date: atUtc(place.epoch), ...defined('inReplyTo', parent) };
}

function defined<Name extends Field>(
  field: Name,
  value: string | null | undefined,
): Partial<Record<Name, string>> {
  return value === null || value === undefined || value.trim() === ''
    ? {}
    : ({ [field]: value } as Record<Name, string>);
}

function pageDate(epoch: number | null, datestr: string | null): string | null {
  if (epoch !== null) return atUtc(epoch);
  const date = parseLooseDate(datestr ?? '');
  return date === null ? null : formatDate(date);
}

/** RFC 5322, 3.3: -0000 says that nothing is known of the writer's own clock. */
const atUtc = (epoch: number): string =>
  formatDate({ epoch, offset: 0, shortYear: false }).replace(/\+0000$/, '-0000');

/** Text of a header's or a volume's bytes (as latin1): UTF-8 is never by chance. */
function decoded(raw: string, charset: string): string {
  const bytes = Buffer.from(raw, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return decodeText(bytes, charset === 'us-ascii' ? 'windows-1252' : charset);
}

/** A header's text in ASCII: as it is where it is that already. */
export function wire(text: string): string {
  const unfolded = text
    .replaceAll(/\r?\n/g, '\n')
    .replaceAll(/\n(?![ \t])/g, '\n ')
    .trimEnd();
  if (/^[\t\n\x20-\x7e]*$/.test(unfolded)) return unfolded;
  return encodeWords(cleanText(decodeWords(unfolded.replaceAll('\n', ''))));
}

function senderOf(
  { address, name }: Testimony,
  noted: Set<Reconstruction>,
): SettledMessage['sender'] {
  if (address === undefined) return null;
  const plain = plainAddress(address);
  if (plain === null) {
    noted.delete('address');
    noted.add('address-uncertain');
    // Whatever it is, people will recognise it.
    return { address: null, name: name === undefined || name === '' ? address : name };
  }
  return { address: plain, name: name ?? '' };
}

/** The id that Mailman 2's scrubber gives to what has none: `<mailman.0.1795452453.1739.dev@host>`. */
function isInvented(messageId: string | undefined, list: string): boolean {
  const match = /^<mailman\.\d+\.\d+\.\d+\.(.*)@[^@>]*>$/.exec(messageId?.trim() ?? '');
  return messageId === undefined || match?.[1] === list;
}

/** A Date header made by pipermail names no zone. */
const dateIsInvented = ({ date }: Testimony): boolean =>
  date === undefined || date.trimEnd().endsWith('-0000');
