// SPDX-License-Identifier: GPL-3.0-or-later
import { open, rename, rm } from 'node:fs/promises';

/** A file that is written beside its place, and takes it only once it is whole and on the disk. */
export interface Draft {
  /** Where the bytes are until `commit`. */
  readonly path: string;
  write(bytes: Uint8Array | string): Promise<void>;
  /** Takes the place: a reader sees the old or the new file, never a part. */
  commit(): Promise<void>;
  /** Brings it down to the disk, and leaves it where it is. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/** What a draft may be otherwise than usual. */
export interface DraftOptions {
  /** Who may read it; only its owner where nothing is said. */
  readonly mode?: number;
  /** A name of its own in the same folder, where others write, too: it must be free. */
  readonly beside?: string;
}

/** Begins a draft of the file at `path`; what an earlier one left there goes. */
export async function openDraft(
  path: string,
  { mode = 0o600, beside }: DraftOptions = {},
): Promise<Draft> {
  const draft = beside ?? `${path}.draft`;
  const file = await open(draft, beside === undefined ? 'w' : 'wx', mode);
  const keep = async (): Promise<void> => {
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  };
  const discard = async (): Promise<void> => {
    await file.close();
    // Where it cannot be taken away (a disk became read-only), the next one overwrites it: why it
    // was given up says more.
    await rm(draft, { force: true }).catch(() => undefined);
  };
  return {
    path: draft,
    async write(bytes) {
      await file.writeFile(bytes);
    },
    async commit() {
      await keep();
      await rename(draft, path);
    },
    keep,
    discard,
  };
}

/** Replaces a file by a text; where that cannot be done, no draft stays behind. */
export async function writeWhole(
  path: string,
  text: string,
  options: DraftOptions = {},
): Promise<void> {
  const draft = await openDraft(path, options);
  try {
    await draft.write(text);
    await draft.commit();
  } catch (error) {
    await draft.discard();
    throw error;
  }
}
