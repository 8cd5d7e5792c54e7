// SPDX-License-Identifier: GPL-3.0-or-later
import type { Change, DateSource, Defect } from './archive.js';

/** What a defect is, and what it would do on import if it stayed. */
export interface DefectWords {
  readonly meaning: string;
  /** What becomes of such a message when HyperKitty gets it as it is. */
  readonly consequence: string;
}

/** Every defect in words for the administrator. */
export const DEFECT_WORDS: Readonly<Record<Defect, DefectWords>> = {
  'boundary.no-blank-line': {
    meaning: 'no blank line stands before the separator line',
    consequence: 'strict readers take the message for the end of the one before it',
  },
  'boundary.non-ascii': {
    meaning: 'bytes beyond ASCII in the separator line',
    consequence: 'they end the whole import: Python reads that line as ASCII',
  },
  'boundary.form': {
    meaning: 'a separator line in an unusual form',
    consequence: 'HyperKitty dates the message with the hour of the import',
  },
  'body.from-line': {
    meaning: 'a line of the text begins with "From "',
    consequence: 'the import begins a new message there and tears this one apart',
  },
  'body.next-part-marker': {
    meaning: 'Mailman 2\'s "next part" line in the text',
    consequence: 'HyperKitty drops all text after it',
  },
  'body.nul': {
    meaning: 'NUL bytes in the text',
    consequence: 'none: HyperKitty takes them out (since 1.3.5)',
  },
  'date.missing': {
    meaning: 'no Date header',
    consequence: 'HyperKitty dates the message with the hour of the import',
  },
  'date.unparsable': {
    meaning: 'a Date header that names no date',
    consequence: 'HyperKitty dates the message with the hour of the import',
  },
  'date.two-digit-year': {
    meaning: 'a year of two digits',
    consequence: 'the century is guessed, and the message may stand a hundred years off',
  },
  'date.not-rfc5322': {
    meaning: 'a date in a form of its own',
    consequence: 'it is guessed at, day and month the other way round at times',
  },
  'date.future': {
    meaning: 'a date that has not come yet',
    consequence: 'later imports pass over everything that is older than that date',
  },
  'date.too-early': {
    meaning: 'a date before 1971: a clock that was never set',
    consequence: 'the message stands in a month in which there were no lists',
  },
  'duplicate.identical': {
    meaning: 'the same message once more',
    consequence: 'HyperKitty keeps one of them, and so does the prepared copy',
  },
  'duplicate.different': {
    meaning: 'another message with the Message-ID of an earlier one',
    consequence: 'HyperKitty keeps one message for each Message-ID: this one is not imported',
  },
  'header.control-character': {
    meaning: 'control characters in the header',
    consequence: 'Python ends the header there, or the whole import',
  },
  'header.encoded-word': {
    meaning: 'an encoded word that cannot be read',
    consequence: 'the subject is stored unreadable, or the message is passed over',
  },
  'header.line': {
    meaning: 'a line in the header that is no header',
    consequence: 'the header ends there for Python, and the rest of it becomes text',
  },
  'header.leading-blank-line': {
    meaning: 'blank lines before the header',
    consequence: 'the message has no header for Python: no sender, no date, no id',
  },
  'header.no-separator': {
    meaning: 'no blank line between header and text',
    consequence: 'text is taken for header',
  },
  'header.eight-bit': {
    meaning: 'bytes beyond ASCII in the subject',
    consequence: 'HyperKitty shows a question mark for each of them',
  },
  'message-id.missing': {
    meaning: 'no Message-ID',
    consequence: 'each import gives it another one: a second run brings it twice',
  },
  'message-id.empty': {
    meaning: 'an empty Message-ID',
    consequence: 'it ends the whole import (HyperKitty before 1.3.8)',
  },
  'message-id.whitespace': {
    meaning: 'white space inside the Message-ID',
    consequence: 'only a part of the id is kept, and different messages get the same',
  },
  'message-id.trailing-text': {
    meaning: 'text after the Message-ID',
    consequence: 'old links to the message are hard to match',
  },
  'message-id.brackets': {
    meaning: 'wrong angle brackets around the Message-ID',
    consequence: 'doubled ones end the whole import (HyperKitty before 1.3.8)',
  },
  'message-id.characters': {
    meaning: 'characters in the Message-ID at which Python stops reading',
    consequence: 'only a part of the id is kept, or the whole import ends',
  },
  'message-id.folded': {
    meaning: 'a Message-ID on a line of its own',
    consequence: 'some versions of Python read white space into it',
  },
  'message-id.repeated': {
    meaning: 'several Message-ID headers in one message',
    consequence: 'which of them counts depends on who reads it',
  },
  'message-id.too-long': {
    meaning: 'a Message-ID of more than 254 characters',
    consequence: 'HyperKitty cuts it',
  },
  'mime.charset': {
    meaning: 'a character set that is unknown or not true',
    consequence: 'HyperKitty passes over the whole message',
  },
  'mime.header': {
    meaning: 'a header about attachments that breaks the rules',
    consequence: 'attachments lose their names, or the message is passed over',
  },
  'mime.no-boundary': {
    meaning: 'parts without the line that parts them',
    consequence: 'the text of the message is lost',
  },
  'mime.type': {
    meaning: 'a content type that Python does not know',
    consequence: 'HyperKitty passes over the whole message',
  },
  'sender.missing': {
    meaning: 'no From header',
    consequence: 'HyperKitty puts x@example.com in its place',
  },
  'sender.non-ascii': {
    meaning: 'bytes beyond ASCII in the From header',
    consequence: 'HyperKitty passes over the whole message',
  },
  'sender.syntax': {
    meaning: 'a From header that names no single address',
    consequence: 'HyperKitty stores another sender, or none',
  },
  'sender.too-long': {
    meaning: 'a sender too long for the database',
    consequence: 'PostgreSQL refuses the message',
  },
};

/** Every change in words: what the prepared copy has that the original has not. */
export const CHANGE_WORDS: Readonly<Record<Change, string>> = {
  'boundary-rewritten': 'the separator line is written in the usual form',
  'charset-replaced': 'the text is given the character set that it is in',
  'content-type-replaced':
    'the content type is one that can be read; the old one is kept beside it',
  'date-rewritten': 'the date is written anew',
  'encoded-word-rewritten': 'encoded words are written anew in UTF-8',
  'final-newline-added': 'a blank line ends the message',
  'from-line-escaped': '">" stands before lines of the text that begin with "From "',
  'header-control-removed': 'control characters are taken out of the header',
  'header-encoded': 'the subject is encoded',
  'header-line-renamed': 'a line that is no header is kept as X-Unparsed-Line',
  'header-separator-added': 'a blank line parts header and text',
  'leading-blank-line-removed': 'blank lines before the header are taken out',
  'message-id-generated': 'the message gets an id, made of its own bytes: the same in each run',
  'message-id-repeat-renamed': 'further ids are kept as X-Original-Message-ID',
  'message-id-rewritten': 'the id is written so that it is read whole',
  'mime-header-rewritten': 'the header about an attachment is written by the rules',
  'next-part-marker-shortened': 'the "next part" line is one dash shorter, and its text stays',
  'reference-rewritten': 'references are written as the messages are now called',
  'sender-added': 'the sender is taken from the separator line or from other headers',
  'sender-rewritten': 'the sender is written by the rules',
};

/** Where the date of a message came from, in words. */
export const DATE_SOURCE_WORDS: Readonly<Record<DateSource, string>> = {
  date: 'from the Date header',
  'date-lenient': 'from a Date header against the rules',
  received: 'from a Received header',
  'from-line': 'from the separator line',
  neighbour: 'from the message before it',
};
