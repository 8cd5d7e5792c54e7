// SPDX-License-Identifier: GPL-3.0-or-later
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openDraft } from './draft.js';

// How much is written or compared in one go.
const BLOCK = 1 << 18;

/** Text piece by piece, or bytes of other files. */
export type Pieces = Iterable<string> | AsyncIterable<Uint8Array>;

/**
 * Writes a text beside the file at `path`, down to the disk, and returns where it is; null where the
 * file at `standing` has that text already. Web servers read what becomes of it, so it is not
 * private.
 */
export async function draftUnlessSame(
  path: string,
  text: Pieces,
  standing: string = path,
): Promise<string | null> {
  await mkdir(dirname(path), { recursive: true });
  const draft = await openDraft(path, { mode: 0o644 });
  const old = await open(standing).catch(() => null);
  let same = old !== null;
  try {
    for await (const block of blocks(text)) {
      if (same) same = await readsNext(old, block);
      await draft.write(block);
    }
    if (same) same = await readsNext(old, null);
  } catch (error) {
    await draft.discard();
    throw error;
  } finally {
    await old?.close();
  }
  if (same) {
    await draft.discard();
    return null;
  }
  await draft.keep();
  return draft.path;
}

/** Gives a file another name, in the same folder; false where it is not there. */
export async function renameThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Brings a file, or the names in a folder, down to the disk, where its file system can do that. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return;
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}

/** Whether these bytes come next in a file; null asks for its end. */
async function readsNext(file: FileHandle | null, expected: Buffer | null): Promise<boolean> {
  if (file === null) return false;
  const wanted = expected?.length ?? 1;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, null);
  return expected === null ? bytesRead === 0 : bytesRead === wanted && buffer.equals(expected);
}

/** The text in blocks of some size. */
async function* blocks(text: Pieces): AsyncGenerator<Buffer> {
  let rest: string[] = [];
  let length = 0;
  for await (const piece of text) {
    if (typeof piece !== 'string') {
      yield Buffer.from(piece);
      continue;
    }
    rest.push(piece);
    length += piece.length;
    if (length < BLOCK) continue;
    yield Buffer.from(rest.join(''));
    rest = [];
    length = 0;
  }
  if (length > 0) yield Buffer.from(rest.join(''));
}
