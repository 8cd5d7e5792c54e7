// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The real nginx; null where this machine has none. */
export const nginxBinary: string | null =
  ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'].find(
    (path) => existsSync(path),
  ) ?? null;

/** Parts of a configuration, by block. */
export interface NginxParts {
  readonly http: readonly string[];
  readonly server: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly location: string | null;
}

/** A folder for one nginx after the other, answering at a socket in it. */
export interface NginxBench {
  /** Complaints of `nginx -t`; null where it accepts the configuration. */
  test(parts: NginxParts): Promise<string | null>;
  /** Runs nginx while `work` asks it for paths, which are sent as they are. */
  serve(
    parts: NginxParts,
    work: (ask: (path: string) => Promise<Answer>) => Promise<void>,
  ): Promise<void>;
  remove(): Promise<void>;
}

export async function nginxBench(): Promise<NginxBench> {
  if (nginxBinary === null) throw new Error('nginx is not installed');
  const binary = nginxBinary;
  const dir = await mkdtemp(join(tmpdir(), 'mm2to3-nginx-'));
  const socketPath = join(dir, 'socket');
  const args = ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')];
  await mkdir(join(dir, 'temp'));

  const configure = async ({ http, server }: NginxParts): Promise<void> => {
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(dir, 'temp', name)};`,
    );
    const text = [
      'daemon off; master_process off;',
      `pid ${join(dir, 'pid')};`,
      'events { worker_connections 16; }',
      `http { access_log off; ${temp.join(' ')}`,
      ...http,
      `server { listen unix:${socketPath};`,
      ...server,
      '} }',
    ].join('\n');
    await writeFile(join(dir, 'nginx.conf'), text);
  };

  const ask = (path: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      request({ socketPath, path }, (response) => {
        response.resume();
        const { statusCode, headers } = response;
        resolve({ status: statusCode ?? 0, location: headers.location ?? null });
      })
        .on('error', reject)
        .end();
    });

  return {
    async test(parts) {
      await configure(parts);
      const { status, stderr } = spawnSync(binary, ['-t', ...args], { encoding: 'utf8' });
      return status === 0 ? null : stderr;
    },
    async serve(parts, work) {
      await configure(parts);
      await rm(socketPath, { force: true });
      const running = spawn(binary, args, { stdio: 'ignore' });
      const ended = once(running, 'exit');
      try {
        while (!(await ask('/').catch(() => null))) {
          if (running.exitCode !== null) throw new Error('nginx did not start');
          await sleep(2);
        }
        await work(ask);
      } finally {
        running.kill('SIGTERM');
        await ended;
      }
    },
    async remove() {
      await rm(dir, { recursive: true, force: true });
    },
  };
}
