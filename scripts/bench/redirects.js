// SPDX-License-Identifier: GPL-3.0-or-later
//
// Redirects for nginx of a site with very many articles: how long it takes to match the articles
// with their messages and to write the rules, how long `nginx -t` takes to read them, what memory a
// worker has, and how many requests a second are answered, beside a bare server: one that leads every
// request to the same address, with no rule of ours. Needs nginx, no sandbox; without wrk it says
// that lookups were not measured.
import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alignArticles } from '../../dist/redirects/align.js';
import { listRules } from '../../dist/redirects/rules.js';
import { saidRules } from '../../dist/redirects/writers/writer.js';
import { WRITERS } from '../../dist/redirects/writers/writers.js';
import { publishRules, stageRules } from '../../dist/run/rule-files.js';

const WEB = {
  cgiPrefixes: ['/mailman/', '/cgi-bin/mailman/'],
  archivePrefix: '/pipermail/',
  postoriusUrl: 'https://lists.example.org/mailman3/',
  hyperkittyUrl: 'https://lists.example.org/mailman3/hyperkitty/',
};
const SITE = { web: WEB, status: 301 };
const MONTHS =
  'January February March April May June July August September October November December';
const PORT = 18_099;
const SECONDS = 4;
const ROUNDS = 7;

/** Runs the benchmark for so many articles over so many lists and returns its lines. */
export async function redirects({ articles, lists, paths: asked = 20_000 }) {
  const dir = await mkdtemp(join(tmpdir(), 'mm2to3-bench-'));
  await chmod(dir, 0o755);
  try {
    const folder = join(dir, 'rules');
    const lines = [`${articles} articles over ${lists} lists`];
    const paths = [];
    const written = await write(folder, { articles, lists, asked, paths });
    lines.push(
      `  match and write: ${written.seconds.toFixed(1)} s, ${(written.bytes / 1e6).toFixed(0)} MB; heap at most ${written.megabytes.toFixed(0)} MB`,
    );
    const again = await write(folder, { articles, lists, asked: 0, paths: [], only: 0 });
    lines.push(
      `  one list again, unchanged: ${again.seconds.toFixed(2)} s, ${again.written ? 'something' : 'nothing'} written`,
    );
    await writeFile(join(dir, 'paths'), paths.join('\n'));
    await writeFile(join(dir, 'wrk.lua'), WRK);
    const mapped = await start(dir, 'mapped', PORT, [
      `include ${folder}/http/*.conf;`,
      `include ${folder}/*.conf;`,
    ]);
    const bare = await start(dir, 'bare', PORT + 1, ['', BARE]);
    try {
      lines.push(
        `  nginx -t: ${mapped.check.toFixed(2)} s; worker: ${(await memory(mapped)).toFixed(0)} MB (bare ${(await memory(bare)).toFixed(0)} MB)`,
        `  lookups: ${await compare(dir, mapped, bare)}`,
      );
    } finally {
      await Promise.all([mapped.stop(), bare.stop()]);
    }
    return lines.join('\n');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function write(folder, { articles, lists, asked, paths, only = null }) {
  let seconds = 0;
  let megabytes = 0;
  let written = false;
  const each = Math.ceil(articles / lists);
  for (let n = 0; n < lists; n += 1) {
    if (only !== null && n !== only) continue;
    const made = archive(`list-${n}`, each);
    const began = performance.now();
    const alignment = alignArticles(made.listing.articles, made.messages, (id) => id);
    const rules = listRules(
      {
        name: made.name,
        fqdnListname: `${made.name}@lists.example.org`,
        listId: `${made.name}.lists.example.org`,
        private: false,
        archived: true,
        listing: made.listing,
        alignment,
        held: new Set(made.messages.map(({ hash }) => hash)),
        attachments: new Map(),
      },
      WEB,
    );
    const staged = await stageRules(folder, WRITERS.nginx, saidRules(rules, WRITERS.nginx), SITE);
    seconds += (performance.now() - began) / 1000;
    megabytes = Math.max(megabytes, process.memoryUsage().heapUsed / 1e6);
    if (only !== null) continue;
    if (!staged) throw new Error('nothing was written');
    for (let k = 0; k < asked / lists; k += 1) {
      const { volume, file } = made.listing.articles[Math.floor(Math.random() * each)];
      paths.push(`/pipermail/${made.name}/${volume}/${file}`);
    }
  }
  const began = performance.now();
  await publishRules(folder, WRITERS.nginx, SITE, {
    announce: async () => void (written = true),
    compile: async () => false,
  });
  seconds += (performance.now() - began) / 1000;
  let bytes = 0;
  for (const name of await readdir(join(folder, 'http')))
    bytes += (await stat(join(folder, 'http', name))).size;
  return { seconds, megabytes, bytes, written };
}

/** A list with twenty years of months, as a site reads it. */
function archive(name, count) {
  const messages = [];
  const articles = [];
  const volumes = [];
  const months = MONTHS.split(' ');
  const perMonth = Math.ceil(count / 240);
  for (let number = 0; number < count; number += 1) {
    const month = Math.floor(number / perMonth);
    const volume = `${2000 + Math.floor(month / 12)}-${months[month % 12]}`;
    if (volumes.at(-1)?.name !== volume) {
      const indexes = ['thread.html', 'subject.html', 'author.html', 'date.html', 'index.html'];
      volumes.push({
        name: volume,
        kind: 'month',
        indexes,
        downloads: [`${volume}.txt`, `${volume}.txt.gz`],
      });
    }
    const messageId = `<${number}.${name}@mail.example.org>`;
    messages.push({
      messageId,
      formerIds: [],
      hash: base32(createHash('sha1').update(messageId).digest()),
      date: Date.UTC(2000, month, 1) / 1000,
      generatedId: false,
      ghosts: 0,
      page: null,
    });
    const file = `${String(number).padStart(6, '0')}.html`;
    articles.push({ volume, file, number, messageId });
  }
  return { name, messages, listing: { volumes, articles, attachments: [], others: [] } };
}

function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(five, 2)]);
}

// As cheap as nginx can lead a request anywhere.
const BARE =
  'location ^~ /pipermail/ { return 301 "https://lists.example.org/mailman3/hyperkitty/list/list@lists.example.org/message/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567/"; }';

/** A server with one worker, and how long reading its configuration takes. */
async function start(dir, name, port, [http, server]) {
  const config = join(dir, `${name}.conf`);
  await writeFile(
    config,
    `daemon off; pid ${dir}/${name}.pid; worker_processes 1; events { worker_connections 512; }
http { access_log off; ${http}
server { listen 127.0.0.1:${port}; ${server} } }`,
  );
  const args = ['-p', dir, '-c', config, '-e', join(dir, `${name}.log`)];
  const began = performance.now();
  await execa('nginx', ['-t', ...args]);
  const check = (performance.now() - began) / 1000;
  const running = execa('nginx', args, { reject: false });
  const stop = async () => {
    running.kill('SIGTERM');
    await running;
  };
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' }).catch(() => null);
    if (up !== null) return { port, check, pid: running.pid, stop, cpu: 0, requests: 0 };
    if (tries > 200) {
      await stop();
      throw new Error('nginx did not start');
    }
    await sleep(50);
  }
}

/** What a server's worker holds, in MB. */
async function memory(server) {
  const status = await readFile(`/proc/${await worker(server)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1000;
}

async function worker({ pid }) {
  const { stdout: children } = await execa('pgrep', ['-P', String(pid)]);
  return children.split('\n')[0];
}

/** Both servers by turns, for the machine may grow warm or busy; the middle of their ratios. */
async function compare(dir, mapped, bare) {
  const found = await execa('wrk', ['-v'], { reject: false });
  if (found.failed && found.exitCode === undefined) return 'not measured, for wrk is missing here';
  const rounds = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const [a, b] = n % 2 === 0 ? [mapped, bare] : [bare, mapped];
    const rates = new Map();
    for (const server of [a, b]) rates.set(server, await rate(dir, server));
    rounds.push([rates.get(mapped), rates.get(bare)]);
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const shares = rounds.map(([own, other]) => (own / other) * 100);
  const [own, other] = [0, 1].map((which) => middle(rounds.map((round) => round[which])));
  const cost = (server) => (server.cpu / server.requests) * 1e6;
  return `${own.toFixed(0)}/s, bare ${other.toFixed(0)}/s; in ${ROUNDS} rounds by turns ${shares.map((share) => share.toFixed(1)).join(', ')} %, the middle ${middle(shares).toFixed(1)} %; a worker's time for one ${cost(mapped).toFixed(1)} µs, bare ${cost(bare).toFixed(1)} µs`;
}

/** Requests a second that a server answers, each with a redirect; adds up what they cost. */
async function rate(dir, server) {
  const { port } = server;
  const before = await processorSeconds(server);
  const words = ['-t1', '-c32', `-d${SECONDS}s`, '-s', join(dir, 'wrk.lua')];
  const { stdout } = await execa('wrk', [...words, `http://127.0.0.1:${port}`], {
    env: { PATHS: join(dir, 'paths') },
  });
  const wrong = /^wrong (\d+)$/m.exec(stdout)?.[1];
  if (wrong !== '0') throw new Error(`${wrong} answers were no redirect\n${stdout}`);
  server.cpu += (await processorSeconds(server)) - before;
  server.requests += Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

/** What a server's worker has used of processors so far, which other programs hardly change. */
async function processorSeconds(server) {
  const stat = await readFile(`/proc/${await worker(server)}/stat`, 'utf8');
  const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
  return (user + system) / 100;
}

const WRK = `
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local n = 0
function request() n = n + 1; return wrk.format("GET", paths[n % #paths + 1]) end
local threads = {}
function setup(thread) table.insert(threads, thread) end
wrong = 0
function response(status) if status ~= 301 then wrong = wrong + 1 end end
function done()
  local all = 0
  for _, thread in ipairs(threads) do all = all + thread:get("wrong") end
  print("wrong " .. all)
end
`;
