// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { ObservedArchive } from '../model/archive-state.js';
import { archiveChecks, type ExpectedMessage, feedCheck } from './archive-checks.js';

const at = (year: number, month: number): number => Date.UTC(year, month - 1, 15) / 1000;
const message = (name: string, date = at(2013, 2)): ExpectedMessage => ({
  messageId: `<${name}@x.org>`,
  hash: name.toUpperCase(),
  date,
});
const archive = (
  messages: readonly ExpectedMessage[],
  more: Partial<ObservedArchive> = {},
): ObservedArchive => ({
  exists: true,
  release: '1.3.7',
  archivePolicy: 'public',
  emails: new Map(messages.map(({ hash, date }) => [hash, date])),
  documents: messages.length,
  ...more,
});

const [a, b, c] = [message('a'), message('b'), message('c', at(2013, 3))];

const failed = (expected: readonly ExpectedMessage[], observed: ObservedArchive) =>
  archiveChecks(expected, 'public', observed).filter(({ ok }) => !ok);

describe('archiveChecks', () => {
  it('pass where every message is there, indexed, in its month and under the right policy', () => {
    const checks = archiveChecks([a, b, c], 'public', archive([a, b, c]));
    expect(checks.map(({ id, ok }) => [id, ok])).toEqual([
      ['archive.message-ids', true],
      ['archive.months', true],
      ['index.documents', true],
      ['archive.policy', true],
    ]);
  });

  it('fail by name for a message that is missing', () => {
    const [ids] = failed([a, b], archive([a]));
    expect(ids).toMatchObject({
      id: 'archive.message-ids',
      expected: 2,
      actual: { held: 1, missing: ['<b@x.org>'] },
      summary: '1 of 2 messages are missing: <b@x.org>',
    });
  });

  it('compare by hash, so another message in its place does not help', () => {
    expect(failed([a], archive([b])).map(({ id }) => id)).toContain('archive.message-ids');
  });

  it('do not mind newer mail in HyperKitty', () => {
    expect(failed([a], archive([a, b, c]))).toEqual([]);
  });

  it('fail for a message that is held under another month', () => {
    expect(failed([a, c], archive([a, { ...c, date: at(2093, 3) }]))).toMatchObject([
      {
        id: 'archive.months',
        expected: { '2013-03': 1, '2093-03': 0 },
        actual: { '2013-03': 0, '2093-03': 1 },
      },
    ]);
  });

  it.each([0, 1, 3])('fail where the index holds %i documents for 2 messages', (documents) => {
    expect(failed([a, b], archive([a, b], { documents }))).toMatchObject([
      { id: 'index.documents', expected: 2, actual: documents },
    ]);
  });

  it('fail for a private archive that is public', () => {
    const checks = archiveChecks([a], 'private', archive([a]));
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([
      { id: 'archive.policy', expected: 'private', actual: 'public' },
    ]);
  });

  it('pass for a list without any archive on either side', () => {
    const nothing = archive([], { exists: false, archivePolicy: null });
    expect(archiveChecks([], 'never', nothing).every(({ ok }) => ok)).toBe(true);
  });
});

describe('feedCheck', () => {
  const held = new Set(['A', 'B']);
  const check = (policy: 'public' | 'private', status: number, hashes: readonly string[] | null) =>
    feedCheck(policy, [a], held, { status, hashes }).ok;

  it('wants the messages of a public list in its feed', () => {
    expect(check('public', 200, ['A'])).toBe(true);
    expect(check('public', 200, [])).toBe(false);
    expect(check('public', 200, null)).toBe(false);
    expect(check('public', 404, null)).toBe(false);
  });

  it('finds messages of another list in the feed', () => {
    expect(check('public', 200, ['A', 'FOREIGN'])).toBe(false);
  });

  it('takes an empty feed of an empty list', () => {
    expect(feedCheck('public', [], new Set(), { status: 200, hashes: [] }).ok).toBe(true);
  });

  it('wants no answer to strangers for a private list', () => {
    expect(check('private', 404, null)).toBe(true);
    expect(check('private', 302, null)).toBe(true);
    expect(check('private', 200, ['A'])).toBe(false);
    expect(check('private', 200, [])).toBe(false);
    expect(check('private', 200, null)).toBe(false);
    expect(check('private', 403, ['A'])).toBe(false);
  });
});
