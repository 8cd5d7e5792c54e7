// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../model/json.js';
import { isTruthy, truthyAttribute } from '../model/mailman2-list.js';
import { type CoreConversion, type CoreValue, LARGEST, NOTHING } from './core-value.js';
import { storable } from './storable.js';

/** Name, pattern, description, and a number that nobody reads. */
type Topic = readonly [string, string, string, number];

/**
 * Core still marks posts with X-Topics as Mailman 2 does (mailman/handlers/tagger.py), but lets no
 * member choose among topics, and has no page for them.
 */
const topics: CoreConversion = (value, list) => {
  const all = Array.isArray(value) ? (value as readonly Json[]) : [];
  const sound = all.flatMap(asTopic);
  if (sound.length === 0)
    return isTruthy(value) ? { kind: 'lost', why: 'no topics' } : { kind: 'nothing', value: [] };
  const kept: CoreValue = {
    kind: 'kept',
    value: sound,
    shown: sound.map(([name]) => name),
  };
  if (!truthyAttribute(list, 'topics_enabled')) return kept;
  const note = {
    why: 'Core marks posts with X-Topics as before, but everybody gets every post, and Postorius has no page for topics',
    next: 'members filter by X-Topics in their own mail programs, or the list is split',
  };
  return { ...kept, note };
};

/** Mailman 2 and Core both try all lines of a pattern at once and without regard to case. */
function asTopic(value: Json): readonly Topic[] {
  const [name, pattern, description, flag] = Array.isArray(value) ? (value as readonly Json[]) : [];
  if (typeof name !== 'string' || typeof pattern !== 'string') return [];
  // It says what holds anyway, and today's Python refuses it behind the beginning.
  const lines = pattern.replaceAll(/([\n|])\(\?i\)/g, '$1');
  const text = typeof description === 'string' ? description : '';
  return [[clean(name), clean(lines), clean(text), isTruthy(flag) ? 1 : 0]];
}

const clean = (text: string): string => String(storable(text).value);

export const TOPICS: Readonly<
  Record<'topics' | 'topics_enabled' | 'topics_bodylines_limit', CoreConversion>
> = {
  topics,
  topics_enabled: (value, list) =>
    isTruthy(list.attributes['topics'])
      ? { kind: 'kept', value: isTruthy(value) }
      : { kind: 'nothing', value: false },
  topics_bodylines_limit: (value, list) =>
    isTruthy(list.attributes['topics']) && typeof value === 'number' && Math.abs(value) < LARGEST
      ? { kind: 'kept', value: Math.trunc(value) }
      : NOTHING,
};
