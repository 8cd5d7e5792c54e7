// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../model/json.js';
import { sameSetting } from '../plan/compare.js';
import { embeddedQueue } from '../run/queue.js';
import { coreTarget } from '../target/core.js';
import { restClient } from '../target/rest-client.js';
import { copySite, everythingIn } from './files.js';
import {
  answerOf,
  type Ended,
  type Finding,
  mm2to3,
  type RunList,
  type SurveyList,
  type VerifyList,
} from './mm2to3.js';
import { oddSettings } from './odd-settings.js';
import { postoriusAdmin } from './postorius.js';
import { CHECKOUT, type Sandbox, startSandbox, temporaryFolder } from './sandbox.js';

const READABLE = ['ancient', 'truncated'];
const UNREADABLE = ['broken', 'extended', 'hostile', 'nothing-here'];
const DAMAGED = [...READABLE, ...UNREADABLE];
// What the shell command inside the pickle of `hostile` writes into the working folder.
const TRACE = 'MM2_PICKLE_RAN_CODE';

/** A word that the reason must hold, or it is no reason. */
const REASONS: Readonly<Record<string, RegExp>> = {
  broken: /config\.pck/,
  extended: /extend\.py/,
  hostile: /posix|system/,
  'nothing-here': /config\.pck|empty|no configuration/i,
};

/**
 * Queues such as years of junk leave behind: messages without a Message-ID, with one that another
 * message has, that Core cannot show or cannot deliver, a pickle that runs a command, a file that
 * is gone.
 */
const QUEUES = `
import pickle, sys
root = sys.argv[1]
def queue(name, messages):
    table = {"version": (0, 1)}
    for number, (kind, data) in enumerate(messages, 1):
        held = "heldmsg-%s-%d.%s" % (name, number, kind)
        if data is not None:
            with open("%s/data/%s" % (root, held), "wb") as file:
                file.write(data)
        table[number] = 1, (1.7e9, "ann@example.org", "Hello", "why", held, {})
    with open("%s/lists/%s/request.pck" % (root, name), "wb") as file:
        pickle.dump(table, file, 1)
queue("ancient", [("txt", b"Message-ID: <twice@x>\\n\\nof ancient\\n")])
queue("truncated", [
    ("txt", b"Subject: none\\n\\nwithout an id\\n"),
    ("txt", b"Message-ID: <once@x>\\n\\none\\n"),
    ("txt", b"Message-ID: <once@x>\\n\\nanother\\n"),
    ("txt", b"Message-ID: <twice@x>\\n\\nof truncated\\n"),
    ("txt", b"Message-ID: <shown@x>\\nContent-Type: text/plain; charset=\\"\\xff\\"\\n\\n\\xe9\\n"),
    ("txt", b"Message-ID: <odd@x>\\nSubject: =?unknown-charset?q?=FF?=\\n\\n\\0\\n"),
    ("pck", b"cos\\nsystem\\n(S'touch ${TRACE}'\\ntR."),
    ("pck", None)])
`;

describe('damaged and hostile lists', () => {
  let parent: string;
  let cwd: string;
  let root: string;
  let sandbox: Sandbox;
  let ended: Ended;
  let lists: readonly RunList[];

  beforeAll(async () => {
    parent = await temporaryFolder();
    root = await copySite(parent);
    cwd = join(parent, 'working-folder');
    await mkdir(cwd);
    await execa('python3', ['-', root], { input: QUEUES });
    sandbox = await startSandbox(root);
    ended = await mm2to3(['--config', sandbox.config, '--json', 'migrate', ...DAMAGED], cwd);
    ({ lists } = JSON.parse(ended.stdout) as { readonly lists: readonly RunList[] });
  });

  afterAll(async () => {
    await sandbox.down();
    await rm(parent, { recursive: true });
  });

  const listNamed = (name: string): RunList | undefined => lists.find((list) => list.name === name);
  const reasons = (findings: readonly Finding[]): string =>
    findings.map(({ summary, why, next, path }) => [summary, why, next, path].join(' ')).join('\n');

  it('are all named, and make the exit code 5', () => {
    expect(lists.map(({ name }) => name).sort()).toEqual([...DAMAGED].sort());
    expect(ended.exitCode).toBe(5);
  });

  it.each(READABLE)('%s is migrated and proven', async (name) => {
    expect(listNamed(name)?.outcome).toMatch(/^(migrated|findings)$/);
    const verified = await answerOf<VerifyList>(sandbox, ['verify', name]);
    expect(verified.lists.map(({ ok }) => ok)).toEqual([true]);
    expect(verified.exitCode).toBe(0);
  });

  it('truncated says that its older copy was read', () => {
    expect(reasons(listNamed('truncated')?.findings ?? [])).toMatch(/config\.pck\.last/);
  });

  it.each(UNREADABLE)('%s is named with its reason and left alone', (name) => {
    const list = listNamed(name);
    expect(list?.outcome).toBe('failed');
    const errors = list?.findings.filter(({ severity }) => severity === 'error') ?? [];
    expect(errors.length).toBeGreaterThan(0);
    expect(reasons(errors)).toMatch(REASONS[name] ?? /^$/);
  });

  it('of their queues come all messages that Core can keep, and the others are named', async () => {
    const idsOf = async (name: string): Promise<readonly string[]> => {
      const { entries } = (await sandbox.rest(`/lists/${name}.lists.example.org/held`)) as {
        readonly entries: readonly { readonly message_id: string }[];
      };
      return entries.map(({ message_id }) => message_id);
    };
    const given = expect.stringMatching(/^<[0-9a-f]{40}@mm2to3\.invalid>$/) as unknown;
    expect(await idsOf('ancient')).toEqual(['<twice@x>']);
    expect(await idsOf('truncated')).toEqual([given, '<once@x>', given, '<odd@x>']);
    const findings = listNamed('truncated')?.findings ?? [];
    expect(findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'source.held-refused',
        'source.held-missing',
        'mapping.held-without-id',
        'mapping.held-id-repeated',
      ]),
    );
    const refused = findings.filter(({ code }) => code === 'apply.request-refused');
    expect(refused.map(({ summary, why }) => `${summary}: ${why ?? ''}`)).toEqual([
      expect.stringMatching(/^<twice@x>.*another message/),
      expect.stringMatching(/^<shown@x>.*cannot handle/),
    ]);
    // The page of a list dies of one message that it cannot show.
    const postorius = await postoriusAdmin(sandbox.facts);
    expect(await postorius.page('lists/truncated.lists.example.org/held_messages')).toContain(
      'Hello',
    );
    const again = await answerOf<RunList>(sandbox, ['apply', ...READABLE]);
    expect(again.lists.map(({ outcome }) => outcome)).not.toContain('migrated');
  });

  it('of them, Mailman 3 has only those that could be read', async () => {
    const { entries } = (await sandbox.rest('/lists')) as {
      readonly entries: readonly { readonly list_name: string }[];
    };
    expect(entries.map(({ list_name }) => list_name).sort()).toEqual(READABLE);
  });

  it('nothing out of a pickle was executed', async () => {
    for (const folder of [parent, sandbox.workspace, join(CHECKOUT, 'fixtures')]) {
      const traces = (await everythingIn(folder)).filter(({ path }) => basename(path) === TRACE);
      expect(traces, folder).toEqual([]);
    }
    const here = await everythingIn(cwd);
    expect(here.map(({ path }) => path)).toEqual([cwd]);
  });

  it('stand in the survey of the whole site beside the sound ones', async () => {
    const survey = await answerOf<SurveyList>(sandbox, ['survey']);
    expect(survey.exitCode).toBe(4);
    expect(survey.lists.length).toBe(19);
    // The old form of `ancient` is no problem: it is read as well as any.
    for (const name of ['truncated', ...UNREADABLE]) {
      const problems = survey.lists.find((list) => list.name === name)?.problems;
      expect(problems?.length, name).toBeGreaterThan(0);
    }
  });

  it('leave no value that Core refuses or changes, whatever stood in them', async () => {
    const { restUrl: url, restUser: user, restPassword: password } = sandbox.facts;
    const rest = restClient({ url, user, password });
    const target = coreTarget(rest, embeddedQueue(1), null, null);
    await target.createList('odd@lists.example.org', 'private-default');
    const turns = oddSettings(await target.languages());
    expect(turns.length).toBeGreaterThan(20);
    for (const settings of turns) {
      await target.changeSettings('odd.lists.example.org', settings);
      const config = await rest.get('lists/odd.lists.example.org/config');
      const observed = isJsonObject(config) ? config : {};
      const different = Object.entries(settings)
        .filter(([name, desired]) => !sameSetting(desired, observed[name]))
        .map(([name, desired]) => [name, desired, observed[name]]);
      expect(different).toEqual([]);
    }
  });

  it('sent no mail', async () => {
    expect(await sandbox.mails()).toEqual([]);
  });
});
