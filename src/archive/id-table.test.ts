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

it('tells ids apart by 64 bits and the shelf they are on', () => {
  const table = new IdTable();
  const body = digest('body');
  const id = (last: number, shelf: number): Buffer =>
    Buffer.from([...Array<number>(7).fill(7), last, shelf, 0]);
  const ids = [0, 1].flatMap((shelf) => Array.from({ length: 256 }, (_, last) => id(last, shelf)));
  for (const each of ids) expect(table.add(each, body)).toBeNull();
  for (const [n, each] of ids.entries()) expect(table.add(each, body)).toBe(n);
});
