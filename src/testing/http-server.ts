// SPDX-License-Identifier: GPL-3.0-or-later
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../model/json.js';

/** What a server was asked. */
export interface Asked {
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed; null where there was none. */
  readonly body: Json;
}

/** What it answers; `drop` closes the connection instead. */
export interface Reply {
  readonly status?: number;
  readonly json?: Json;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly drop?: boolean;
}

export interface LocalServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** A real HTTP server on this machine that answers as a test says. */
export async function localServer(answer: (asked: Asked) => Reply): Promise<LocalServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { method = '', url = '', headers } = request;
      const body = text === '' ? null : (JSON.parse(text) as Json);
      const one = { method, path: url, headers, body };
      asked.push(one);
      const reply = answer(one);
      if (reply.drop === true) {
        request.socket.destroy();
        return;
      }
      const json = reply.json === undefined ? undefined : JSON.stringify(reply.json);
      response.writeHead(reply.status ?? 200, { connection: 'close', ...reply.headers });
      response.end(reply.status === 204 ? undefined : (json ?? reply.text ?? ''));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** An address at which nothing answers. */
export async function deadUrl(): Promise<string> {
  const server = await localServer(() => ({}));
  await server.close();
  return server.url;
}
