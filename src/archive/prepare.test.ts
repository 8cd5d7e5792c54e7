// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ManifestRecord, MboxAccount } from '../model/archive.js';
import { readAgain } from './second-reader.js';
import { archivedLists, readMbox, readTruth } from './testing/fixture-lists.js';
import { mboxPieces } from './testing/mbox-pieces.js';
import { prepareWhole, type Prepared } from './testing/prepare-whole.js';

function expectEveryByte(
  mbox: Buffer,
  account: MboxAccount,
  records: readonly ManifestRecord[],
): void {
  expect(account.bytes).toBe(mbox.length);
  expect(account.leading + account.messageBytes).toBe(mbox.length);
  let at = account.leading;
  let preparedAt = 0;
  for (const record of records) {
    expect(record.offset).toBe(at);
    at += record.length;
    if (record.preparedOffset === null) continue;
    expect(record.preparedOffset).toBe(preparedAt);
    preparedAt += record.preparedLength;
  }
  expect(at).toBe(mbox.length);
  expect(preparedAt).toBe(account.preparedBytes);
}

async function secondReading({ bytes, records }: Prepared): Promise<readonly string[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield bytes;
  }
  const { findings } = await readAgain(source(), records);
  return findings.map(({ summary }) => summary);
}

describe.each(archivedLists)('MboxPreparer on the list %s', (list) => {
  const mbox = readMbox(list);
  const truth = readTruth(list);
  const prepared = prepareWhole(mbox);

  it('finds the true messages and their Message-IDs', () => {
    expect(prepared.records.length).toBe(truth.length);
    for (const [n, { message_id, unique }] of truth.entries()) {
      const record = prepared.records[n];
      if (message_id === null)
        expect(record?.messageId).toMatch(/^<[0-9a-f]{40}@mm2to3\.invalid>$/);
      else expect(record?.messageId).toBe(message_id);
      expect(record?.duplicateOf === null).toBe(unique);
    }
  });

  it('names the planted defects, and no other', () => {
    const found: Record<string, readonly string[]> = {
      dup_msgid: ['duplicate.different'],
      msgid_space: ['message-id.whitespace'],
      msgid_comment: ['message-id.trailing-text'],
      angle_in_msgid: ['message-id.brackets'],
      no_msgid: ['message-id.missing'],
      nul: ['body.nul'],
      y2digit: ['date.two-digit-year'],
      no_date: ['date.missing'],
      future_date: ['date.future'],
      bad_date: ['date.unparsable', 'date.not-rfc5322', 'date.two-digit-year'],
      latin1_raw: ['header.eight-bit'],
      no_from_header: ['sender.missing'],
      nonascii_sender: ['sender.non-ascii'],
      bad_charset: ['mime.charset'],
      unescaped_from: ['body.from-line'],
      unescaped_from_blank: ['body.from-line'],
      attachment: ['mime.header'],
    };
    for (const [n, { defect, unique }] of truth.entries()) {
      const defects = prepared.records[n]?.defects ?? [];
      const expected = found[defect] ?? [];
      expect(defects.filter((each) => !expected.includes(each))).toEqual([]);
      // Not every attachment has a raw name; the first of a repeated pair repeats nothing.
      const planted = defect === 'attachment' || (defect === 'dup_msgid' && unique);
      if (!planted) expect(defects.length > 0).toBe(expected.length > 0);
    }
  });

  it('accounts for every byte, and keeps those of sound messages', () => {
    expectEveryByte(mbox, prepared.account, prepared.records);
    for (const record of prepared.records) {
      if (record.preparedOffset === null || record.changes.length > 0) continue;
      const original = mbox.subarray(record.offset, record.offset + record.length);
      const copy = prepared.bytes.subarray(
        record.preparedOffset,
        record.preparedOffset + record.preparedLength,
      );
      expect(copy.equals(original)).toBe(true);
    }
  });

  it('changes nothing in what it made', () => {
    const again = prepareWhole(prepared.bytes);
    expect(again.bytes.equals(prepared.bytes)).toBe(true);
    expect(again.records.flatMap(({ changes }) => changes)).toEqual([]);
    expect(again.records.map(({ hash, date }) => [hash, date])).toEqual(
      prepared.records.filter((r) => r.duplicateOf === null).map(({ hash, date }) => [hash, date]),
    );
  });

  it('makes a file that the second reader reads alike', async () => {
    expect(await secondReading(prepared)).toEqual([]);
  });
});

describe('MboxPreparer on anything', () => {
  it('takes any bytes in any chunks, accounts for them, and is idempotent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(mboxPieces, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
        async (pieces, sizes) => {
          const mbox = Buffer.from(pieces.join(''), 'latin1');
          const whole = prepareWhole(mbox, [mbox.length]);
          const chunked = prepareWhole(mbox, sizes);
          expect(chunked).toEqual(whole);
          expectEveryByte(mbox, whole.account, whole.records);
          const again = prepareWhole(whole.bytes);
          expect(again.account.leading).toBe(0);
          expect(again.bytes.toString('latin1')).toBe(whole.bytes.toString('latin1'));
          expect(again.records.flatMap(({ changes }) => changes)).toEqual([]);
          expect(again.records.map(({ hash, date }) => [hash, date])).toEqual(
            whole.records
              .filter((r) => r.duplicateOf === null)
              .map(({ hash, date }) => [hash, date]),
          );
          expect(await secondReading(whole)).toEqual([]);
        },
      ),
      {
        // More with MM2TO3_FUZZ_RUNS=100000, before a release and after a change of the repairs.
        numRuns: Number(process.env['MM2TO3_FUZZ_RUNS'] ?? 300),
        examples: [
          // Once made text/plain it was judged by the type it had before.
          [
            [
              'From ann@example.org  Thu Jan  8 16:37:05 2004\n',
              'Content-Disposition: attachment; filename="\xe9.txt"\n',
              'Content-Type: multipart/mixed; boundary=b\n',
              'caf\xe9\n',
            ],
            [1],
          ],
        ],
      },
    );
  });
});
