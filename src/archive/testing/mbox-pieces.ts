// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';

/** Pieces that mboxes break at, so that random files are hostile rather than merely random. */
const FROM_LINES = [
  'From ann@example.org  Thu Jan  8 16:37:05 2004\n',
  'From ann@example.org  Thu Jan  8 16:37:05 2004\r\n',
  'From MAILER-DAEMON Thu Jan 8 16:37 2004 +0100\n',
  'From \xe9@example.org  Thu Jan  8 16:37:05 2004\n',
  'From ann@example.org  Thu Feb 31 16:37:05 2004\n',
  'From here on\n',
  `From ${'0a'.repeat(20)} Mon Sep 17 00:00:00 2001\n`,
  '>From ann@example.org  Thu Jan  8 16:37:05 2004\n',
];

const HEADERS = [
  'From: Ann Example <ann@example.org>\n',
  'From: Zo\xeb <zo\xeb@example.org>\n',
  'From: "\n',
  'From: undisclosed:;;\n',
  'From: a@b.c, d@e.f\n',
  'From: <\n',
  'From: =?utf-8?q?=00=0A?= <ann@example.org>\n',
  'Subject: x\n',
  'Subject: R\xe9union =?x-unknown?q?=E9?=\n y\n',
  'Subject: a\0b\vX-Evil: c\n',
  'Subject: a\r\r\n',
  'Subject : spaced\n',
  'Message-ID: <1@example.org>\n',
  'Message-ID: <2@example.org>\n',
  'Message-ID: <>\n',
  'Message-ID: <<3@example.org>>\n',
  'Message-ID:\n <4@example.org>\n',
  'Message-ID: <a b(c)@[x> (added by y)\n',
  'Message-ID: "<5@example.org>"\n',
  'In-Reply-To: <a b@example.org>\n',
  'Date: Thu, 08 Jan 2004 16:37:05 +0200\n',
  'Date: 8 Jan 04 16:37 CET\n',
  'Date: Fri, 01 Jan 2038 00:00:00 +0000\n',
  'Date: yesterday\n',
  'Received: from a by b; Thu, 8 Jan 2004 16:37:05 +0200\n',
  'Content-Type: text/plain; charset=x-unknown\n',
  'Content-Type: text/html\n',
  'Content-Type: multipart/mixed; boundary=b\n',
  'Content-Type: multipart/mixed\n',
  'Content-Type: message/rfc822\n',
  'Content-Type: chemical/x-pdb; name*\n',
  'Content-Transfer-Encoding: base64\n',
  'Content-Transfer-Encoding: quoted-printable\n',
  'Content-Disposition: attachment; filename="\xe9.txt"\n',
  ' continued\n',
];

const TEXT = [
  '\n',
  '\r\n',
  '\r',
  '\0',
  'text\n',
  'caf\xe9\n',
  '--b\n',
  '--b--\n',
  '-------------- next part --------------\n',
  'LS0tLS0tLS0tLS0tLS0gbmV4dCBwYXJ0IC0tLS0tLS0tLS0tLS0tCg==\n',
  'no line end',
];

/** A whole small message, now and then, so that later pieces have something to break. */
const WHOLE = `${FROM_LINES[0] ?? ''}From: ann@example.org\nSubject: x\nMessage-ID: <6@example.org>\n\n`;

/** Latin1 text: join some of these and it is an mbox, of a kind. */
export const mboxPieces: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(WHOLE) },
  { weight: 3, arbitrary: fc.constantFrom(...FROM_LINES) },
  { weight: 8, arbitrary: fc.constantFrom(...HEADERS) },
  { weight: 5, arbitrary: fc.constantFrom(...TEXT) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 30 })
      .map((bytes) => Buffer.from(bytes).toString('latin1')),
  },
);

const messages = fc.tuple(
  fc.constantFrom(...FROM_LINES.slice(0, 5)),
  fc.array(fc.constantFrom(...HEADERS), { maxLength: 9, size: 'max' }),
  fc.constantFrom('\n', '\n', '\n', '\r\n', ''),
  fc.array(fc.constantFrom(...TEXT, ...TEXT, ...HEADERS), { maxLength: 12, size: 'max' }),
);

/** An mbox of hostile messages, each with an id of its own where it has any. Latin1. */
export function hostileMbox(count: number, seed: number): string {
  return fc
    .sample(messages, { numRuns: count, seed })
    .map(([from, header, blank, text], n) =>
      [from, 'X-First: yes\n', ...header.map((line) => withNumber(line, n)), blank, ...text].join(
        '',
      ),
    )
    .join('\n\n');
}

/** Makes the Message-IDs of one message its own, wherever their brackets are. */
function withNumber(line: string, n: number): string {
  return line.startsWith('Message-ID') ? line.replace(/(?<=[\da])(?=[@ ])/, `.${n}`) : line;
}
