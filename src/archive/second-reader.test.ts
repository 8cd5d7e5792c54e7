// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from 'vitest';
import { readAgain } from './second-reader.js';
import { readMbox } from './testing/fixture-lists.js';
import { prepareWhole } from './testing/prepare-whole.js';

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

it('tells of an id and of a count that differ from the manifest', async () => {
  const { bytes, records } = prepareWhole(readMbox('digest-only'));
  const other = records.map((record) =>
    record.n === 3 ? { ...record, messageId: '<x@y>' } : record,
  );
  const wrong = await readAgain(stream(bytes), other);
  expect(wrong.findings.map(({ code }) => code)).toEqual(['archive.second-reader-id']);
  const short = await readAgain(stream(bytes), records.slice(0, -1));
  expect(short.findings.map(({ code }) => code)).toEqual(['archive.second-reader-count']);
  expect([short.messages, short.expected]).toEqual([59, 58]);
});

it('agrees over lines of any length, in text and in headers', async () => {
  const message = (n: number, header: string, text: string): string =>
    `From ann@example.org  Thu Jan  8 16:37:05 2004\nFrom: ann@example.org\n` +
    `${header}Message-ID: <${n}@example.org>\n\n${text}\n\n`;
  const long = 'From x '.repeat(700_000);
  const mbox =
    message(1, '', long) + message(2, `X-Long: ${long}\n`, 'text') + message(3, '', 'text');
  const { bytes, records } = prepareWhole(Buffer.from(mbox));
  expect(await readAgain(stream(bytes), records)).toEqual({
    messages: 3,
    expected: 3,
    findings: [],
  });
});
