// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdTable } from './id-table.js';

const digest = (text: string): Buffer => createHash('sha1').update(text).digest();

it('remembers who came first, as a Map does, over many messages', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(5000), fc.nat(1)), { minLength: 3000, maxLength: 20_000 }),
      (messages) => {
        const table = new IdTable();
        const first = new Map<number, number>();
        for (const [n, [id, body]] of messages.entries()) {
          const earlier = first.get(id);
          expect(table.add(digest(`id ${id}`), digest(`body ${body}`))).toBe(earlier ?? null);
          if (earlier === undefined) first.set(id, n);
          else expect(table.sameBody(earlier, n)).toBe(messages[earlier]?.[1] === body);
        }
      },
    ),
    { numRuns: 5 },
  );
});

it('tells ids apart whose digests begin alike', () => {
  const table = new IdTable();
  const alike = (last: number): Buffer => Buffer.from([...Array<number>(15).fill(7), last, 1, 2]);
  for (let last = 0; last < 256; last++) expect(table.add(alike(last), alike(0))).toBeNull();
  for (let last = 0; last < 256; last++) expect(table.add(alike(last), alike(0))).toBe(last);
});
