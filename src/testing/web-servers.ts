// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { WebServer } from '../redirects/writers/writers.js';

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

/** Asks for a path, which is sent as it is. */
export type Ask = (path: string, method?: 'GET' | 'HEAD') => Promise<Answer>;

/** A folder for rules and one server after the other that reads them. */
export interface ServerBench {
  /** Where rules go. */
  readonly rules: string;
  /** A folder that the server's workers can read. */
  readonly dir: string;
  /** The server's complaints of the configuration; null where it accepts it. */
  test(): Promise<string | null>;
  /** Runs the server while `work` asks it. */
  serve(work: (ask: Ask) => Promise<void>): Promise<void>;
  /** As the program does it: false where there is no program for that. */
  compile(text: string, database: string): Promise<boolean>;
  remove(): Promise<void>;
}

interface Kind {
  readonly program: string;
  readonly configuration: (dir: string, rules: string, port: number) => Promise<string> | string;
  readonly test: (config: string, dir: string) => readonly string[];
  readonly run: (config: string, dir: string) => readonly string[];
}

const KINDS: Readonly<Record<WebServer, Kind>> = {
  nginx: {
    program: '/usr/sbin/nginx',
    configuration: (dir, rules, port) =>
      [
        'daemon off; master_process off;',
        `pid ${join(dir, 'pid')};`,
        'events { worker_connections 64; }',
        'http { access_log off;',
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
          (name) => `${name}_temp_path ${join(dir, name)};`,
        ),
        `include "${rules}/http/*.conf";`,
        `server { listen 127.0.0.1:${port};`,
        `include "${rules}/*.conf";`,
        '} }',
      ].join('\n'),
    test: (config, dir) => ['-t', '-p', dir, '-c', config, '-e', join(dir, 'error.log')],
    run: (config, dir) => ['-p', dir, '-c', config, '-e', join(dir, 'error.log')],
  },
  apache: {
    program: '/usr/sbin/apache2',
    configuration: (dir, rules, port) =>
      [
        `ServerRoot "${dir}"`,
        `PidFile "${dir}/pid"`,
        `ErrorLog "${dir}/error.log"`,
        `Listen 127.0.0.1:${port}`,
        'ServerName localhost',
        ...['mpm_event', 'authz_core', 'rewrite'].map(
          (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
        ),
        ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
        `<VirtualHost *:${port}>`,
        `Include "${rules}/mm2to3.conf"`,
        '</VirtualHost>',
      ].join('\n'),
    test: (config) => ['-t', '-f', config],
    run: (config) => ['-D', 'FOREGROUND', '-f', config],
  },
  caddy: {
    program: '/usr/bin/caddy',
    configuration: (_dir, rules, port) =>
      `{\n admin off\n auto_https off\n}\nhttp://127.0.0.1:${port} {\n import ${rules}/mm2to3.caddy\n handle {\n  respond 404\n }\n}\n`,
    test: (config) => ['validate', '--adapter', 'caddyfile', '--config', config],
    run: (config) => ['run', '--adapter', 'caddyfile', '--config', config],
  },
  haproxy: {
    program: '/usr/sbin/haproxy',
    configuration: async (_dir, rules, port) =>
      [
        'global',
        ' maxconn 100',
        'defaults',
        ' mode http',
        ' timeout client 10s',
        ' timeout server 10s',
        ' timeout connect 10s',
        'frontend old',
        ` bind 127.0.0.1:${port}`,
        await readFile(join(rules, 'frontend.cfg'), 'utf8'),
        ' http-request return status 404',
        '',
      ].join('\n'),
    test: (config) => ['-c', '-f', config],
    run: (config) => ['-db', '-f', config],
  },
};

/** Whether this machine has the server. */
export const installed = (server: WebServer): boolean => existsSync(KINDS[server].program);

export async function serverBench(server: WebServer): Promise<ServerBench> {
  const { program, configuration, test, run } = KINDS[server];
  const dir = await mkdtemp(join(tmpdir(), `mm2to3-${server}-`));
  await chmod(dir, 0o755);
  const rules = join(dir, 'rules');
  await mkdir(rules);
  const config = join(dir, 'server.conf');
  const port = await freePort();
  const env = { ...process.env, HOME: dir };
  const configure = async (): Promise<void> => {
    await writeFile(config, await configuration(dir, rules, port));
  };
  const ask: Ask = (path, method = 'GET') =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => {
          const { statusCode, headers } = response;
          resolve({ status: statusCode ?? 0, location: headers.location ?? null, body });
        });
      })
        .on('error', reject)
        .end();
    });

  return {
    rules,
    dir,
    async test() {
      await configure();
      const ended = spawnSync(program, test(config, dir), { encoding: 'utf8', env });
      return ended.status === 0 ? null : `${ended.stdout}${ended.stderr}`;
    },
    async serve(work) {
      await configure();
      const running = spawn(program, run(config, dir), { stdio: 'ignore', env });
      const ended = once(running, 'exit');
      try {
        while ((await ask('/').catch(() => null)) === null) {
          if (running.exitCode !== null) throw new Error(`${server} did not start`);
          await sleep(5);
        }
        await work(ask);
      } finally {
        running.kill('SIGTERM');
        await ended;
      }
    },
    async compile(text, database) {
      if (!existsSync('/usr/sbin/httxt2dbm')) return false;
      await promisify(execFile)('/usr/sbin/httxt2dbm', ['-i', text, '-o', database]);
      return true;
    },
    async remove() {
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listened at a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
