// SPDX-License-Identifier: GPL-3.0-or-later
import { open, rm } from 'node:fs/promises';
import { type WholeMessage, wholeMessage } from '../rebuild/restore.js';
import type { SettledMessage } from '../rebuild/settle.js';
import type { ListFolder } from './workspace.js';

const SPOOL = 'rebuilt-messages.jsonl';

/** Messages put aside on disk, of which only the places are kept in memory. */
export interface Spool {
  add(message: SettledMessage): Promise<void>;
  /** By the numbers of their pages, torn-off pieces with the message before them. */
  messages(): AsyncIterable<WholeMessage>;
  remove(): Promise<void>;
}

interface Place {
  readonly order: number;
  readonly offset: number;
  readonly length: number;
  readonly number: number | null;
  readonly ghost: boolean;
  readonly rank: number;
}

const RANKS = { 'empty-page': 0, page: 1, 'in-volume': 2 } as const satisfies Record<
  SettledMessage['standing'],
  number
>;

/** Opens an empty one; what an interrupted run left of it is written over. */
export async function openSpool(folder: ListFolder): Promise<Spool> {
  const path = folder.path(SPOOL);
  const file = await open(path, 'w+', 0o600);
  const places: Place[] = [];
  /** The surest standing of each number. */
  const best = new Map<number, number>();
  let size = 0;
  let previous = -1;
  const read = async ({ offset, length }: Place): Promise<SettledMessage> => {
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, offset);
    return JSON.parse(buffer.toString('utf8')) as SettledMessage;
  };
  return {
    async add(message) {
      const bytes = Buffer.from(JSON.stringify(message), 'utf8');
      await file.write(bytes, 0, bytes.length, size);
      // One without a page was archived right after the one before it in its volume.
      const order = message.number ?? previous;
      const { number, ghost, standing } = message;
      const rank = RANKS[standing];
      if (number !== null) best.set(number, Math.max(rank, best.get(number) ?? 0));
      places.push({ order, offset: size, length: bytes.length, number, ghost, rank });
      size += bytes.length;
      previous = order;
    },
    async *messages() {
      const sorted = places
        .filter(({ number, rank }) => number === null || rank === best.get(number))
        // Array's sort is stable: those of the same order keep it.
        .toSorted((a, b) => a.order - b.order);
      for (let at = 0; at < sorted.length;) {
        const place = sorted[at];
        if (place === undefined) return;
        const tornOff: SettledMessage[] = [];
        at += 1;
        if (!place.ghost) {
          for (let next = sorted[at]; next?.ghost === true; next = sorted[at]) {
            tornOff.push(await read(next));
            at += 1;
          }
        }
        yield wholeMessage(await read(place), tornOff);
      }
    },
    async remove() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
