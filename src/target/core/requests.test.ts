// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../diagnostics.js';
import type { Json } from '../../model/json.js';
import { heldMessage, membershipRequest } from '../../testing/builders.js';
import { fakeHost } from '../../testing/fake-host.js';
import type { RestClient } from '../rest-client.js';
import { addRequests, readRequests, withdrawSubscription } from './requests.js';

const LIST = 'dev.lists.example.org';
const HELD = `lists/${LIST}/held`;
const requests = (kind: string): string =>
  `lists/${LIST}/requests?token_owner=moderator&request_type=${kind}`;

let asked: string[] = [];
afterEach(() => {
  asked = [];
});

/** Core's REST API as far as the table goes; `null` where Core fails to answer. */
function rest(answers: Readonly<Record<string, Json>>): RestClient {
  return {
    get(path) {
      asked.push(path);
      const answer = answers[path];
      if (answer === null) {
        const failure = { code: 'target.failed', summary: 'Mailman Core answered 500', why: '' };
        return Promise.reject(new DiagnosticError(failure));
      }
      return Promise.resolve(answer ?? null);
    },
    send(method, path, body) {
      asked.push(`${method} ${path} ${JSON.stringify(body)}`);
      return Promise.resolve(null);
    },
  };
}

const page = (...ids: readonly number[]) => ({
  entries: ids.map((id) => ({ message_id: `<${id}@x.org>` })),
});
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('what waits for a moderator', () => {
  it('is asked for without any message where none is held', async () => {
    const client = rest({ [`${HELD}/count`]: { count: 0 } });
    expect(await readRequests(client, LIST)).toEqual({ held: [], membership: [] });
    expect(asked).toEqual([requests('subscription'), requests('unsubscription'), `${HELD}/count`]);
  });

  it('is told by Message-ID and by address, page by page', async () => {
    const client = rest({
      [`${HELD}/count`]: { count: 25 },
      [`${HELD}?count=20&page=1`]: page(...numbers(0, 20)),
      [`${HELD}?count=20&page=2`]: page(...numbers(20, 25)),
      [requests('subscription')]: { entries: [{ email: 'New@x.org', token: 't1' }] },
      [requests('unsubscription')]: { entries: [{ email: 'ann@x.org', token: 't2' }] },
    });
    expect(await readRequests(client, LIST)).toEqual({
      held: numbers(0, 25).map((id) => `<${id}@x.org>`),
      membership: ['subscription new@x.org', 'unsubscription ann@x.org'],
    });
  });

  it('is all but the one message that Core itself cannot show', async () => {
    const client = rest({
      [`${HELD}/count`]: { count: 3 },
      [`${HELD}?count=20&page=1`]: null,
      [`${HELD}?count=1&page=1`]: page(1),
      [`${HELD}?count=1&page=2`]: null,
      [`${HELD}?count=1&page=3`]: page(3),
    });
    expect((await readRequests(client, LIST)).held).toEqual(['<1@x.org>', '<3@x.org>']);
  });
});

describe('taking back a wish to join', () => {
  const waiting = {
    [requests('subscription')]: { entries: [{ email: 'New@x.org', token: 't1' }] },
  };

  it('discards it, which writes to nobody', async () => {
    expect(await withdrawSubscription(rest(waiting), LIST, 'new@X.org')).toBe(true);
    expect(asked.at(-1)).toBe(`POST lists/${LIST}/requests/t1 {"action":"discard"}`);
  });

  it('leaves those of others alone', async () => {
    expect(await withdrawSubscription(rest(waiting), LIST, 'ann@x.org')).toBe(false);
    expect(asked).toHaveLength(1);
  });
});

describe('adding requests', () => {
  const wanted = {
    held: [heldMessage(1), heldMessage(2)],
    membership: [membershipRequest(3, { email: 'new@x.org' })],
  };

  it('hands them to the helper, a line a message, and brings back what was refused', async () => {
    let piped = '';
    const host = fakeHost((_command, input) => {
      piped = input;
      return [
        JSON.stringify({ type: 'refused', id: 'held:2:<2@x.org>', why: 'no' }),
        JSON.stringify({ type: 'result', held: 1, membership: 1 }),
        JSON.stringify({ type: 'end' }),
      ];
    });
    const python = { host, command: ['python3'] as const };
    expect(await addRequests(python, LIST, wanted)).toEqual([
      { id: 'held:2:<2@x.org>', why: 'no' },
    ]);
    const [head, ...rest] = piped.split('\n');
    expect(JSON.parse(head ?? '')).toMatchObject({
      do: 'add-requests',
      list: LIST,
      held: 2,
      membership: wanted.membership,
    });
    const messages = rest.slice(-3, -1).map((line) => JSON.parse(line) as unknown);
    expect(messages).toEqual(wanted.held);
  });

  it('is not done where the helper ended early', async () => {
    const host = fakeHost(() => [JSON.stringify({ type: 'result', held: 1, membership: 1 })]);
    const adding = addRequests({ host, command: ['python3'] }, LIST, wanted);
    await expect(adding).rejects.toMatchObject({
      diagnostic: { code: 'target.helper-cut-off' },
    });
  });
});
