// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { type Command, localHost } from './host.js';

const program = (text: string): Command => [process.execPath, '-e', text];

// Answers every line in capitals; says why before it goes when it is told to.
const SHOUTER = program(`
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    if (line === 'go') { process.stderr.write('told to go'); process.exit(3); }
    console.log(line.toUpperCase());
  });
`);

describe('the lines of a command', () => {
  const counter = program('for (let n = 0; ; n += 1) console.log(n);');

  it('end where no more is wanted, and so does the command', async () => {
    const lines: string[] = [];
    for await (const line of localHost().lines(counter)) {
      lines.push(line);
      if (lines.length === 3) break;
    }
    expect(lines).toEqual(['0', '1', '2']);
  });

  it('tell why the command failed after what it said', async () => {
    const failing = program("console.log('one'); console.error('no more'); process.exitCode = 2;");
    const lines: string[] = [];
    const reading = (async () => {
      for await (const line of localHost().lines(failing)) lines.push(line);
    })();
    await expect(reading).rejects.toMatchObject({
      diagnostic: { code: 'host.command-failed', why: 'no more' },
    });
    expect(lines).toEqual(['one']);
  });
});

describe('a conversation with a command', () => {
  it('goes on as long as it is asked', async () => {
    const shouter = localHost().converse(SHOUTER);
    shouter.send('one\ntwo\n');
    expect([await shouter.line(), await shouter.line()]).toEqual(['ONE', 'TWO']);
    shouter.send('three\n');
    expect(await shouter.line()).toBe('THREE');
    expect(shouter.ended).toBe(false);
  });

  it('tells why the command ended instead of answering', async () => {
    const shouter = localHost().converse(SHOUTER);
    shouter.send('go\n');
    const failure = { diagnostic: { code: 'host.command-failed', why: 'told to go' } };
    await expect(shouter.line()).rejects.toMatchObject(failure);
    expect(shouter.ended).toBe(true);
    shouter.send('hello\n');
    await expect(shouter.line()).rejects.toMatchObject(failure);
  });

  it('tells that there is no such command', async () => {
    const nobody = localHost().converse(['mm2to3-no-such-command']);
    nobody.send('hello\n');
    await expect(nobody.line()).rejects.toMatchObject({
      diagnostic: { code: 'host.command-missing' },
    });
  });
});
