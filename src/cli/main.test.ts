// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from '../testing/captured-io.js';
import { deadUrl, localServer, type LocalServer } from '../testing/http-server.js';
import { type Mm2Site, mm2Site } from '../testing/mm2-site.js';
import { EXIT, EXIT_HELP } from './exit-codes.js';
import { main } from './main.js';

let dir = '';
let site: Mm2Site;
let core: LocalServer;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mm2to3-cli-'));
  site = await mm2Site();
  core = await localServer(({ path, headers }) =>
    headers.authorization !== `Basic ${btoa('restadmin:right')}`
      ? { status: 401 }
      : path === '/3.1/system/configuration'
        ? { json: { sections: ['language.en', 'language.fr'] } }
        : { status: 404 },
  );
  const target = (restUrl: string, password: string): string =>
    [
      `target:`,
      `  restUrl: ${restUrl}/3.1`,
      `  restPasswordFile: ${password}`,
      `  django: { command: ["false"] }`,
      `  hyperkittyUrl: ${restUrl}/hyperkitty/`,
      `  postoriusUrl: ${restUrl}/postorius/`,
    ].join('\n');
  const source = `source: { root: ${site.root} }\n`;
  const files = {
    right: 'right\n',
    wrong: 'wrong\n',
    'bad.yaml': 'sauce: x\nbatch: { concurrency: many }\n',
    'no-root.yaml': '',
    'no-target.yaml': source,
    'no-site.yaml': `source: { root: ${dir}/none }\n`,
    'no-password.yaml': source + target(core.url, 'nowhere'),
    'wrong-password.yaml': source + target(core.url, 'wrong'),
    'dead.yaml': source + target(await deadUrl(), 'right'),
    'good.yaml': source + target(core.url, 'right'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
});
afterAll(async () => {
  await core.close();
  await site.remove();
  await rm(dir, { recursive: true });
});

async function run(line: string, env: Record<string, string> = {}) {
  const io = capturedIo(dir, env);
  const code = await main(
    line.split(' ').filter((word) => word !== ''),
    io,
  );
  return { code, out: io.out(), err: io.err() };
}

/** The words of a command line, the exit code, and a part of what is said and where. */
type Row = readonly [line: string, code: number, stream: 'out' | 'err', said: string];

describe('exit codes', () => {
  it('are those that scripts rely on', () => {
    expect(EXIT).toEqual({
      done: 0,
      bug: 1,
      cannotStart: 2,
      declined: 3,
      findings: 4,
      listsFailed: 5,
      interrupted: 130,
      terminated: 143,
    });
  });

  it.each<Row>([
    ['--help', 0, 'out', 'Exit codes:'],
    ['-h', 0, 'out', 'Usage: mm2to3'],
    ['help', 0, 'out', 'Usage: mm2to3'],
    ['help plan', 0, 'out', 'Usage: mm2to3 plan'],
    ['plan --help', 0, 'out', '--overwrite'],
    ['archive --help', 0, 'out', 'import'],
  ])('of help: mm2to3 %s → %i', async (line, code, stream, said) => {
    const result = await run(line);
    expect(result).toMatchObject({ code, err: '' });
    expect(result[stream]).toContain(said);
  });

  it('of the version', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
    expect((await run('-V')).code).toBe(0);
  });

  it.each<Row>([
    ['', 2, 'err', 'Usage: mm2to3'],
    ['archive', 2, 'err', 'Usage: mm2to3 archive'],
    ['surwey', 2, 'err', 'Did you mean survey?'],
    ['--frobnicate survey', 2, 'err', "unknown option '--frobnicate'"],
    ['survey --overwrite', 2, 'err', "unknown option '--overwrite'"],
    ['survey --config', 2, 'err', 'argument missing'],
    ['archive check dev --mbox x', 2, 'err', '--mbox names a file in the place of lists'],
    ['plan --format pdf', 2, 'err', 'Allowed choices are text, json, markdown, html'],
    ['plan --bans maybe', 2, 'err', 'Allowed choices are keep, drop, ask'],
    ['plan --bans ask', 2, 'err', '--bans ask has nobody to ask'],
    ['apply --bans ask', 2, 'err', '--bans keep or --bans drop'],
    ['migrate --bans ask', 2, 'err', '--bans ask has nobody to ask'],
    ['redirects --format iis', 2, 'err', 'Allowed choices are nginx, apache'],
  ])('of wrong usage: mm2to3 %s → %i', async (line, code, stream, said) => {
    const result = await run(line);
    expect(result).toMatchObject({ code, out: '' });
    expect(result[stream]).toContain(said);
  });

  it.each<Row>([
    ['survey -c gone.yaml', 2, 'err', 'gone.yaml cannot be read'],
    ['survey -c bad.yaml', 2, 'err', 'bad.yaml:1: sauce is no known key'],
    ['survey -c bad.yaml', 2, 'err', 'bad.yaml:2: batch.concurrency has a wrong value'],
    ['survey -c no-root.yaml', 2, 'err', 'source.root is not set'],
    ['survey -c no-site.yaml', 2, 'err', 'could not be read'],
    ['plan -c no-target.yaml', 2, 'err', 'target.restUrl is not set'],
    ['plan -c no-password.yaml', 2, 'err', 'nowhere cannot be read'],
    ['plan -c wrong-password.yaml', 2, 'err', 'refuses the user restadmin'],
    ['plan -c dead.yaml', 2, 'err', 'Mailman Core does not answer'],
    ['migrate -c no-target.yaml', 2, 'err', 'target.restUrl is not set'],
    ['verify -c no-target.yaml', 2, 'err', 'target.restUrl is not set'],
  ])('where nothing can start: mm2to3 %s → %i', async (line, code, stream, said) => {
    const result = await run(line);
    expect(result).toMatchObject({ code, out: '' });
    expect(result[stream]).toContain(said);
  });

  it.each<Row>([
    ['survey volunteers -c good.yaml', 0, 'out', 'volunteers@'],
    ['survey --config good.yaml truncated', 4, 'out', 'config.pck cannot be read'],
    ['survey -c good.yaml broken', 4, 'out', 'List cannot be read'],
    ['export volunteers -c good.yaml', 0, 'out', 'migrated'],
    ['export broken volunteers -c good.yaml', 5, 'out', 'failed'],
    ['archive check no-archive -c good.yaml', 0, 'out', 'has no mbox'],
    ['archive check dev -c good.yaml', 4, 'out', 'no Message-ID'],
    ['archive check broken dev -c good.yaml', 5, 'out', 'no Message-ID'],
    ['archive check --mbox gone.mbox', 5, 'out', 'cannot be read'],
    ['plan announce -c good.yaml', 4, 'out', 'announce → announce@lists.example.org'],
    ['plan broken -c good.yaml', 5, 'out', 'List cannot be read'],
    ['plan c++-users -c good.yaml', 5, 'out', 'mapping.list-name-refused'],
  ])('of work: mm2to3 %s → %i', async (line, code, stream, said) => {
    const result = await run(`${line} --json --workspace ${dir}/work`);
    const text = await run(`${line} --workspace ${dir}/work`);
    expect([result.code, text.code]).toEqual([code, code]);
    expect(result[stream] + text[stream]).toContain(said);
  });
});

describe('what the system refuses', () => {
  it('is said, and is no bug', async () => {
    await mkdir(join(dir, 'occupied'));
    await writeFile(join(dir, 'occupied/batch'), '');
    const { code, err } = await run('--config good.yaml --workspace occupied status');
    expect(code).toBe(EXIT.cannotStart);
    expect(err).toContain('the system refused mkdir');
    expect(err).toContain(join(dir, 'occupied/batch'));
    expect(err).not.toContain('bug');
  });
});

describe('--json', () => {
  it('prints one object on stdout, and nothing else anywhere', async () => {
    const { out, err } = await run('survey dev -c good.yaml --json');
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      lists: [{ name: 'dev', members: 119, archive: { messages: 400 } }],
    });
    expect(err).toBe('');
  });

  it('holds what kept the tool from starting', async () => {
    const { code, out } = await run('--json survey -c bad.yaml');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      errors: [
        { code: 'config.invalid', line: 1 },
        { code: 'config.invalid', line: 2 },
      ],
    });
  });
});

describe('what is said where', () => {
  it('the answer on stdout, progress on stderr, less with --quiet', async () => {
    const loud = await run(`plan volunteers -c good.yaml --workspace ${dir}/work`);
    const quiet = await run(`plan volunteers -c good.yaml --quiet --workspace ${dir}/work`);
    // The minute may have changed in between.
    const timeless = (text: string): string => text.replace(/\d\d:\d\d UTC/, 'TIME');
    expect([timeless(quiet.out), quiet.err]).toEqual([timeless(loud.out), '']);
  });

  it('--help shows the whole table of exit codes', async () => {
    expect((await run('--help')).out).toContain(EXIT_HELP);
    for (const code of Object.values(EXIT)) expect(EXIT_HELP).toMatch(new RegExp(`\\b${code}\\b`));
  });

  it('a plan changes nothing in Mailman 3', async () => {
    const before = core.asked.length;
    await run(`plan -c good.yaml --quiet --workspace ${dir}/work`);
    const methods = core.asked.slice(before).map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });

  it.each(['-n', '--dry-run'])('so does apply %s, which is a plan', async (flag) => {
    const before = core.asked.length;
    const line = `announce volunteers -c good.yaml --quiet --json --workspace ${dir}/dry`;
    expect(await run(`apply ${flag} ${line}`)).toEqual(await run(`plan ${line}`));
    const methods = core.asked.slice(before).map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });

  it('entries of the configuration without effect are told with the answer', async () => {
    const text = await readFile(join(dir, 'good.yaml'), 'utf8');
    const lists = 'lists: { rename: { gone: new }, domains: { nobody.org: new.org } }';
    await writeFile(join(dir, 'idle.yaml'), `${text}\n${lists}\n`);
    const line = `plan volunteers --quiet -c idle.yaml --workspace ${dir}/work`;
    const { siteFindings } = JSON.parse((await run(`${line} --json`)).out) as {
      readonly siteFindings: readonly { readonly code: string; readonly summary: string }[];
    };
    expect(siteFindings.map(({ code, summary }) => `${code} ${summary}`)).toEqual([
      'config.no-effect lists: rename: "gone" has no effect',
      'config.no-effect lists: domains: "nobody.org" has no effect',
    ]);
    expect((await run(line)).out).toContain('lists: rename: "gone" has no effect');
  });

  it('a plan goes to a file in the form that its ending says', async () => {
    const line = `plan announce -c good.yaml --quiet --workspace ${dir}/work`;
    const forms = [
      ['plan.html', '<!doctype html>'],
      ['plan.md', '<!-- mm2to3 plan -->'],
      ['plan.json', '{'],
      ['plan.txt', 'Plan for 1 list'],
    ] as const;
    for (const [file, head] of forms) {
      expect(await run(`${line} --output ${file}`)).toEqual({ code: 4, out: '', err: '' });
      expect((await readFile(join(dir, file), 'utf8')).startsWith(head)).toBe(true);
      expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
    }
    const taken = await run(`${line} --output good.yaml`);
    expect(taken).toMatchObject({ code: 2, out: '' });
    expect(taken.err).toContain('good.yaml: the output file is not written over');
    const both = await run(`${line} --json --format html`);
    expect(both.code).toBe(2);
    expect(both.err).toContain('contradict');
  });

  it('colors come where they are asked for, and addresses where they are', async () => {
    const line = `plan announce -c good.yaml --quiet --workspace ${dir}/work`;
    const esc = '\u001b[';
    expect((await run(line)).out).not.toContain(esc);
    expect((await run(line, { FORCE_COLOR: '1' })).out).toContain(esc);
    expect((await run(line, { FORCE_COLOR: '1', NO_COLOR: '1' })).out).not.toContain(esc);
    expect((await run(`${line} --no-color`, { FORCE_COLOR: '1' })).out).not.toContain(esc);
    const members = async (flags: string) =>
      new Set((await run(`${line} --format markdown ${flags}`)).out.match(/[\w.]+@example\.\w+/g));
    expect(await members('')).toEqual(new Set());
    expect((await members('--members')).size).toBeGreaterThan(30);
  });

  it('the environment names a configuration too', async () => {
    expect((await run('survey', { MM2TO3_CONFIG: 'bad.yaml' })).err).toContain('sauce');
  });
});
