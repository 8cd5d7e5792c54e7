// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { execa, type Options } from 'execa';
import { DiagnosticError } from './diagnostics.js';

/** A command with its arguments, never a shell string. */
export type Command = readonly [string, ...string[]];

export interface RunOptions {
  /** Standard input; without it the command reads nothing. */
  readonly input?: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;
  readonly signal?: AbortSignal;
}

/** A command that goes on running and answers what it is asked, line by line. */
export interface Conversation {
  /** Writes to the command's standard input. */
  send(text: Uint8Array | string): void;
  /** Waits while much of what was sent is still on its way; returns at once where it has ended. */
  drained(): Promise<void>;
  /** The next line that it prints. Throws `host.command-failed` where it has ended instead. */
  line(): Promise<string>;
  /** Ends it, whatever it is at; what is waited for, and line() from then on, throws the reason. */
  kill(reason: DiagnosticError): void;
  /** Whether it has ended: what is sent then is lost. */
  readonly ended: boolean;
}

/** A place where commands run and files lie: this machine, or another one over ssh. */
export interface Host {
  /** For messages: `this machine` or the ssh destination. */
  readonly name: string;
  /**
   * Runs a command and returns its standard output. Throws `host.command-failed`,
   * `host.command-missing`, `host.unreachable`; so do all of the others.
   */
  run(command: Command, options?: RunOptions): Promise<string>;
  /** Runs a command and yields its standard output line by line while it runs. */
  lines(command: Command, options?: RunOptions): AsyncIterable<string>;
  /**
   * Starts a command to talk with. Only a line that is waited for keeps this process alive; its
   * end is the end of the command's standard input.
   */
  converse(command: Command): Conversation;
  /** The bytes of a file, read in blocks of at most {@link READ_BLOCK}. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** Size in bytes and time of the last change in milliseconds; null where there is no such file. */
  stat(path: string): Promise<{ readonly bytes: number; readonly mtimeMs: number } | null>;
}

/** Bytes of one read: a read of 64 KiB costs nearly as much as one of 256 KiB. */
const READ_BLOCK = 256 * 1024;

// The last lines of a command's stderr, which go into a message.
const TAIL = 8;

/** What ssh itself ends with where it has no connection, or lost it (ssh(1)). */
const SSH_LOST = 255;

function failed(place: Place, command: Command, error: unknown): DiagnosticError {
  const { exitCode, stderr, shortMessage, code } = error as {
    exitCode?: number;
    stderr?: unknown;
    shortMessage?: string;
    code?: string;
  };
  const said = typeof stderr === 'string' ? stderr.trim().split('\n').slice(-TAIL).join('\n') : '';
  const why = said === '' ? (shortMessage ?? String(error)) : said;
  if (place.ssh && exitCode === SSH_LOST) {
    return new DiagnosticError(
      {
        code: 'host.unreachable',
        summary: `${place.name} cannot be reached over ssh, or the connection broke`,
        why,
        next: `try it by hand: ${byHand(['ssh', place.name, 'true'])}`,
      },
      { cause: error },
    );
  }
  return new DiagnosticError(
    {
      code: code === 'ENOENT' ? 'host.command-missing' : 'host.command-failed',
      summary: `${command[0]} failed on ${place.name}${exitCode === undefined ? '' : ` (exit code ${exitCode})`}`,
      why,
      next: `try it by hand: ${byHand(command)}`,
    },
    { cause: error },
  );
}

/** The command for a reader: programs that were handed over as text are left out. */
function byHand(command: Command): string {
  return command.map((word) => (word.includes('\n') ? "'…'" : quoteForShell(word))).join(' ');
}

/** A word as a POSIX shell reads it back unchanged. */
function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

// Mail is bytes and helpers speak UTF-8, whatever the administrator's own locale is.
const ENVIRONMENT = { PYTHONIOENCODING: 'utf-8', LC_ALL: 'C.UTF-8' };

type Wrap = (command: Command) => Command;

interface Place {
  readonly name: string;
  readonly ssh: boolean;
}

function commandRunner(place: Place, wrap: Wrap): Pick<Host, 'run' | 'lines' | 'converse'> {
  const start = (command: Command, { input, signal }: RunOptions, extra: Options) => {
    const [file, ...args] = wrap(command);
    return execa(file, args, {
      ...extra,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input: Readable.from(input) }),
      ...(signal === undefined ? {} : { cancelSignal: signal, gracefulCancel: false }),
      env: ENVIRONMENT,
      stripFinalNewline: false,
    });
  };
  return {
    async run(command, options = {}) {
      try {
        const { stdout } = await start(command, options, { maxBuffer: 1 << 28 });
        return String(stdout);
      } catch (error) {
        throw failed(place, command, error);
      }
    },
    async *lines(command, options = {}) {
      const running = start(command, options, { buffer: { stdout: false, stderr: true } });
      // Whoever reads no further has no part in how it ends.
      running.catch(() => undefined);
      const lines = running.iterable({ from: 'stdout' }) as AsyncIterator<string>;
      try {
        for (let next = await lines.next(); next.done !== true; next = await lines.next())
          yield next.value;
        await running;
      } catch (error) {
        throw failed(place, command, error);
      } finally {
        running.kill();
      }
    },
    converse(command) {
      const [file, ...args] = wrap(command);
      const running = execa(file, args, {
        stdin: 'pipe',
        buffer: { stdout: false, stderr: true },
        env: ENVIRONMENT,
        reject: false,
      });
      return conversation(running, () => running.then((result) => failed(place, command, result)));
    },
  };
}

/** What of a running command a conversation needs. */
interface Running {
  readonly stdin: Writable;
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  ref(): void;
  unref(): void;
  kill(): boolean;
}

function conversation(running: Running, why: () => Promise<DiagnosticError>): Conversation {
  // Pipes are sockets, which can be told not to keep this process alive.
  const handles = [running, running.stdin, running.stdout, running.stderr] as readonly {
    ref?: () => void;
    unref?: () => void;
  }[];
  const read: string[] = [];
  const waiting: ((line: string | null) => void)[] = [];
  let ended = false;
  let killed: DiagnosticError | null = null;
  const lines = createInterface({ input: running.stdout, crlfDelay: Infinity });
  lines.on('line', (line) => {
    const next = waiting.shift();
    if (next === undefined) read.push(line);
    else next(line);
  });
  lines.on('close', () => {
    ended = true;
    for (const next of waiting.splice(0)) next(null);
  });
  const blocked: (() => void)[] = [];
  const release = (): void => {
    for (const goOn of blocked.splice(0)) goOn();
  };
  running.stdin.on('drain', release);
  running.stdin.on('close', release);
  // Written to after its end: line() tells why it ended.
  running.stdin.on('error', () => undefined);
  for (const handle of handles) handle.unref?.();
  return {
    get ended() {
      return ended;
    },
    send(text) {
      running.stdin.write(text);
    },
    drained() {
      const { stdin } = running;
      if (!stdin.writable || !stdin.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => blocked.push(resolve));
    },
    async line() {
      const first = read.shift();
      if (first !== undefined) return first;
      for (const handle of handles) handle.ref?.();
      try {
        const line = ended
          ? null
          : await new Promise<string | null>((resolve) => waiting.push(resolve));
        if (line === null) throw killed ?? (await why());
        return line;
      } finally {
        for (const handle of handles) handle.unref?.();
      }
    },
    kill(reason) {
      killed ??= reason;
      // With a signal that a wrapper (runuser) passes on; execa's second one cannot be refused.
      running.kill();
      // What it forked may hold its output open for longer.
      lines.close();
      running.stdin.destroy();
    },
  };
}

/** This machine. */
export function localHost(): Host {
  const place = { name: 'this machine', ssh: false };
  return {
    name: place.name,
    ...commandRunner(place, (command) => command),
    async *read(path) {
      yield* createReadStream(path, { highWaterMark: READ_BLOCK }) as AsyncIterable<Buffer>;
    },
    async stat(path) {
      const found = await stat(path).catch(() => null);
      return found === null ? null : { bytes: found.size, mtimeMs: found.mtimeMs };
    },
  };
}

/**
 * Another machine over ssh, with the administrator's own keys and ssh configuration; it never
 * asks for a password.
 */
export function sshHost(destination: string): Host {
  const wrap: Wrap = (command) => [
    'ssh',
    '-oBatchMode=yes',
    '-oConnectTimeout=15',
    '--',
    destination,
    // ssh hands one string to the remote shell, so every word is quoted for it.
    command.map(quoteForShell).join(' '),
  ];
  const place = { name: destination, ssh: true };
  const runner = commandRunner(place, wrap);
  return {
    name: destination,
    ...runner,
    async *read(path) {
      const [file, ...args] = wrap(['cat', '--', path]);
      const running = execa(file, args, { buffer: false, encoding: 'buffer', stdin: 'ignore' });
      try {
        for await (const chunk of running.stdout as AsyncIterable<Uint8Array>) yield chunk;
        await running;
      } catch (error) {
        throw failed(place, ['cat', path], error);
      } finally {
        running.kill();
      }
    },
    async stat(path) {
      const output = await runner.run(['stat', '-c', '%s %Y', '--', path]).catch(() => '');
      const [bytes, seconds] = output.trim().split(' ').map(Number);
      if (bytes === undefined || seconds === undefined) return null;
      return { bytes, mtimeMs: seconds * 1000 };
    },
  };
}
