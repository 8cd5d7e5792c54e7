// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { ManifestRecord } from '../model/archive.js';
import { archivedLists, readMbox } from './testing/fixture-lists.js';
import {
  hyperkittyMissing,
  importWithHyperkitty,
  type ImportResult,
} from './testing/hyperkitty.js';
import { hostileMbox } from './testing/mbox-pieces.js';
import { prepareWhole } from './testing/prepare-whole.js';

function identities(records: readonly ManifestRecord[]): unknown[] {
  return records
    .filter(({ duplicateOf }) => duplicateOf === null)
    .map(({ messageId, hash, date, utcOffset }) => [messageId.slice(1, -1), hash, date, utcOffset]);
}

function stored({ rows }: ImportResult): unknown[] {
  return rows.map(({ messageId, hash, date, utcOffset }) => [messageId, hash, date, utcOffset]);
}

function clean({ aborted, errors }: ImportResult): unknown {
  return { aborted, errors };
}

const complaint = hyperkittyMissing ? ' (skipped: no HyperKitty for /usr/bin/python3)' : '';

describe.skipIf(hyperkittyMissing)(`hyperkitty_import of a prepared mbox${complaint}`, () => {
  it.each(archivedLists)('stores %s as the manifest says', (list) => {
    const prepared = prepareWhole(readMbox(list));
    const result = importWithHyperkitty(prepared.bytes);
    expect(clean(result)).toEqual({ aborted: null, errors: '' });
    expect(stored(result)).toEqual(identities(prepared.records));
    for (const { senderName, subject } of result.rows) {
      expect(senderName + subject).not.toContain('\ufffd');
    }
  });

  it('keeps text that it would have dropped', () => {
    const message = (n: number, header: string, body: string): string =>
      `From ann@example.org  Thu Jan  8 16:37:0${n} 2004\n` +
      `From: ann@example.org\nSubject: R\xe9union\nMessage-ID: <${n}@example.org>\n` +
      `Date: Thu, 08 Jan 2004 16:37:05 +0200\n${header}\n${body}\n\n`;
    const marked = 'caf\xc3\xa9\n-------------- next part --------------\nafter\n';
    const base64 = Buffer.from(marked, 'latin1').toString('base64');
    const quoted = marked.replace('\xc3\xa9', '=C3=A9');
    const html = 'Content-Type: text/html\n\n<p>caf\xe9</p>\n';
    const mbox =
      message(0, 'Content-Type: text/plain; charset=utf-8\n', marked) +
      message(
        1,
        `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n`,
        base64,
      ) +
      message(
        2,
        'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n',
        quoted,
      ) +
      message(3, 'Content-Type: text/plain; charset=us-ascii\n', 'caf\xe9\nafter') +
      message(4, 'Content-Type: multipart/mixed\n', 'caf\xe9\nafter') +
      message(5, 'Content-Type: chemical/x-pdb\n', 'after') +
      message(
        6,
        'Content-Type: multipart/mixed; boundary=a=b\n',
        `--a=b\n\nafter\n--a=b\n${html}--a=b--`,
      ) +
      message(7, 'X-Junk: a\vb: c\n>From someone\nX-More: d\n', 'after') +
      message(8, '', 'after\n\nFrom ann@example.org to bob').replace('From: ann@example.org\n', '');
    const { bytes, records } = prepareWhole(Buffer.from(mbox, 'latin1'));
    const result = importWithHyperkitty(bytes);
    expect(clean(result)).toEqual({ aborted: null, errors: '' });
    expect(stored(result)).toEqual(identities(records));
    expect(result.rows).toHaveLength(9);
    for (const [n, row] of result.rows.entries()) {
      expect(row.content).toContain('after');
      if (n < 5) expect(row.content).toContain('caf\xe9');
      expect(row).toMatchObject({ sender: 'ann@example.org', subject: 'R\xe9union' });
    }
    expect(result.rows[6]?.attachments).toEqual([
      [2, 'attachment.html', 'text/html', 'iso-8859-1', 11],
    ]);
  });

  it('takes in hostile messages without a complaint', () => {
    const mbox = Buffer.from(hostileMbox(400, Number(process.env['MM2TO3_SEED'] ?? 1)), 'latin1');
    const prepared = prepareWhole(mbox);
    expect(prepared.account.prepared).toBeGreaterThan(200);
    const result = importWithHyperkitty(prepared.bytes);
    expect(clean(result)).toEqual({ aborted: null, errors: '' });
    expect(stored(result)).toEqual(identities(prepared.records));
  });
});
