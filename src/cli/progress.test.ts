// SPDX-License-Identifier: GPL-3.0-or-later
import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import type { Io } from './io.js';
import { startProgress } from './progress.js';

interface Watched {
  readonly io: Io;
  readonly said: () => string;
}

function watched(terminal: boolean): Watched {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const stderr = Object.assign(stream, {
    isTTY: terminal,
    columns: 120,
    rows: 24,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  }) as unknown as NodeJS.WriteStream;
  const io: Io = {
    stdin: process.stdin,
    stdout: stderr,
    stderr,
    env: { NO_COLOR: '1' },
    cwd: () => '/',
  };
  return { io, said: () => text };
}

const count = (done: number) => ({
  list: 'dev',
  phase: 'archive',
  text: 'imports',
  done,
  total: 90_000,
  unit: 'messages' as const,
});

it('speaks in plain lines where there is no terminal: the ends, and a long phase now and then', async () => {
  const { io, said } = watched(false);
  let now = 0;
  const progress = await startProgress(io, false, () => now);
  progress.report({ list: 'dev', phase: 'archive', text: 'begins' });
  for (; now < 70; now += 1) progress.report(count(now * 1000));
  progress.report({ list: 'dev', phase: 'archive', text: 'done' });
  expect(said().split('\n')).toEqual([
    'dev: archive imports 30,000 of 90,000 messages, 1,000/s, 1 min left',
    'dev: archive imports 60,000 of 90,000 messages, 1,000/s, 30 s left',
    'dev: archive done',
    '',
  ]);
});

it('draws a bar on a terminal', async () => {
  const { io, said } = watched(true);
  let now = 0;
  const progress = await startProgress(io, false, () => now);
  progress.report(count(0));
  now = 10;
  progress.report(count(45_000));
  // ora draws by a timer of its own.
  await vi.waitFor(() => {
    expect(said()).toContain(
      `${'█'.repeat(12)}${'░'.repeat(12)}  50 % 45,000 of 90,000 messages, 4,500/s, 10 s left`,
    );
  });
  progress.stop();
});

it('is silent where it was asked to be', async () => {
  const { io, said } = watched(false);
  (await startProgress(io, true)).report({ list: 'dev', phase: 'apply', text: 'done' });
  expect(said()).toBe('');
});
