// SPDX-License-Identifier: GPL-3.0-or-later
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiagnosticError } from '../diagnostics.js';

const PRIVATE_FILE = 0o600;
// While others take an abandoned lock over, and somebody holds it at the end.
const TRIES = 1_000;
const WAIT_MS = 20;

/** Who holds a lock: a number is used again, but not with the same start after the same boot. */
interface Holder {
  readonly pid: number;
  /** Clock ticks from boot to the process's start; null where the system does not tell. */
  readonly started: string | null;
  readonly boot: string | null;
  readonly host: string | null;
  /** Of this lock. */
  readonly id: string | null;
}

/** Ids of the locks that this very process holds, or is about to. */
const held = new Set<string>();

/**
 * Makes a lock file, which holds for as long as this process lives and no longer. Returns what
 * removes it. Throws `run.locked` where a living process has it.
 *
 * @param name of what is locked, for the message
 */
export async function lock(path: string, name: string): Promise<() => Promise<void>> {
  const id = randomUUID();
  const own = `${path}.${id}`;
  const text = JSON.stringify({ ...(await thisProcess()), id });
  let done = false;
  try {
    held.add(id);
    // With its words in it from the beginning: a lock that looks empty would look abandoned.
    await writeFile(own, text, { flag: 'wx', mode: PRIVATE_FILE });
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (await linked(own, path)) {
        done = true;
        return async () => {
          held.delete(id);
          // On a disk that became read-only it stays, and counts as abandoned all the same.
          await rm(path, { force: true }).catch(() => undefined);
        };
      }
      const found = await readFile(path, 'utf8').catch(() => null);
      if (found !== null && (await isHeld(found))) throw locked(path, name, found);
      // What its process left half-done is found out by asking the target.
      if (found !== null) await removeStale(path);
    }
  } finally {
    if (!done) held.delete(id);
    await rm(own, { force: true });
  }
  throw locked(path, name, '');
}

/** Whether a living process has that lock. */
export async function isLocked(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text !== null && (await isHeld(text));
}

async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

// The judgement and the removal take milliseconds; whoever was killed between leaves this behind.
const TAKEOVER_MS = 10_000;

/**
 * Takes an abandoned lock away. One at a time: between judging and removing, another run may have
 * taken it over, and its lock is not to be removed.
 */
async function removeStale(path: string): Promise<void> {
  const taking = `${path}.taking`;
  try {
    await mkdir(taking);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = await stat(taking).catch(() => null);
    if (since !== null && Math.abs(Date.now() - since.mtimeMs) > TAKEOVER_MS)
      await rm(taking, { recursive: true, force: true });
    else await sleep(WAIT_MS);
    return;
  }
  try {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null && !(await isHeld(text))) await rm(path, { force: true });
  } finally {
    await rm(taking, { recursive: true, force: true });
  }
}

async function isHeld(text: string): Promise<boolean> {
  const holder = holderOf(text);
  if (holder === null) return false;
  const { pid, boot, host } = await thisProcess();
  // Nobody here knows which processes live on another machine.
  if (holder.host !== null && holder.host !== host) return true;
  if (holder.boot !== null && boot !== null && holder.boot !== boot) return false;
  if (holder.pid === pid) {
    // Our own number without our knowing: a process of the same number held it before.
    return holder.id !== null && held.has(holder.id);
  }
  if (!isAlive(holder.pid)) return false;
  const now = await startOf(holder.pid);
  return holder.started === null || now === null || now === holder.started;
}

/** A bare number is a lock of an earlier release. */
function holderOf(text: string): Holder | null {
  const unknown = { started: null, boot: null, host: null, id: null };
  try {
    const value = JSON.parse(text) as Partial<Holder> | number | null;
    const found = typeof value === 'number' ? { pid: value } : value;
    const { pid } = found ?? {};
    return Number.isInteger(pid) && Number(pid) > 0
      ? { ...unknown, ...found, pid: Number(pid) }
      : null;
  } catch {
    return null;
  }
}

async function thisProcess(): Promise<Omit<Holder, 'id'>> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null);
  const started = await startOf(process.pid);
  return { pid: process.pid, started, boot: boot?.trim() ?? null, host: hostname() };
}

/** When a process started, in the words of Linux (proc(5), starttime of /proc/PID/stat). */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The second field is the program's name in parentheses, with whatever is in it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function locked(path: string, name: string, text: string): DiagnosticError {
  const holder = holderOf(text);
  const elsewhere =
    holder?.host !== undefined && holder.host !== null && holder.host !== hostname();
  const who = holder === null ? '' : `, of process ${holder.pid}`;
  return new DiagnosticError({
    code: 'run.locked',
    summary: `another run works on ${name}`,
    why: `its lock is ${path}${who}${elsewhere ? ` on ${holder.host}` : ''}`,
    next: elsewhere
      ? 'wait for it to end; if it is no more, remove that file, then run the same command again'
      : 'wait for it to end, then run the same command again',
    list: name,
  });
}
