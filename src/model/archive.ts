// SPDX-License-Identifier: GPL-3.0-or-later

/** Where the date that HyperKitty will store came from. */
export type DateSource =
  /** The Date header, sound as it stands. */
  | 'date'
  /** The Date header, understood leniently and written anew. */
  | 'date-lenient'
  /** A Received header: when a server took the message in. */
  | 'received'
  /** The mbox separator line, read as UTC where it names no zone. */
  | 'from-line'
  /** The message before it in the file: nothing in the message itself tells a believable date. */
  | 'neighbour';

/**
 * What was found wrong with a message. Several hold at once; the order carries no meaning.
 * A defect without a change of the same room is one that HyperKitty bears.
 */
export type Defect =
  | 'boundary.no-blank-line'
  | 'boundary.non-ascii'
  | 'boundary.form'
  | 'body.from-line'
  | 'body.next-part-marker'
  | 'body.nul'
  | 'date.missing'
  | 'date.unparsable'
  | 'date.two-digit-year'
  | 'date.not-rfc5322'
  | 'date.future'
  | 'date.too-early'
  | 'duplicate.identical'
  | 'duplicate.different'
  | 'header.control-character'
  | 'header.encoded-word'
  | 'header.line'
  | 'header.leading-blank-line'
  | 'header.no-separator'
  | 'header.eight-bit'
  | 'message-id.missing'
  | 'message-id.empty'
  | 'message-id.whitespace'
  | 'message-id.trailing-text'
  | 'message-id.brackets'
  | 'message-id.characters'
  | 'message-id.folded'
  | 'message-id.repeated'
  | 'message-id.too-long'
  | 'mime.charset'
  | 'mime.header'
  | 'mime.no-boundary'
  | 'mime.type'
  | 'sender.missing'
  | 'sender.non-ascii'
  | 'sender.syntax'
  | 'sender.too-long';

/** What the prepared copy of a message has that the original has not. */
export type Change =
  | 'boundary-rewritten'
  | 'charset-replaced'
  | 'content-type-replaced'
  | 'date-rewritten'
  | 'encoded-word-rewritten'
  | 'final-newline-added'
  | 'from-line-escaped'
  | 'header-control-removed'
  | 'header-encoded'
  | 'header-line-renamed'
  | 'header-separator-added'
  | 'leading-blank-line-removed'
  | 'message-id-generated'
  | 'message-id-repeat-renamed'
  | 'message-id-rewritten'
  | 'mime-header-rewritten'
  | 'next-part-marker-shortened'
  | 'reference-rewritten'
  | 'sender-added'
  | 'sender-rewritten';

/**
 * What of a message had to be inferred where its mbox was lost and it was rebuilt from its page and
 * its volume's text.
 */
export type Reconstruction = (typeof RECONSTRUCTIONS)[number];

export const RECONSTRUCTIONS = [
  'address',
  'address-uncertain',
  'attachments',
  'date',
  'message-id',
  'subject',
  'text-addresses',
  'text-from-page',
  'text-from-volume',
  'thread',
  'torn-off-text',
] as const;

/**
 * The header field in which a rebuilt message says what of it was inferred, and last the number of its
 * old page: `date, thread, page 12`.
 */
export const REBUILT_HEADER = 'X-Mm2to3-Rebuilt';

/**
 * One true message of the original mbox: where it stands, what it becomes. Offsets and lengths are
 * bytes; of an mbox that lies packed (`.gz`), those of what `zcat` makes of it. Holds no address, name or subject; a Message-ID is the most personal thing in it.
 */
export interface ManifestRecord {
  /** Position among the true messages of the original, from 0. */
  readonly n: number;
  /** Of the separator line's first byte, in the original mbox. */
  readonly offset: number;
  /** Separator line included, up to the next message or the end of the file. */
  readonly length: number;
  /** Hexadecimal SHA-256 of those original bytes. */
  readonly sha256: string;
  /** In the prepared mbox; null with a length of 0 for a message that is not written. */
  readonly preparedOffset: number | null;
  readonly preparedLength: number;
  /** What HyperKitty will know it by, in angle brackets. */
  readonly messageId: string;
  /** The header's text (unfolded, latin1) where that is not `messageId`; null, too, for no header. */
  readonly originalMessageId: string | null;
  /** HyperKitty's message_id_hash: the last part of the message's address. */
  readonly hash: string;
  /** Seconds since 1970, as HyperKitty will store. */
  readonly date: number;
  /** Minutes east of UTC, as HyperKitty will store. */
  readonly utcOffset: number;
  readonly dateSource: DateSource;
  readonly defects: readonly Defect[];
  readonly changes: readonly Change[];
  /** The earlier message with the same Message-ID: HyperKitty keeps that one only. */
  readonly duplicateOf: number | null;
  /**
   * Offsets in the original mbox of lines inside this message at which Mailman 2's archiver split
   * (every line that starts with "From "), so that a piece of it got a page of its own.
   */
  readonly ghosts: readonly number[];
  /** Where the original is itself an mbox that was rebuilt: what of the message was inferred. */
  readonly reconstructed?: readonly Reconstruction[];
  /** There, too: the number of the pipermail page that shows it, where one does. */
  readonly page?: number;
}

/** Every byte of an original mbox, accounted for: `bytes` = `leading` + `messageBytes`. */
export interface MboxAccount {
  /** Size of the original. */
  readonly bytes: number;
  /** Bytes before the first separator line: all of them where there is none. */
  readonly leading: number;
  /** True messages. */
  readonly messages: number;
  /** Sum of the records' lengths. */
  readonly messageBytes: number;
  /** Messages written to the prepared mbox: the others repeat a Message-ID. */
  readonly prepared: number;
  readonly preparedBytes: number;
}
