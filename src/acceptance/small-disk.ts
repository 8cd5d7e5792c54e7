// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** Bytes of a disk that nothing here fills. */
export const ROOMY = 512 << 20;

// What the smallest file takes of a tmpfs.
const PAGE = 4096;

/**
 * Puts a disk of that many bytes in the place of a folder, whose content is dropped. Returns what
 * takes it away again. Throws where this account may not mount.
 */
export async function smallDisk(folder: string, bytes: number): Promise<() => Promise<void>> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  const size = `size=${Math.max(bytes, 4 * PAGE)},mode=0700`;
  await execa('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder]).catch((error: unknown) => {
    const why = (error as { stderr?: string }).stderr ?? String(error);
    throw new Error(`this test needs the right to mount a tmpfs (root, CAP_SYS_ADMIN): ${why}`);
  });
  return async () => {
    await execa('umount', ['--lazy', folder]);
  };
}

export const remount = (folder: string, how: string): Promise<unknown> =>
  execa('mount', ['-o', `remount,${how}`, folder]);

/**
 * Makes a small disk read-only under a process. The kernel does so only at a moment when no file is
 * open for writing there, so it is tried until then, or until the process has ended.
 */
export async function readOnly(folder: string, process: Promise<unknown>): Promise<void> {
  let ended = false;
  void process.then(() => {
    ended = true;
  });
  while (!ended) {
    const { exitCode } = await execa('mount', ['-o', 'remount,ro', folder], { reject: false });
    if (exitCode === 0) return;
    await sleep(5);
  }
}

/** What the files of a folder take of a disk. */
export async function bytesIn(folder: string): Promise<number> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = all.map(async (entry) => {
    const { size } = await stat(join(entry.parentPath, entry.name));
    return Math.ceil(size / PAGE) * PAGE;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
