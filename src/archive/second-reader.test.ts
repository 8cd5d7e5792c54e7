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
