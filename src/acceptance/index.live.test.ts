// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INDEX_RATES } from '../model/index-rates.js';
import { INDEX_HELPERS } from '../target/hyperkitty-index.js';
import { answerOf, type RunList, startMm2to3 } from './mm2to3.js';
import { CHECKOUT, type Sandbox, startSandbox, temporaryFolder } from './sandbox.js';

// Whoever wants to know it better asks for more: MM2TO3_KILLS=20.
const KILLS = Number(process.env['MM2TO3_KILLS'] ?? 2);

// A list of accents, and a private one.
const LISTS = ['equipe-fr', 'security-private'];
const QUERIES = ['réunion', 'reunion', 'the', 'security', 'projet OR patch', '"re"', 'sender:an*'];

interface Comparison {
  readonly documents: readonly [ours: number, official: number];
  readonly differing: readonly string[];
  readonly hits: number;
  readonly searches: readonly string[];
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

describe('the search index beside the one of update_index_one_list', () => {
  let sandbox: Sandbox;
  let work: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    work = await temporaryFolder();
    await execa('chmod', ['777', work]);
    const { exitCode } = await answerOf<RunList>(sandbox, ['archive', 'import', ...LISTS]);
    expect([0, 4]).toContain(exitCode);
  });

  afterAll(async () => {
    await sandbox.down();
    await rm(work, { recursive: true, force: true });
  });

  async function compare(engine: string, index: string | null): Promise<Comparison> {
    const lists = LISTS.map((name) => `${name}@lists.example.org`);
    const helpers = await Promise.all(
      INDEX_HELPERS.map((name) => readFile(join(CHECKOUT, 'scripts', name), 'utf8')),
    );
    const text = helpers.join('\n');
    const rates = INDEX_RATES;
    const asked = { lists, queries: QUERIES, work, helpers: text, engine, rates, index };
    const program = new URL('search-index/compare_indexes.py', import.meta.url);
    const source = `import json\nASKED = json.loads(${JSON.stringify(JSON.stringify(asked))})\n${await readFile(program, 'utf8')}`;
    const [command, ...words] = sandbox.facts.djangoCommand;
    // Django's shell runs it as a whole: pasted line by line, it would not be one program.
    const { stdout } = await execa(
      command,
      [
        ...words,
        'shell',
        '-c',
        'import sys; exec(compile(sys.stdin.read(), "compare", "exec"), {})',
      ],
      { input: source },
    );
    return JSON.parse(stdout.split('\n').at(-1) ?? '') as Comparison;
  }

  it.each(['whoosh', 'xapian'])('has the same documents and answers on %s', async (engine) => {
    const { documents, differing, hits, searches, records } = await compare(engine, null);
    expect(documents[0]).toBe(documents[1]);
    expect(documents[0]).toBeGreaterThan(200);
    expect(differing).toEqual([]);
    expect(hits).toBeGreaterThan(100);
    expect(searches).toEqual([]);
    const indexed = records.filter(({ type }) => type === 'indexed');
    expect(indexed.map(({ missed, exposed, refused }) => [missed, exposed, refused])).toEqual(
      LISTS.map(() => [[], [], []]),
    );
    for (const { tried } of indexed) expect(tried).toBeGreaterThan(2);
  });

  it('is the same after kills at any moment', async () => {
    const index = sandbox.facts.searchIndex;
    const moments: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const moment = Math.round(1500 + 2500 * Math.random());
      moments.push(moment);
      await rm(index, { recursive: true, force: true });
      await mkdir(index);
      await execa('chown', ['--reference', join(index, '..'), index]);
      const running = startMm2to3(['--config', sandbox.config, 'index', ...LISTS], undefined, true);
      await Promise.race([running, sleep(moment)]);
      // With Python and its children, as a power cut would.
      if (running.pid !== undefined && running.exitCode === null)
        process.kill(-running.pid, 'SIGKILL');
      await running;
      const last = await answerOf<RunList>(sandbox, ['index', ...LISTS]);
      const said = `killed after ${moments.join(', ')} ms: ${JSON.stringify(last.lists)}`;
      expect([0, 4], said).toContain(last.exitCode);
      const { documents, differing } = await compare('whoosh', index);
      expect(documents[0], said).toBe(documents[1]);
      expect(differing, said).toEqual([]);
    }
    const { lists } = await answerOf<RunList>(sandbox, ['index', ...LISTS]);
    expect(lists.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
  });
});
