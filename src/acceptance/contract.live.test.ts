// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  answerOf,
  mm2to3,
  type PlanList,
  type RunList,
  type SurveyList,
  type VerifyList,
} from './mm2to3.js';
import { CHECKOUT, type Sandbox, SITE, startSandbox, temporaryFolder } from './sandbox.js';

/** Keys that other programs read; more of them may come. */
function expectKeys(value: object | undefined, keys: readonly string[]): void {
  expect(Object.keys(value ?? {})).toEqual(expect.arrayContaining([...keys]));
}

function expectAnswer(answer: Answer<object>, keys: readonly string[]): void {
  expect(Object.keys(answer)[0]).toBe('schemaVersion');
  expect(answer.lists.length).toBeGreaterThan(0);
  for (const list of answer.lists) expectKeys(list, keys);
}

describe('what the old side alone tells', () => {
  let cwd: string;

  beforeAll(async () => {
    cwd = await temporaryFolder();
  });

  afterAll(async () => {
    await rm(cwd, { recursive: true });
  });

  it('survey counts in every mbox as many messages as are truly there', async () => {
    const { stdout, exitCode } = await mm2to3(['--source', SITE, '--json', 'survey'], cwd);
    expect(exitCode).toBe(4);
    const survey = JSON.parse(stdout) as Answer<SurveyList>;
    expectAnswer(survey, [
      'name',
      'fqdn',
      'members',
      'owners',
      'moderators',
      'archive',
      'problems',
    ]);
    const counted = new Map(survey.lists.map(({ name, archive }) => [name, archive?.messages]));
    const folder = join(CHECKOUT, 'fixtures/mm2-site/truth');
    const names = (await readdir(folder)).map((file) => basename(file, '.json'));
    expect(names.length).toBe(8);
    for (const name of names) {
      const truth = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as {
        readonly messages: readonly unknown[];
      };
      expect(counted.get(name), name).toBe(truth.messages.length);
    }
    for (const problem of survey.lists.flatMap(({ problems }) => problems)) {
      expectKeys(problem, ['code', 'severity', 'summary']);
    }
  });

  it('a survey of sound lists ends with 0', async () => {
    const { exitCode } = await mm2to3(['--source', SITE, 'survey', 'announce', 'dev'], cwd);
    expect(exitCode).toBe(0);
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['conquer']],
    ['an unknown option', ['survey', '--conquer']],
    ['a configuration that is not there', ['--config', 'nowhere.yaml', 'survey']],
    ['no site', ['survey']],
    ['no Mailman 3', ['--source', SITE, 'plan', 'dev']],
  ])('%s ends with 2 and a message', async (_, args) => {
    const { exitCode, stderr } = await mm2to3(args, cwd);
    expect(exitCode).toBe(2);
    expect(stderr).not.toBe('');
  });

  it('a wrong configuration is told at once, all of it, with its lines', async () => {
    const config = join(cwd, 'wrong.yaml');
    await writeFile(config, 'source:\n  rot: /var/lib/mailman\ntarget:\n  restUrl: 7\n');
    const { exitCode, stdout, stderr } = await mm2to3(['--config', config, '--json', 'survey']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/wrong\.yaml:2.*source\.rot/);
    expect(stderr).toMatch(/wrong\.yaml:4.*target\.restUrl/);
    const answer = JSON.parse(stdout) as { readonly errors: readonly object[] };
    expect(Object.keys(answer)[0]).toBe('schemaVersion');
    expect(answer.errors.length).toBe(2);
  });
});

describe('what is told about both sides', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(async () => {
    await sandbox.down();
  });

  it('a Mailman 3 that does not answer ends with 2', async () => {
    const config = join(sandbox.dir, '..', 'deaf.yaml');
    const text = await readFile(sandbox.config, 'utf8');
    await writeFile(config, text.replace(/restUrl: .*/, 'restUrl: "http://127.0.0.1:1/3.1"'));
    const { exitCode, stderr } = await mm2to3(['--config', config, 'plan', 'announce']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('127.0.0.1:1');
  });

  it('plan tells attributes, roster and operations, and changes nothing', async () => {
    const plan = await answerOf<PlanList>(sandbox, ['plan', 'announce']);
    expect(plan.exitCode).toBe(4);
    expectAnswer(plan, ['name', 'fqdn', 'settings', 'roster', 'operations', 'findings']);
    const [list] = plan.lists;
    expect(Object.keys(list?.roster ?? {}).sort()).toEqual(['add', 'change', 'keep', 'remove']);
    expect(list?.settings.length).toBeGreaterThan(100);
    for (const setting of list?.settings ?? []) {
      expectKeys(setting, [
        'attribute',
        'verdict',
        'source',
        'target',
        'desired',
        'observed',
        'reason',
      ]);
      expect(setting['verdict']).toMatch(/^(exact|approximate|unsupported|internal)$/);
    }
    expect(list?.operations.length).toBeGreaterThan(1);
    for (const operation of list?.operations ?? [])
      expectKeys(operation, ['id', 'kind', 'summary']);
    expect(await sandbox.rest('/lists')).toMatchObject({ total_size: 0 });
  });

  it('verify of a list that is not there ends with 4', async () => {
    const verify = await answerOf<VerifyList>(sandbox, ['verify', 'announce']);
    expect(verify.exitCode).toBe(4);
    expect(verify.lists[0]?.ok).toBe(false);
  });

  it('migrate tells outcome, phases and findings', async () => {
    const run = await answerOf<RunList>(sandbox, ['migrate', 'announce']);
    expectAnswer(run, ['name', 'fqdn', 'outcome', 'phases', 'findings']);
    for (const phase of run.lists[0]?.phases ?? []) {
      expectKeys(phase, ['phase', 'outcome', 'seconds']);
    }
    expect([0, 4]).toContain(run.exitCode);
  });

  it('after it, plan has no operation left and verify tells every check', async () => {
    const plan = await answerOf<PlanList>(sandbox, ['plan', 'announce']);
    expect(plan.lists[0]?.operations).toEqual([]);
    expect(plan.lists[0]?.roster).toMatchObject({ add: 0, change: 0, remove: 0 });
    const verify = await answerOf<VerifyList>(sandbox, ['verify', 'announce']);
    expect(verify.exitCode).toBe(0);
    expectAnswer(verify, ['name', 'fqdn', 'ok', 'checks']);
    for (const check of verify.lists[0]?.checks ?? []) {
      expectKeys(check, ['id', 'ok', 'expected', 'actual', 'summary']);
    }
  });

  it('redirects as CSV have their three columns and their kinds', async () => {
    const args = ['--config', sandbox.config, 'redirects', 'announce', '--format', 'csv'];
    const { exitCode, stdout } = await mm2to3(args);
    expect(exitCode).toBe(0);
    const [header, ...rows] = stdout.trim().split('\n');
    expect(header).toBe('old_path,new_url,kind');
    const kinds = new Set(rows.map((row) => row.split(',').at(-1)));
    const known = 'listinfo|admin|list|volume|article|ghost|download|attachment|other'.split('|');
    expect([...kinds].filter((kind) => !known.includes(kind ?? ''))).toEqual([]);
    expect([...kinds]).toEqual(expect.arrayContaining(['listinfo', 'list', 'volume', 'article']));
  });

  it('redirects as nginx rules go to the folder that is asked for', async () => {
    const output = join(sandbox.dir, '..', 'rules');
    const args = ['--config', sandbox.config, 'redirects', 'announce', '--output', output];
    const { exitCode } = await mm2to3(args);
    expect([0, 4]).toContain(exitCode);
    const isRule = expect.stringMatching(/announce\.conf$/) as unknown;
    expect(await readdir(output)).toContainEqual(isRule);
    expect(await readdir(join(output, 'http'))).toContainEqual(isRule);
  });

  it('a list that cannot be read makes the exit code 5, and the others go on', async () => {
    const run = await answerOf<RunList>(sandbox, ['export', 'announce', 'hostile']);
    expect(run.exitCode).toBe(5);
    const outcomes = new Map(run.lists.map(({ name, outcome }) => [name, outcome]));
    expect(outcomes.get('hostile')).toBe('failed');
    expect(outcomes.get('announce')).not.toBe('failed');
  });

  it('what was changed in Mailman 3 meanwhile is shown and not overwritten', async () => {
    const path = '/lists/announce.lists.example.org/config/description';
    await sandbox.rest(path, { description: 'changed by hand' });
    const run = await answerOf<RunList>(sandbox, ['apply', 'announce']);
    expect(run.exitCode).toBe(4);
    expect(JSON.stringify(run.lists[0]?.findings)).toContain('description');
    expect(await sandbox.rest(path)).toMatchObject({ description: 'changed by hand' });
    await answerOf<RunList>(sandbox, ['apply', 'announce', '--overwrite']);
    expect(await sandbox.rest(path)).not.toMatchObject({ description: 'changed by hand' });
  });

  it('sent no mail', async () => {
    expect(await sandbox.mails()).toEqual([]);
  });
});
