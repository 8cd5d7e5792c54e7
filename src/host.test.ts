// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Command, localHost, sshHost } from './host.js';
import { findPython } from './source/helper-script.js';

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

describe('another machine over ssh', () => {
  let folder: string;
  const path = process.env['PATH'];

  // In the place of ssh: hands its last word to a shell as sshd does, or has no connection.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mm2to3-ssh-'));
    const text = `#!/bin/sh
for word; do last=$word; done
case " $* " in *" -- gone "*) echo 'ssh: connect to host gone port 22: refused' >&2; exit 255;; esac
exec sh -c "$last"
`;
    await writeFile(join(folder, 'ssh'), text, { mode: 0o755 });
    process.env['PATH'] = `${folder}:${path ?? ''}`;
  });
  afterAll(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });

  it('is given words that its shell reads back unchanged', async () => {
    const words = ['two words', "it's", '$HOME `id` \\ "', '*', ''] as const;
    const output = await sshHost('old').run(['printf', '%s|', ...words]);
    expect(output).toBe(words.map((word) => `${word}|`).join(''));
  });

  it('is told apart from a command that fails there', async () => {
    await expect(sshHost('old').run(['false'])).rejects.toMatchObject({
      diagnostic: { code: 'host.command-failed', summary: 'false failed on old (exit code 1)' },
    });
    await expect(sshHost('gone').run(['true'])).rejects.toMatchObject({
      diagnostic: {
        code: 'host.unreachable',
        why: 'ssh: connect to host gone port 22: refused',
        next: 'try it by hand: ssh gone true',
      },
    });
  });

  it('does not count as one without Python where it cannot be reached', async () => {
    await expect(findPython(sshHost('gone'))).rejects.toMatchObject({
      diagnostic: { code: 'host.unreachable' },
    });
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
