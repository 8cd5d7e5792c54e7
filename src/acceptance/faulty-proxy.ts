// SPDX-License-Identifier: GPL-3.0-or-later
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A way to Core's REST interface that can be in trouble. */
export interface FaultyProxy {
  readonly url: string;
  /** What becomes of requests from now on: passed on, answered with 500, or never answered. */
  mode: 'through' | 'error' | 'silence';
  /** How many requests met trouble. */
  readonly met: () => number;
  close(): Promise<void>;
}

/** @param target the address that ends in the version */
export async function faultyProxy(target: string): Promise<FaultyProxy> {
  let met = 0;
  const { origin, pathname } = new URL(target);
  const server = createServer((asked, answer) => {
    if (proxy.mode !== 'through') met += 1;
    if (proxy.mode === 'error') {
      asked.resume();
      answer.writeHead(500).end('the proxy says no');
      return;
    }
    if (proxy.mode === 'silence') {
      asked.resume();
      return;
    }
    const { method, headers } = asked;
    const onward = request(`${origin}${asked.url ?? ''}`, { method, headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${port}${pathname}`,
    mode: 'through',
    met: () => met,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return proxy;
}
