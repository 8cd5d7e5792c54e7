// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from './json.js';

/**
 * Attributes of a list in Core's database that its REST interface shows at most, by Core's own
 * names (mailman/model/mailinglist.py): numbers, texts, times as ISO 8601 in UTC and without a
 * zone, topics as lists of name, pattern, description and a number that nobody reads.
 * `usenet_watermark` is the last article with the server that counted it: a {@link Watermark}.
 */
export type CoreAttributes = Readonly<Record<string, Json>>;

/** The last article that was carried over from a newsgroup. Each server numbers its own way. */
export interface Watermark {
  readonly [key: string]: Json;
  /** null where none was yet. */
  readonly article: number | null;
  readonly server: string;
}

/**
 * How an attribute moves on by itself, once Core works with it:
 * - `setting`: not at all; somebody sets it.
 * - `origin`: not at all; of two values the earlier one is true.
 * - `counter`: upwards, so what stands there is never lowered.
 * - `digest`: volume, then number, counted together.
 * - `watermark`: upwards, on one news server.
 */
export type Movement = 'setting' | 'origin' | 'counter' | 'digest' | 'watermark';

const MOVEMENTS: Readonly<Record<string, Movement>> = {
  created_at: 'origin',
  last_post_at: 'counter',
  digest_last_sent_at: 'counter',
  post_id: 'counter',
  volume: 'digest',
  next_digest_number: 'digest',
  usenet_watermark: 'watermark',
};

export const movementOf = (name: string): Movement => MOVEMENTS[name] ?? 'setting';

/** Whether what Core has falls short of what Mailman 2 had, and is to be set. */
export function fallsShort(
  name: string,
  desired: CoreAttributes,
  observed: CoreAttributes,
): boolean {
  const [wanted, found] = [desired[name] ?? null, observed[name] ?? null];
  if (wanted === null) return false;
  switch (movementOf(name)) {
    case 'setting':
      return !sameValue(wanted, found);
    case 'origin':
      return found === null || isLater(found, wanted);
    case 'counter':
      return found === null || isLater(wanted, found);
    case 'digest':
      return isLater(issue(desired), issue(observed)) && wanted !== found;
    case 'watermark': {
      const [mark, known] = [asWatermark(wanted), asWatermark(found)];
      return mark !== null && (known === null || sameServer(mark, known))
        ? isLater(mark.article, known?.article ?? -1)
        : false;
    }
  }
}

/** A watermark, if a value is one. */
export function asWatermark(value: Json | undefined): Watermark | null {
  const mark = value as Partial<Watermark> | null | undefined;
  return typeof mark?.server === 'string' ? (mark as Watermark) : null;
}

/** Whether two watermarks count the same articles. */
export const sameServer = (one: Watermark, other: Watermark): boolean =>
  one.server.toLowerCase() === other.server.toLowerCase();

/** The digest to come, as a number that grows: volumes have far fewer issues than this. */
const issue = (of: CoreAttributes): number =>
  Number(of['volume'] ?? 1) * 1e6 + Number(of['next_digest_number'] ?? 1);

/** Numbers by size; times in ISO 8601 without a zone sort as texts. */
const isLater = (one: Json, other: Json): boolean =>
  typeof one === typeof other && (one as number | string) > (other as number | string);

function sameValue(one: Json, other: Json): boolean {
  if (typeof one === 'string' && typeof other === 'string')
    return one.replaceAll('\r\n', '\n') === other.replaceAll('\r\n', '\n');
  return JSON.stringify(one) === JSON.stringify(other);
}
