// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CannotStartError } from '../diagnostics.js';
import { type ConfigFlags, loadConfig, parseConfig } from './config.js';

const parse = (
  yaml: string,
  flags: ConfigFlags = {},
  env: Readonly<Record<string, string | undefined>> = {},
) => parseConfig(yaml, '/etc/mm/mm2to3.yaml', flags, env, '/home/admin');

/** Every complaint as `line: summary (why)`. */
function problems(yaml: string): readonly string[] {
  try {
    parse(yaml);
  } catch (error) {
    if (!(error instanceof CannotStartError)) throw error;
    for (const { path, code } of error.all)
      expect({ path, code }).toEqual({ path: '/etc/mm/mm2to3.yaml', code: 'config.invalid' });
    return error.all.map(({ line, summary, why }) => `${line ?? '?'}: ${summary} (${why ?? ''})`);
  }
  return [];
}

describe('an empty file', () => {
  it.each(['', '# nothing\n', '---\n', 'source:\ntarget:\n'])('%j means the defaults', (yaml) => {
    expect(parse(yaml)).toEqual({
      workspace: '/etc/mm/mm2to3-workspace',
      source: {},
      target: { restUser: 'restadmin' },
      redirects: {},
      lists: { include: ['*'], exclude: [], rename: {}, domains: {}, merge: {} },
      batch: { concurrency: 4, order: 'small' },
    });
  });
});

describe('a whole file', () => {
  const yaml = `
workspace: work
source: { root: ../old/mailman, config: mm_cfg.py, python: python2 }
target:
  restUrl: http://localhost:8001/3.1/
  restUser: rest
  restPasswordFile: /run/secret
  core: { python: [python3] }
  django: { command: [mailman-web, --pythonpath, .] }
  postoriusUrl: https://x.org/postorius
  hyperkittyUrl: https://x.org/hyperkitty/
redirects: { output: nginx, reload: [nginx, -s, reload], testUrl: "https://x.org/" }
lists:
  include: ["dev*"]
  exclude: [test]
  rename: { c++: cpp }
  domains: { old.org: new.org }
  merge: { old-dev: dev }
batch: { concurrency: 3 }
`;

  it('is read with relative paths taken from its own folder', () => {
    expect(parse(yaml)).toEqual({
      workspace: '/etc/mm/work',
      source: { root: '/etc/old/mailman', config: '/etc/mm/mm_cfg.py', python: 'python2' },
      target: {
        restUrl: 'http://localhost:8001/3.1',
        restUser: 'rest',
        restPasswordFile: '/run/secret',
        corePython: ['python3'],
        djangoCommand: ['mailman-web', '--pythonpath', '.'],
        postoriusUrl: 'https://x.org/postorius/',
        hyperkittyUrl: 'https://x.org/hyperkitty/',
      },
      redirects: {
        output: '/etc/mm/nginx',
        reload: ['nginx', '-s', 'reload'],
        testUrl: 'https://x.org',
      },
      lists: {
        include: ['dev*'],
        exclude: ['test'],
        rename: { 'c++': 'cpp' },
        domains: { 'old.org': 'new.org' },
        merge: { 'old-dev': 'dev' },
      },
      batch: { concurrency: 3, order: 'small' },
    });
  });

  it('leaves paths of another machine as they are', () => {
    const remote = 'source: { ssh: old.example.org, root: mailman, config: etc/mm_cfg.py }';
    expect(parse(remote).source).toEqual({
      ssh: 'old.example.org',
      root: 'mailman',
      config: 'etc/mm_cfg.py',
    });
    expect(parse(remote, { source: 'elsewhere' }).source.root).toBe('elsewhere');
  });
});

describe('precedence', () => {
  const yaml = 'workspace: file\nsource: { root: file }';
  const env = { MM2TO3_WORKSPACE: 'env', MM2TO3_SOURCE: 'env' };
  const chosen = (...args: Parameters<typeof parse>) => {
    const { workspace, source } = parse(...args);
    return [workspace, source.root];
  };

  it('is flags, then environment, then file', () => {
    const flags = { workspace: 'flag', source: 'flag' };
    expect(chosen(yaml)).toEqual(['/etc/mm/file', '/etc/mm/file']);
    expect(chosen(yaml, {}, env)).toEqual(['/home/admin/env', '/home/admin/env']);
    expect(chosen(yaml, flags, env)).toEqual(['/home/admin/flag', '/home/admin/flag']);
  });

  it('takes an empty variable for none', () => {
    const empty = { MM2TO3_WORKSPACE: '', MM2TO3_SOURCE: '' };
    expect(chosen(yaml, {}, empty)).toEqual(['/etc/mm/file', '/etc/mm/file']);
  });
});

describe('mistakes', () => {
  it('are reported all at once, each with its line', () => {
    const yaml = [
      'workspace: 7',
      'soruce: { root: x }',
      'target:',
      '  restUrl: [a]',
      '  restuser: x',
      '  core: { python: python3 }',
      'lists:',
      '  include: dev',
      '  rename: { a: 1 }',
      'batch:',
      '  concurrency: 0',
      '  window:',
      'redirects: yes please',
    ].join('\n');
    expect(problems(yaml)).toEqual([
      '1: workspace has a wrong value (a text is wanted)',
      '2: soruce is no known key (known are workspace, source, target, redirects, lists, batch)',
      '4: target.restUrl has a wrong value (a text is wanted)',
      '5: target.restuser is no known key (known are workspace, source, target, redirects, lists, batch)',
      '6: target.core.python has a wrong value (a list of words is wanted: [program, argument])',
      '8: lists.include has a wrong value (a list of texts is wanted)',
      '9: lists.rename has a wrong value (pairs of texts are wanted: { old: new })',
      '11: batch.concurrency has a wrong value (a whole number above 0 is wanted)',
      '12: batch.window has a wrong value (it has no value)',
      '13: redirects is no mapping (keys belong below it)',
    ]);
  });

  it('in names of lists and domains are told with the line of their entry', () => {
    const yaml = [
      'lists:',
      '  rename:',
      '    c++-users: c++-people',
      '    dev: "dev\\r\\nBcc: x"',
      '    dots: .hidden.',
      '    news: news@localhost',
      '    long: ' + 'x'.repeat(53),
      '    "two words": words',
      '    DEV: devel',
      '    2013: y2013',
      '    fine: Fine.List_1@Lists.Example.org',
      '  domains:',
      '    old.org: new_one.org',
      '    one.org: "new.org\\n"',
      '    a@b.org: b.org',
      '    localhost: lists.example.org',
      '    OLD.org: other.org',
    ].join('\n');
    const allowed = 'letters, digits and - _ . are allowed';
    const wanted = 'it wants two parts at least, of letters, digits and hyphens';
    const x53 = 'x'.repeat(53);
    expect(problems(yaml)).toEqual([
      `3: lists.rename: "c++-users" has a wrong value (Mailman 3 refuses the list name "c++-people": ${allowed})`,
      `4: lists.rename: "dev" has a wrong value (Mailman 3 refuses the list name "dev\\r\\nBcc: x": ${allowed})`,
      `5: lists.rename: "dots" has a wrong value (Mailman 3 refuses the list name ".hidden.": ${allowed})`,
      `6: lists.rename: "news" has a wrong value (Mailman 3 refuses the mail domain "localhost": ${wanted})`,
      `7: lists.rename: "long" has a wrong value ("${x53}" is longer than 52 characters, too long for a list's addresses)`,
      '8: lists.rename: "two words" has a wrong value (no list of Mailman 2 can have that name)',
      '9: lists.rename: "DEV" has a wrong value (it says the same as "dev")',
      `13: lists.domains: "old.org" has a wrong value (Mailman 3 refuses the mail domain "new_one.org": ${wanted})`,
      `14: lists.domains: "one.org" has a wrong value (Mailman 3 refuses the mail domain "new.org\\n": ${wanted})`,
      '15: lists.domains: "a@b.org" has a wrong value (no mail domain can have that name)',
      '17: lists.domains: "OLD.org" has a wrong value (it says the same as "old.org")',
    ]);
  });

  it('in what is to be merged are told, chains and circles too', () => {
    const yaml = [
      'lists:',
      '  merge:',
      '    a: b',
      '    b: c',
      '    self: Self',
      '    x: y',
      '    Y: X',
      '    z: x',
      '    fine: dev@lists.example.org',
      '    line: "de\\nv"',
    ].join('\n');
    expect(problems(yaml)).toEqual([
      '3: lists.merge: "a" has a wrong value (b is merged itself: name c, the last one)',
      '5: lists.merge: "self" has a wrong value (it leads in a circle: no list of it stays)',
      '6: lists.merge: "x" has a wrong value (it leads in a circle: no list of it stays)',
      '7: lists.merge: "Y" has a wrong value (it leads in a circle: no list of it stays)',
      '8: lists.merge: "z" has a wrong value (it leads in a circle: no list of it stays)',
      '10: lists.merge: "line" has a wrong value (no list of Mailman 2 can have that name)',
    ]);
  });

  it('in the place of a key are answered with the right place', () => {
    expect(problems('restUrl: http://x/')).toEqual([
      '1: restUrl is no known key (did you mean target.restUrl?)',
    ]);
  });

  it.each(['constructor: x', 'source: { toString: x }', '__proto__: x'])(
    'named as JavaScript names things are mistakes too: %s',
    (yaml) => {
      expect(problems(yaml)).toMatchObject([expect.stringContaining('is no known key')]);
    },
  );

  it.each([
    ['a list', '- a\n- b', 'the file is no mapping'],
    ['a text', 'hello', 'the file is no mapping'],
    ['broken YAML', 'a: [1\nb: 2', 'the configuration is no valid YAML'],
    ['a key twice', 'workspace: a\nworkspace: b', 'the configuration is no valid YAML'],
    ['two documents', 'workspace: a\n---\nworkspace: b', 'the configuration is no valid YAML'],
  ])('such as %s are named', (_what, yaml, summary) => {
    expect(problems(yaml)[0]).toContain(summary);
  });
});

describe('loadConfig', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mm2to3-config-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('reads mm2to3.yaml of the working folder, and does without it', async () => {
    expect((await loadConfig({}, {}, dir)).batch.concurrency).toBe(4);
    await writeFile(join(dir, 'mm2to3.yaml'), 'batch: { concurrency: 2 }');
    expect((await loadConfig({}, {}, dir)).batch.concurrency).toBe(2);
  });

  it('reads the file that is named, by flag before environment', async () => {
    await writeFile(join(dir, 'flag.yaml'), 'batch: { concurrency: 3 }');
    await writeFile(join(dir, 'env.yaml'), 'batch: { concurrency: 4 }');
    const env = { MM2TO3_CONFIG: 'env.yaml' };
    expect((await loadConfig({}, env, dir)).batch.concurrency).toBe(4);
    expect((await loadConfig({ config: 'flag.yaml' }, env, dir)).batch.concurrency).toBe(3);
  });

  it('takes an empty variable for none', async () => {
    expect((await loadConfig({}, { MM2TO3_CONFIG: '' }, dir)).batch.concurrency).toBe(4);
  });

  it('cannot start where a file that was named is missing', async () => {
    await expect(loadConfig({ config: 'gone.yaml' }, {}, dir)).rejects.toMatchObject({
      diagnostic: { code: 'config.unreadable' },
    });
    await expect(loadConfig({}, { MM2TO3_CONFIG: 'gone.yaml' }, dir)).rejects.toThrow(
      CannotStartError,
    );
  });
});
