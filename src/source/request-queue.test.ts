// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { RequestQueue } from './request-queue.js';

const held = (id: number, message: string | null) => ({
  type: 'request',
  kind: 'held',
  id,
  message,
});

describe('what waits for a moderator of the old list', () => {
  it('is read with every field', () => {
    const queue = new RequestQueue();
    queue.add({
      ...held(1, 'aGk='),
      time: 1_700_000_000.5,
      sender: 'ann@x.org',
      subject: 'Hello',
      reason: 'why',
      msgdata: { fromusenet: 1, lang: 'en' },
    });
    queue.add({
      type: 'request',
      kind: 'subscription',
      id: 2,
      time: 1_700_000_000,
      address: 'New@x.org',
      fullname: 'New',
      digest: true,
      language: 'fr',
    });
    queue.add({ type: 'request', kind: 'unsubscription', id: 3, time: null, address: 'a@x.org' });
    expect(queue.requests).toEqual({
      held: [
        {
          number: 1,
          heldAt: 1_700_000_000.5,
          sender: 'ann@x.org',
          subject: 'Hello',
          reason: 'why',
          fromUsenet: true,
          message: 'aGk=',
        },
      ],
      membership: [
        {
          number: 2,
          kind: 'subscription',
          address: 'New@x.org',
          name: 'New',
          digest: true,
          language: 'fr',
          askedAt: 1_700_000_000,
        },
        {
          number: 3,
          kind: 'unsubscription',
          address: 'a@x.org',
          name: '',
          digest: false,
          language: null,
          askedAt: null,
        },
      ],
    });
    expect(queue.findings('dev')).toEqual([]);
  });

  it.each([null, 'yesterday', -1, 0, 1e300])('has no time where the old list has %j', (time) => {
    const queue = new RequestQueue();
    queue.add({ ...held(1, null), time });
    expect(queue.requests.held).toMatchObject([{ heldAt: null }]);
  });

  it('that names nobody is a finding', () => {
    const queue = new RequestQueue();
    queue.add({ type: 'request', kind: 'subscription', id: 4, address: null });
    expect(queue.requests.membership).toEqual([]);
    expect(queue.findings('dev')).toMatchObject([
      { code: 'source.request-odd', list: 'dev', why: 'requests 4' },
    ]);
  });

  it('keeps the newest messages where all are too much, and names the others', () => {
    const queue = new RequestQueue(100);
    for (let id = 1; id <= 6; id += 1) queue.add(held(id, id === 2 ? null : 'x'.repeat(30)));
    expect(queue.requests.held.map(({ message }) => message?.length ?? 0)).toEqual([
      0, 0, 0, 30, 30, 30,
    ]);
    expect(queue.findings('dev')).toMatchObject([
      {
        code: 'source.held-too-many',
        severity: 'warning',
        summary: 'the 2 oldest held messages are left out',
      },
    ]);
    expect(queue.findings('dev')[0]?.why).toContain('requests 1, 3');
  });

  it('leaves out the one message that is too large by itself', () => {
    const queue = new RequestQueue(100);
    queue.add(held(1, 'x'.repeat(200)));
    queue.add(held(2, 'x'.repeat(50)));
    expect(queue.requests.held.map(({ message }) => message === null)).toEqual([true, false]);
  });
});
