// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { desiredList, heldMessage, membershipRequest, observedList } from '../testing/builders.js';
import { requestCheck } from './request-check.js';

const [one, two] = [heldMessage(1), heldMessage(2)];
const join = membershipRequest(3, { email: 'New@x.org' });
const desired = desiredList({ requests: { held: [one, two], membership: [join] } });
const waiting = (held: readonly string[], membership: readonly string[]) =>
  observedList({ requests: { held, membership } });

describe('requestCheck', () => {
  it('passes where all wait, whatever else does', () => {
    const observed = waiting(['<2@x.org>', '<1@x.org>', '<other@x>'], ['subscription new@x.org']);
    expect(requestCheck(desired, observed, new Set())).toEqual([
      {
        id: 'requests',
        ok: true,
        expected: 3,
        actual: { waiting: 3, settled: 0, missing: [] },
        summary: '3 of 3 requests wait for a moderator, 0 were settled or refused',
      },
    ]);
  });

  it('passes for what was carried over and settled since', () => {
    const [check] = requestCheck(desired, waiting(['<1@x.org>'], []), new Set([two.id, join.id]));
    expect(check).toMatchObject({ ok: true, actual: { waiting: 1, settled: 2, missing: [] } });
  });

  it('names what never came', () => {
    const observed = waiting(['<1@x.org>'], ['unsubscription new@x.org']);
    const [check] = requestCheck(desired, observed, new Set([one.id]));
    expect(check).toMatchObject({
      ok: false,
      actual: { waiting: 1, missing: ['<2@x.org>', 'subscription new@x.org'] },
    });
    expect(check?.summary).toContain('missing: <2@x.org>, subscription new@x.org');
  });

  it('is none where nothing waits', () => {
    expect(requestCheck(desiredList(), waiting(['<x@y>'], []), new Set())).toEqual([]);
  });
});
