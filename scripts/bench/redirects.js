// SPDX-License-Identifier: GPL-3.0-or-later
//
// Redirects for nginx of a site with very many articles: how long it takes to match the articles
// with their messages and to write the rules, how long `nginx -t` takes to read them, what memory a
// worker has, and how many requests a second are answered, beside two servers without a map: one with
// the same locations, each of which leads to one message of its list, and a bare one, with a single
// location for all. Needs nginx, no sandbox; without wrk it says that lookups were not measured.
//
// What counts is the first of the two, asked for articles all of which are as likely: no processor's
// cache holds what such a server looks up. Real readers ask for few articles often, the search
// engines' robots for all once; the second row of figures is for readers (Zipf's law).
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
const SECONDS = 2;
const ROUNDS = 11;

/** Runs the benchmark for so many articles over so many lists and returns its lines. */
export async function redirects({ articles, lists, paths: asked = 20_000 }) {
  const dir = await mkdtemp(join(tmpdir(), 'mm2to3-bench-'));
  await chmod(dir, 0o755);
  try {
    const folder = join(dir, 'rules');
    const lines = [`${articles} articles over ${lists} lists`];
    const patterns = {
      uniform: chosen(asked, articles, even),
      zipf: chosen(asked, articles, zipf),
    };
    const written = await write(folder, { articles, lists, patterns });
    lines.push(
      `  match and write: ${written.seconds.toFixed(1)} s, ${(written.bytes / 1e6).toFixed(0)} MB; heap at most ${written.megabytes.toFixed(0)} MB`,
    );
    const again = await write(folder, { articles, lists, patterns: {}, only: 0 });
    lines.push(
      `  one list again, unchanged: ${again.seconds.toFixed(2)} s, ${again.written ? 'something' : 'nothing'} written`,
    );
    for (const [name, paths] of Object.entries(patterns))
      await writeFile(join(dir, name), paths.join('\n'));
    await writeFile(join(dir, 'wrk.lua'), WRK);
    const mapped = await start(dir, 'mapped', PORT, [
      `include ${folder}/http/*.conf;`,
      `include ${folder}/*.conf;`,
    ]);
    const locations = Array.from({ length: lists }, (_, n) => constant(`list-${n}`, `list-${n}`));
    const mapless = await start(dir, 'mapless', PORT + 1, ['', locations.join('\n')]);
    const bare = await start(dir, 'bare', PORT + 2, ['', constant('', 'list-10')]);
    try {
      await expectMessages(mapped, patterns.uniform.slice(0, 200));
      lines.push(
        `  nginx -t: ${mapped.check.toFixed(2)} s; worker: ${(await memory(mapped)).toFixed(0)} MB (bare ${(await memory(bare)).toFixed(0)} MB)`,
        `  lookups, all articles as likely:${await compare(dir, 'uniform', { mapped, mapless, bare })}`,
        `  lookups by Zipf's law:${await compare(dir, 'zipf', { mapped, mapless, bare })}`,
      );
    } finally {
      await Promise.all([mapped.stop(), mapless.stop(), bare.stop()]);
    }
    return lines.join('\n');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Numbers of articles in the order in which they are asked for. */
const chosen = (asked, articles, choose) => Array.from({ length: asked }, () => choose(articles));

const even = (articles) => Math.floor(Math.random() * articles);

/** The article of rank r is asked for in proportion to 1/r; ranks lie anywhere in the archives. */
const zipf = (articles) => (Math.floor(articles ** Math.random()) * 7_368_787) % articles;

/** Writes the rules, and puts paths in the place of the numbers of the articles that are asked for. */
async function write(folder, { articles, lists, patterns, only = null }) {
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
    for (const wanted of Object.values(patterns)) {
      for (const [k, article] of wanted.entries()) {
        if (Math.floor(article / each) !== n) continue;
        const { volume, file } = made.listing.articles[article % each];
        wanted[k] = `/pipermail/${made.name}/${volume}/${file}`;
      }
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

/** Leads whatever lies below to one message: as cheap as nginx can do it, and as long an answer. */
const constant = (below, name) =>
  `location ^~ "/pipermail/${below}${below === '' ? '' : '/'}" { return 301 "https://lists.example.org/mailman3/hyperkitty/list/${name}@lists.example.org/message/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567/"; }`;

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
    if (up !== null) return { port, check, pid: running.pid, stop };
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

async function expectMessages({ port }, paths) {
  for (const path of paths) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' });
    const location = answer.headers.get('location') ?? '';
    if (answer.status !== 301 || !/\/message\/[A-Z2-7]{32}\/$/.test(location))
      throw new Error(`${path}: ${answer.status} ${location}`);
  }
}

/**
 * All servers by turns, for the machine may grow warm or busy; the middle of each server's rates, of
 * the shares that each round gives, and of the processor's time that a request takes, which other
 * programs change less.
 */
async function compare(dir, paths, servers) {
  const found = await execa('wrk', ['-v'], { reject: false });
  if (found.failed && found.exitCode === undefined) return ' not measured, for wrk is missing here';
  const names = Object.keys(servers);
  const rounds = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const round = {};
    for (const name of n % 2 === 0 ? names : names.toReversed())
      round[name] = await measure(dir, paths, servers[name]);
    rounds.push(round);
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const [own, ...others] = names;
  const told = names.map((name) => {
    const [rate, cost] = ['rate', 'cost'].map((what) => middle(rounds.map((r) => r[name][what])));
    return `${name} ${rate.toFixed(0)}/s, ${cost.toFixed(2)} µs of a processor each`;
  });
  const shares = others.map((name) => {
    const each = rounds.map((round) => (round[own].rate / round[name].rate) * 100);
    const costs = rounds.map((round) => (round[name].cost / round[own].cost) * 100);
    return `of ${name} ${middle(each).toFixed(1)} % (${each.map((share) => share.toFixed(0)).join(' ')}), by processor time ${middle(costs).toFixed(1)} %`;
  });
  return ['', ...told, ...shares].join('\n    ');
}

/** Requests a second that a server answers, each with a redirect, and microseconds for one. */
async function measure(dir, paths, server) {
  const before = await processorSeconds(server);
  const words = ['-t1', '-c32', `-d${SECONDS}s`, '-s', join(dir, 'wrk.lua')];
  const { stdout } = await execa('wrk', [...words, `http://127.0.0.1:${server.port}`], {
    env: { PATHS: join(dir, paths) },
  });
  if (/Non-2xx or 3xx/.test(stdout)) throw new Error(`answers were no redirect\n${stdout}`);
  const seconds = (await processorSeconds(server)) - before;
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    cost: (seconds / Number(/(\d+) requests in/.exec(stdout)?.[1])) * 1e6,
  };
}

/** What a server's worker has used of processors so far. */
async function processorSeconds(server) {
  const [run] = (await readFile(`/proc/${await worker(server)}/schedstat`, 'utf8')).split(' ');
  return Number(run) / 1e9;
}

// Requests are made before the time begins and answers are not looked at, for what Lua does with each
// would throw the server's memory out of the processors' caches.
const WRK = `
local requests = {}
function init()
  for line in io.lines(os.getenv("PATHS")) do requests[#requests + 1] = wrk.format("GET", line) end
end
local n = 0
function request() n = n % #requests + 1; return requests[n] end
`;
