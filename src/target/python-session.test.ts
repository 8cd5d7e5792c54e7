// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localHost } from '../host.js';
import type { JsonObject } from '../model/json.js';
import { type PythonSession, pythonSession } from './python-session.js';

const HELPER = `
import hashlib, json, os, time
def emit(**record):
    print(json.dumps(record), flush=True)
def body():
    while piece := BODY.read(1000):
        yield piece
if REQUEST["do"] == "digest":
    data = b"".join(body())
    emit(bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), pid=os.getpid())
elif REQUEST["do"] == "first":
    emit(bytes=len(BODY.read(10)), pid=os.getpid())
elif REQUEST["do"] == "begin":
    emit(begun=True)
    for piece in body():
        pass
elif REQUEST["do"] == "refuse":
    raise SystemExit("not this one")
elif REQUEST["do"] == "hang":
    emit(pid=os.getpid())
    time.sleep(600)
elif REQUEST["do"] == "tell":
    for n in range(8):
        time.sleep(0.5)
        emit(n=n)
elif REQUEST["do"] == "chew":
    # Says nothing, and takes what it is given bit by bit.
    for n, piece in enumerate(body()):
        time.sleep(0.005)
    emit(pieces=n + 1)
elif REQUEST["do"] == "pid":
    emit(pid=os.getpid())
`;

const PIECE = Buffer.alloc(100_000, 'mail ');

describe('a session with a Python', () => {
  let folder: string;
  let helper: string;
  let open: (patience?: number) => PythonSession;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mm2to3-session-'));
    await writeFile(join(folder, 'opening.py'), 'def forget():\n    pass\n');
    await writeFile(join(folder, 'helper.py'), HELPER);
    helper = pathToFileURL(join(folder, 'helper.py')).href;
    const opening = pathToFileURL(join(folder, 'opening.py')).href;
    open = (patience) =>
      pythonSession(
        { host: localHost(), command: ['python3'] },
        { opening, name: 'Python', logs: 'logs' },
        patience,
      );
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const records = async (
    session: PythonSession,
    what: string,
    body: AsyncIterable<Uint8Array> | null = null,
  ): Promise<readonly JsonObject[]> => {
    const all: JsonObject[] = [];
    const request = { do: what, list: '' };
    for await (const record of session.records(helper, request, body)) all.push(record);
    return all;
  };

  it('hands over a body, byte for byte, and goes on', async () => {
    const session = open();
    const [digest] = await records(session, 'digest', pieces(30));
    expect(digest).toMatchObject({ bytes: 3_000_000 });
    const [again] = await records(session, 'digest', pieces(30));
    expect(again).toEqual(digest);
  });

  it.each([
    ['stops early', 'first'],
    ['fails', 'refuse'],
  ])('stops reading a body where the helper %s, and goes on', async (_, what) => {
    const session = open();
    const [before] = await records(session, 'pid');
    let read = 0;
    // Without an end: whoever read it to its end would never come back.
    const endless = pieces(Infinity, () => (read += 1));
    const outcome = await records(session, what, endless).catch((error: unknown) => error);
    if (what === 'first') expect(outcome).toEqual([{ bytes: 10, ...before }]);
    else expect(outcome).toMatchObject({ diagnostic: { why: 'not this one' } });
    expect(read).toBeGreaterThan(0);
    expect(await records(session, 'pid')).toEqual([before]);
  });

  it('says why a body could not be read, and goes on', async () => {
    const session = open();
    const [before] = await records(session, 'pid');
    await expect(records(session, 'digest', broken())).rejects.toThrow('the disk is gone');
    expect(await records(session, 'pid')).toEqual([before]);
  });

  it('answers others while a long body is on its way', async () => {
    const session = open();
    const [first] = await records(session, 'pid');
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield PIECE;
      await gate;
    }
    const long = session.records(helper, { do: 'begin', list: '' }, slow());
    expect((await long.next()).value).toEqual({ begun: true });
    const [other] = await records(session, 'pid');
    expect(other).not.toEqual(first);
    finish();
    expect((await long.next()).done).toBe(true);
    expect([first, other]).toContainEqual((await records(session, 'pid'))[0]);
  });

  it('ends a helper that says nothing for too long, and goes on with another', async () => {
    const session = open(2_000);
    const hung = session.records(helper, { do: 'hang', list: 'dev' });
    const first = await hung.next();
    const { pid } = first.value as JsonObject;
    await expect(hung.next()).rejects.toMatchObject({
      diagnostic: { code: 'target.helper-silent' },
    });
    const [next] = await records(session, 'pid');
    expect(next).not.toEqual({ pid });
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });

  it.each([
    ['tells something now and then', 'tell', null, { n: 7 }],
    ['takes what it is given bit by bit', 'chew', 8, { pieces: 800 }],
  ])('lets a helper be that %s', async (_, what, body, last) => {
    const session = open(2_000);
    const began = Date.now();
    const found = await records(session, what, body === null ? null : pieces(body));
    expect(found.at(-1)).toEqual(last);
    // All of it took longer than a silence may.
    expect(Date.now() - began).toBeGreaterThan(2_000);
  });

  it('takes a caller that is gone for no end of a body', async () => {
    const text = `
import io, sys
sys.stdin = io.TextIOWrapper(io.BytesIO(b""))
forget = None
exec(open(sys.argv[1]).read())
for sent in (b"4\\nmail5\\nm", b"4\\nmail", b"4\\nmail-1\\n", b"4\\nmail0\\n"):
    body = Body(io.BytesIO(sent))
    try:
        while body.read(100):
            pass
        print("end")
    except EOFError:
        print("no end")
`;
    const script = join(process.cwd(), 'scripts/helper_session.py');
    const output = await localHost().run(['python3', '-c', text, script]);
    expect(output.trim().split('\n')).toEqual(['no end', 'no end', 'no end', 'end']);
  });
});

async function* pieces(
  count: number,
  tell: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n += 1) {
    tell();
    yield await Promise.resolve(PIECE);
  }
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(PIECE);
  throw new Error('the disk is gone');
}
