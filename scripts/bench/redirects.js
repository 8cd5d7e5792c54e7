// SPDX-License-Identifier: GPL-3.0-or-later
//
// Redirects for nginx of a site with very many articles: how long it takes to match the articles
// with their messages and to write the rules, how long `nginx -t` takes to read them, what memory a
// worker has, and how many requests a second are answered, beside a server that has the same rules
// and nothing in its maps. Needs nginx and wrk, no sandbox.
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
const SECONDS = 8;

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
      `  one list again, unchanged: ${again.seconds.toFixed(2)} s, ${again.written} files written`,
    );
    await writeFile(join(dir, 'paths'), paths.join('\n'));
    await writeFile(join(dir, 'wrk.lua'), WRK);
    const rules = (where) => [`include ${where}/http/*.conf;`, `include ${where}/*.conf;`];
    const mapped = rules(folder);
    const plain = rules(join(dir, 'bare'));
    await write(join(dir, 'bare'), { articles, lists, asked: 0, paths: [], bare: true });
    const without = await serve(dir, plain);
    const withMap = await serve(dir, mapped);
    // Once more in the other order, for the machine may grow warm or busy.
    const withMapAgain = await serve(dir, mapped);
    const withoutAgain = await serve(dir, plain);
    const rate = (a, b) => (a.rate + b.rate) / 2;
    const share = rate(withMap, withMapAgain) / rate(without, withoutAgain);
    lines.push(
      `  nginx -t: ${withMap.check.toFixed(2)} s; worker: ${withMap.memory.toFixed(0)} MB (without the map ${without.memory.toFixed(0)} MB)`,
      `  lookups: ${rate(withMap, withMapAgain).toFixed(0)}/s; without the map ${rate(without, withoutAgain).toFixed(0)}/s: ${(share * 100).toFixed(1)} %`,
    );
    return lines.join('\n');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function write(folder, { articles, lists, asked, paths, only = null, bare = false }) {
  let seconds = 0;
  let megabytes = 0;
  let written = 0;
  const each = Math.ceil(articles / lists);
  for (let n = 0; n < lists; n += 1) {
    if (only !== null && n !== only) continue;
    const made = archive(`list-${n}`, bare ? 0 : each);
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
    const result = await writeRuleFiles(
      folder,
      WRITERS.nginx,
      saidRules(rules, WRITERS.nginx),
      SITE,
      { announce: async () => void (written += 1), compile: async () => false },
    );
    seconds += (performance.now() - began) / 1000;
    megabytes = Math.max(megabytes, process.memoryUsage().heapUsed / 1e6);
    if (only !== null) continue;
    if (!result.written) throw new Error('nothing was written');
    for (let k = 0; k < asked / lists; k += 1) {
      const { volume, file } = made.listing.articles[Math.floor(Math.random() * each)];
      paths.push(`/pipermail/${made.name}/${volume}/${file}`);
    }
  }
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

/** Reading, memory and requests a second of a server with one worker. */
async function serve(dir, [http, server]) {
  const config = join(dir, 'nginx.conf');
  await writeFile(
    config,
    `daemon off; pid ${dir}/pid; worker_processes 1; events { worker_connections 512; }
http { access_log off; ${http}
server { listen 127.0.0.1:${PORT}; ${server} } }`,
  );
  const args = ['-p', dir, '-c', config, '-e', join(dir, 'error.log')];
  const began = performance.now();
  await execa('nginx', ['-t', ...args]);
  const check = (performance.now() - began) / 1000;
  const running = execa('nginx', args, { reject: false });
  try {
    for (let tries = 0; ; tries += 1) {
      const up = await fetch(`http://127.0.0.1:${PORT}/`, { redirect: 'manual' }).catch(() => null);
      if (up !== null) break;
      if (tries > 200) throw new Error('nginx did not start');
      await sleep(50);
    }
    const words = ['-t1', '-c32', `-d${SECONDS}s`, '-s', join(dir, 'wrk.lua')];
    const { stdout } = await execa('wrk', [...words, `http://127.0.0.1:${PORT}`], {
      env: { PATHS: join(dir, 'paths') },
    });
    const wrong = /^wrong (\d+)$/m.exec(stdout)?.[1];
    if (wrong !== '0') throw new Error(`${wrong} answers were no redirect\n${stdout}`);
    const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
    const { stdout: children } = await execa('pgrep', ['-P', String(running.pid)]);
    const status = await readFile(`/proc/${children.split('\n')[0]}/status`, 'utf8');
    const memory = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1000;
    return { check, rate, memory };
  } finally {
    running.kill('SIGTERM');
    await running;
  }
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
