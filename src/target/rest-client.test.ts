// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, describe, expect, it } from 'vitest';
import { CannotStartError, DiagnosticError } from '../diagnostics.js';
import {
  type Asked,
  deadUrl,
  localServer,
  type LocalServer,
  type Reply,
} from '../testing/http-server.js';
import { restClient, type RestClient } from './rest-client.js';

const servers: LocalServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A client of a server that gives these replies one after the other, the last one for ever. */
async function client(
  ...replies: readonly [Reply, ...Reply[]]
): Promise<{ readonly rest: RestClient; readonly asked: readonly Asked[] }> {
  const queue = [...replies];
  const server = await localServer(() => (queue.length > 1 ? queue.shift() : queue[0]) ?? {});
  servers.push(server);
  const rest = restClient({ url: `${server.url}/3.1`, user: 'rest', password: 'pä:ss' });
  return { rest, asked: server.asked };
}

const caught = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('a request', () => {
  it('goes to the resource, as the user, and asks for JSON', async () => {
    const { rest, asked } = await client({ json: { a: 1 } });
    expect(await rest.get('lists/dev.x.org/config')).toEqual({ a: 1 });
    expect(asked).toMatchObject([
      { method: 'GET', path: '/3.1/lists/dev.x.org/config', body: null },
    ]);
    expect(asked[0]?.headers).toMatchObject({
      accept: 'application/json',
      authorization: `Basic ${Buffer.from('rest:pä:ss').toString('base64')}`,
    });
  });

  it('sends its body as JSON and tells where that is which was made', async () => {
    const headers = { location: 'http://x/3.1/domains/x.org' };
    const { rest, asked } = await client({ status: 201, headers }, { status: 204 });
    expect(await rest.send('POST', 'domains', { mail_host: 'x.org' })).toBe(headers.location);
    expect(await rest.send('PATCH', 'lists/a', { info: 'é' })).toBeNull();
    expect(asked.map(({ method, body }) => [method, body])).toEqual([
      ['POST', { mail_host: 'x.org' }],
      ['PATCH', { info: 'é' }],
    ]);
    expect(asked[0]?.headers['content-type']).toBe('application/json');
  });
});

describe('what Core does not have', () => {
  it('is null where it was asked for', async () => {
    const { rest } = await client({ status: 404, text: '404 Not Found' });
    expect(await rest.get('lists/none.x.org')).toBeNull();
  });

  it('is a refusal where it was to be changed', async () => {
    const { rest } = await client({ status: 404 });
    await expect(rest.send('PATCH', 'members/1', {})).rejects.toMatchObject({
      diagnostic: { code: 'target.refused' },
    });
  });
});

describe('what Core refuses', () => {
  it('is told in its own words, asked once and never again', async () => {
    const { rest, asked } = await client({
      status: 400,
      json: { title: '400 Bad Request', description: 'Cannot convert parameters: info' },
    });
    const error = await caught(rest.send('PATCH', 'lists/a/config', { info: 1 }));
    expect(error).toBeInstanceOf(DiagnosticError);
    expect(error).not.toBeInstanceOf(CannotStartError);
    expect(error).toMatchObject({
      diagnostic: {
        code: 'target.refused',
        summary: 'Mailman Core answered 400 to PATCH lists/a/config',
        why: 'Cannot convert parameters: info',
      },
    });
    expect(asked).toHaveLength(1);
  });

  it('is told as it stands where it is no JSON', async () => {
    const { rest } = await client({ status: 409, text: 'Member already subscribed' });
    await expect(rest.send('POST', 'members', {})).rejects.toMatchObject({
      diagnostic: { code: 'target.refused', why: 'Member already subscribed' },
    });
  });

  it('is the user: then nothing can start, and no password is shown', async () => {
    const { rest, asked } = await client({ status: 401, text: 'go away' });
    const error = await caught(rest.get('system'));
    expect(error).toBeInstanceOf(CannotStartError);
    expect(error).toMatchObject({ diagnostic: { code: 'target.unauthorized' } });
    expect(JSON.stringify(error)).not.toContain('pä:ss');
    expect(asked).toHaveLength(1);
  });
});

describe('a Core in trouble', () => {
  it('is asked again until it answers', async () => {
    const { rest, asked } = await client({ status: 503 }, { drop: true }, { json: [1] });
    expect(await rest.get('system')).toEqual([1]);
    expect(asked).toHaveLength(3);
  });

  it('gets the same request again, body and all', async () => {
    const { rest, asked } = await client({ status: 500 }, { status: 201 });
    await rest.send('POST', 'members', { subscriber: 'a@x.org' });
    expect(asked.map(({ body }) => body)).toEqual([
      { subscriber: 'a@x.org' },
      { subscriber: 'a@x.org' },
    ]);
  });

  it('that stays in trouble fails, and not as a refusal that would be passed over', async () => {
    const { rest, asked } = await client({ status: 503, text: 'Service Unavailable' });
    await expect(rest.get('system')).rejects.toMatchObject({
      diagnostic: { code: 'target.failed', why: 'Service Unavailable' },
    });
    expect(asked).toHaveLength(4);
  });

  it('that does not answer at all keeps the tool from starting', async () => {
    const url = await deadUrl();
    const rest = restClient({ url, user: 'rest', password: 'secret' });
    const error = await caught(rest.get('system'));
    expect(error).toBeInstanceOf(CannotStartError);
    expect(error).toMatchObject({
      diagnostic: { code: 'target.unreachable', summary: `Mailman Core does not answer at ${url}` },
    });
  });
});
