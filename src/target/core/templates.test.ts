// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.js';
import { localServer, type LocalServer, type Reply } from '../../testing/http-server.js';
import type { PostoriusSession } from '../postorius-session.js';
import { restClient } from '../rest-client.js';
import { readTemplates, setTemplates, templatesInUse } from './templates.js';

const LIST = 'dev.lists.example.org';
const FOOTER = 'list:member:regular:footer';
const GOODBYE = 'list:user:notice:goodbye';
const URIS = `GET /3.1/lists/${LIST}/uris`;
const pathOf = (name: string): string => `/postorius/api/templates/list/${LIST}/${name}`;

let server: LocalServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** Core and Postorius on one server, as far as the table goes; `URL` in a reply is its address. */
async function mailman3(answers: Readonly<Record<string, Reply>>) {
  const local: LocalServer = await localServer(({ method, path }) => {
    const reply = answers[`${method} ${path}`] ?? { status: 404 };
    if (reply.json === undefined) return reply;
    const json = JSON.stringify(reply.json).replaceAll('URL', local.url);
    return { ...reply, json: JSON.parse(json) as never };
  });
  server = local;
  return {
    url: local.url,
    rest: restClient({ url: `${local.url}/3.1`, user: 'rest', password: 'x' }),
    asked: local.asked,
  };
}

/** Postorius, as the helper in its Django answers. */
const django = (
  answer: (request: Readonly<Record<string, unknown>>) => readonly JsonObject[],
): PostoriusSession => ({
  ask: (helper, request) => {
    expect(helper).toBe('postorius_helper.py');
    return Promise.resolve(answer(request));
  },
});

const uris = (...entries: readonly object[]): Reply => ({
  json: entries.length === 0 ? { start: 0, total_size: 0 } : { entries: entries as never },
});
const footer = { name: FOOTER, uri: `URL${pathOf(FOOTER)}` };

describe('templates that Core takes from an address of the list’s own', () => {
  it('are none where there are none, and nobody else is asked', async () => {
    const { rest, asked } = await mailman3({ [URIS]: uris() });
    const unasked = django(() => {
      throw new Error('asked');
    });
    expect(await readTemplates(rest, unasked, LIST)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('come with the text that stands there, in Postorius or elsewhere', async () => {
    const elsewhere = { name: GOODBYE, uri: 'URL/bye.txt', username: 'u', password: 'p' };
    const { rest, url, asked } = await mailman3({
      [URIS]: uris(footer, elsewhere, {
        name: 'list:user:notice:post',
        uri: 'mailman:///post.txt',
      }),
      [`GET ${pathOf(FOOTER)}`]: { text: '\ufeffGröße $5\r\n' },
      'GET /bye.txt': { text: '' },
    });
    expect(await readTemplates(rest, null, LIST)).toEqual([
      {
        name: FOOTER,
        uri: `${url}${pathOf(FOOTER)}`,
        inPostorius: true,
        text: '\ufeffGröße $5\r\n',
      },
      { name: GOODBYE, uri: `${url}/bye.txt`, inPostorius: false, text: '' },
      { name: 'list:user:notice:post', uri: 'mailman:///post.txt', inPostorius: false, text: null },
    ]);
    const login = asked.find(({ path }) => path === '/bye.txt')?.headers.authorization;
    expect(login).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
    expect(
      asked.find(({ path }) => path === pathOf(FOOTER))?.headers.authorization,
    ).toBeUndefined();
  });

  it('come from Django where Postorius’s own address does not answer', async () => {
    const { rest } = await mailman3({
      [URIS]: uris(footer, { name: GOODBYE, uri: 'URL/gone.txt' }),
      [`GET ${pathOf(FOOTER)}`]: { status: 500 },
    });
    const asked: object[] = [];
    const web = django((request) => {
      asked.push(request);
      return [{ type: 'template', name: FOOTER, text: 'stored', uri: 'x' }];
    });
    const found = await readTemplates(rest, web, LIST);
    expect(found.map(({ text }) => text)).toEqual(['stored', null]);
    expect(asked).toMatchObject([{ do: 'observe', list: LIST }]);
    expect((await readTemplates(rest, null, LIST)).map(({ text }) => text)).toEqual([null, null]);
  });
});

describe('writing templates', () => {
  const wanted = { name: FOOTER, language: 'fr', text: '"; rm -rf / #\n' };
  const dropped = { name: GOODBYE, language: 'fr', text: 'bye' };

  it('goes through Postorius, and makes Core forget what it remembers', async () => {
    const { rest, asked } = await mailman3({ [`PATCH /3.1/lists/${LIST}/uris`]: { status: 204 } });
    const requests: object[] = [];
    const web = django((request) => {
      requests.push(request);
      return [
        { type: 'template', name: GOODBYE, uri: '' },
        { type: 'template', name: FOOTER, uri: 'http://p/footer' },
      ];
    });
    await setTemplates(rest, web, 'dev@lists.example.org', [wanted], [dropped]);
    expect(requests).toMatchObject([
      {
        do: 'set',
        list: LIST,
        templates: [{ name: FOOTER, text: '"; rm -rf / #\n' }],
        remove: [GOODBYE],
      },
    ]);
    expect(asked.map(({ body }) => body)).toEqual([{ [GOODBYE]: '', [FOOTER]: 'http://p/footer' }]);
  });

  it('names those that Postorius would not take, after the others', async () => {
    const { rest, asked } = await mailman3({ [`PATCH /3.1/lists/${LIST}/uris`]: { status: 204 } });
    const web = django(() => [
      { type: 'refused', name: GOODBYE, why: 'ImproperlyConfigured: no base' },
      { type: 'template', name: FOOTER, uri: 'http://p/footer' },
    ]);
    const work = setTemplates(rest, web, 'dev@lists.example.org', [wanted, dropped], []);
    await expect(work).rejects.toMatchObject({
      diagnostic: { code: 'target.refused', why: `${GOODBYE}: ImproperlyConfigured: no base` },
    });
    expect(asked).toHaveLength(1);
  });

  it('is refused where nothing says how to reach Postorius', async () => {
    const { rest } = await mailman3({});
    const work = setTemplates(rest, null, 'dev@lists.example.org', [wanted], []);
    await expect(work).rejects.toMatchObject({
      diagnostic: { code: 'target.refused', next: 'set target: django: command in mm2to3.yaml' },
    });
  });
});

describe('texts in use', () => {
  it('are asked of Core itself', async () => {
    const { rest } = await mailman3({});
    const requests: object[] = [];
    const core = {
      begin: () => undefined,
      ask: (helper: string, request: object) => {
        requests.push({ helper, ...request });
        return Promise.resolve([
          { type: 'template', name: FOOTER, text: 'x', trouble: null },
          { type: 'template', name: GOODBYE, text: null, trouble: 'ConnectionError: no' },
          { type: 'end' },
        ]);
      },
    };
    expect(await templatesInUse(rest, core, LIST, [FOOTER, GOODBYE])).toEqual([
      { name: FOOTER, text: 'x', trouble: null },
      { name: GOODBYE, text: null, trouble: 'ConnectionError: no' },
    ]);
    expect(requests).toEqual([
      { helper: 'core_helper.py', do: 'templates', list: LIST, names: [FOOTER, GOODBYE] },
    ]);
  });

  it('are what stands at the addresses where Core is out of reach', async () => {
    const { rest, url } = await mailman3({
      [URIS]: uris(footer, { name: GOODBYE, uri: 'URL/gone.txt' }),
      [`GET ${pathOf(FOOTER)}`]: { text: 'x' },
    });
    expect(await templatesInUse(rest, null, LIST, [FOOTER, GOODBYE, 'other'])).toEqual([
      { name: FOOTER, text: 'x', trouble: null },
      { name: GOODBYE, text: null, trouble: `${url}/gone.txt does not answer with a text` },
      { name: 'other', text: null, trouble: "Core uses Mailman 3's own" },
    ]);
  });
});
