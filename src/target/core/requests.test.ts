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

/** A way to Core whose helper answers with these records. */
function python(records: readonly Json[], hear: (input: string) => void = () => undefined) {
  const host = fakeHost((_command, input) => {
    hear(input);
    return records.map((record) => JSON.stringify(record));
  });
  return { host, command: ['python3'] as const };
}
const unasked = python([]);

describe('what waits for a moderator', () => {
  it('is asked for without any message where none is held', async () => {
    const client = rest({ [`${HELD}/count`]: { count: 0 } });
    expect(await readRequests(client, unasked, LIST)).toEqual({ held: [], membership: [] });
    expect(asked).toEqual([requests('subscription'), requests('unsubscription'), `${HELD}/count`]);
  });

  it('is told by Message-ID and by address', async () => {
    const client = rest({
      [`${HELD}/count`]: { count: 2 },
      [HELD]: { entries: [{ message_id: '<1@x.org>' }, { message_id: '<2@x.org>' }] },
      [requests('subscription')]: { entries: [{ email: 'New@x.org', token: 't1' }] },
      [requests('unsubscription')]: { entries: [{ email: 'ann@x.org', token: 't2' }] },
    });
    expect(await readRequests(client, unasked, LIST)).toEqual({
      held: ['<1@x.org>', '<2@x.org>'],
      membership: ['subscription new@x.org', 'unsubscription ann@x.org'],
    });
  });

  it.each([
    ['many messages are held', { [`${HELD}/count`]: { count: 21 } }],
    ['Core cannot show one of them', { [`${HELD}/count`]: { count: 2 }, [HELD]: null }],
  ])("is asked of Core's own Python where %s", async (_, answers) => {
    const held = ['<1@x.org>', '<2@x.org>'].map((messageId) => ({ type: 'held', messageId }));
    const way = python([...held, { type: 'end' }]);
    expect((await readRequests(rest(answers), way, LIST)).held).toEqual(['<1@x.org>', '<2@x.org>']);
  });

  it("is not asked for where Core's host is out of reach", async () => {
    expect(await readRequests(rest({}), null, LIST)).toEqual({ held: [], membership: [] });
    expect(asked).toEqual([]);
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
    const refusal = { type: 'refused', id: 'held:2:<2@x.org>', why: 'no' };
    const way = python([refusal, { type: 'result' }, { type: 'end' }], (input) => {
      piped = input;
    });
    expect(await addRequests(way, LIST, wanted)).toEqual([{ id: 'held:2:<2@x.org>', why: 'no' }]);
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
    const adding = addRequests(python([{ type: 'result' }]), LIST, wanted);
    await expect(adding).rejects.toMatchObject({
      diagnostic: { code: 'target.helper-cut-off' },
    });
  });
});
