// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStartError, DiagnosticError } from '../diagnostics.js';
import type { AppliedStore } from '../plan/applied-memory.js';
import { type LastApplied, nothingApplied } from '../plan/operation.js';
import { type Draft, openDraft, writeWhole } from './draft.js';
import { isLocked, lock } from './lock.js';

/** The folder in which the tool keeps what it knows; its files hold addresses, so only the owner reads them. */
export interface Workspace {
  readonly dir: string;
  /** The folder of one list, made if it is missing. */
  list(name: string): Promise<ListFolder>;
  /** The folder of what is known of batches, made if it is missing. */
  batch(): Promise<ListFolder>;
  /**
   * Whether redirects were written that the web server has not read yet. Kept on disk: a run that
   * dies between writing and reloading must not leave the next one content.
   */
  readonly reloadPending: {
    get(): Promise<boolean>;
    set(pending: boolean): Promise<void>;
  };
  /** Keeps other runs from publishing redirects until released; waits for them. */
  lockRedirects(): Promise<() => Promise<void>>;
}

/** The files of one list. */
export interface ListFolder {
  readonly dir: string;
  path(file: string): string;
  readJson(file: string): Promise<unknown>;
  /** Replaces a file as a whole: a reader sees the old or the new one, never a part. */
  writeJson(file: string, value: unknown): Promise<void>;
  /** Opens a file for writing that becomes visible under its name only on `commit`. */
  draft(file: string): Promise<Draft>;
  /** Keeps a second run away from this list until released. Throws `run.locked`. */
  lock(): Promise<() => Promise<void>>;
  /** Whether a run that lives has it. */
  isLocked(): Promise<boolean>;
  readonly applied: AppliedStore;
}

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

// Rules of a large site are published in seconds.
const PATIENCE = 300;
const WAIT_MS = 200;

/** A list's name as one file name: names come from another server and may be anything. */
function fileName(name: string): string {
  return encodeURIComponent(name).replace(/^\./, '%2E');
}

/** Throws `workspace.unusable` where nothing can be written there. */
export async function openWorkspace(dir: string): Promise<Workspace> {
  await usable(dir);
  return workspaceIn(dir);
}

/** A workspace to be looked at: nothing is tried, for its disk may be full. */
export function workspaceIn(dir: string): Workspace {
  const pending = join(dir, 'reload-pending');
  return {
    dir,
    list: (name) => openFolder(join(dir, 'lists', fileName(name)), name),
    batch: () => openFolder(join(dir, 'batch'), 'this workspace as a whole'),
    reloadPending: {
      get: () =>
        stat(pending).then(
          () => true,
          () => false,
        ),
      async set(value) {
        if (value) await writeFile(pending, '', { mode: PRIVATE_FILE });
        else await rm(pending, { force: true });
      },
    },
    async lockRedirects() {
      const path = join(dir, 'redirects.lock');
      for (let tries = 0; tries < PATIENCE; tries += 1) {
        try {
          return await lock(path, 'the redirects of all lists');
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
          await sleep(WAIT_MS);
        }
      }
      return lock(path, 'the redirects of all lists');
    },
  };
}

/** Makes the folder and tries it, so that what is wrong with it is said before anything is done. */
async function usable(dir: string): Promise<void> {
  const trial = join(dir, `.trial-${process.pid}`);
  try {
    await mkdir(dir, { recursive: true, mode: PRIVATE_FOLDER });
    await chmod(dir, PRIVATE_FOLDER);
    // A full disk still makes empty files.
    await writeFile(trial, 'x'.repeat(4096), { mode: PRIVATE_FILE, flush: true });
  } catch (error) {
    throw new CannotStartError([
      {
        code: 'workspace.unusable',
        severity: 'error',
        path: dir,
        summary: `the workspace ${dir} cannot be written to`,
        why: error instanceof Error ? error.message : String(error),
        next: 'mend that (rights, a full or read-only disk), or name another with --workspace; nothing was done',
      },
    ]);
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
}

async function openFolder(dir: string, name: string): Promise<ListFolder> {
  await mkdir(dir, { recursive: true, mode: PRIVATE_FOLDER });
  return listFolder(dir, name);
}

function listFolder(dir: string, name: string): ListFolder {
  const path = (file: string): string => join(dir, file);
  const folder: ListFolder = {
    dir,
    path,
    async readJson(file) {
      const text = await readFile(path(file), 'utf8').catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      });
      // A file cut short by a crash counts as absent: everything in here can be made anew.
      try {
        return text === null ? null : (JSON.parse(text) as unknown);
      } catch {
        return null;
      }
    },
    async writeJson(file, value) {
      await writeWhole(path(file), `${JSON.stringify(value)}\n`);
    },
    draft: (file) => openDraft(path(file)),
    lock: () => lock(path('lock'), name),
    isLocked: () => isLocked(path('lock')),
    applied: {
      async load() {
        const state = (await folder.readJson('applied.json')) as Partial<LastApplied> | null;
        return { ...nothingApplied(), ...state };
      },
      save: (state) => folder.writeJson('applied.json', state),
    },
  };
  return folder;
}
