// SPDX-License-Identifier: GPL-3.0-or-later
import type { HeldAttachment } from '../model/archive-state.js';
import type { PipermailFile } from '../model/redirect.js';

/** Where a file that Mailman 2 scrubbed off a message is now. */
export interface AttachmentTarget {
  /** X-Message-ID-Hash of its message. */
  readonly hash: string;
  /** HyperKitty's attachment with the same content; null where none is certain. */
  readonly part: { readonly counter: number; readonly name: string } | null;
}

/** A message, as far as the folder of its attachments is concerned. */
export interface ScrubbedMessage {
  readonly hash: string;
  /** Name of that folder: from the SHA-1 of its Message-ID header (Mailman 2: Scrubber.py). */
  readonly scrubbedInto: string;
}

/** The messages whose folder the old files stand in, each folder's first alone. */
export function scrubbedMessages<Message extends ScrubbedMessage>(
  files: readonly PipermailFile[],
  messages: Iterable<Message>,
): readonly Message[] {
  const folders = new Set(files.map(({ path }) => folderOf(path)));
  // A repeated Message-ID has one folder for all its messages, and HyperKitty keeps the first.
  return [...messages].filter(({ scrubbedInto }) => folders.delete(scrubbedInto));
}

/**
 * Finds among HyperKitty's attachments of the old files' messages the ones with the same content. A
 * file's folder names its message; within a message size and MIME order tell one attachment from the
 * other.
 *
 * @param messages as {@link scrubbedMessages} has them
 */
export function findAttachments(
  files: readonly PipermailFile[],
  messages: Iterable<ScrubbedMessage>,
  held: ReadonlyMap<string, readonly HeldAttachment[]>,
): ReadonlyMap<string, AttachmentTarget> {
  const folders = new Map<string, PipermailFile[]>();
  for (const file of files) {
    const name = folderOf(file.path);
    if (name === null) continue;
    const folder = folders.get(name) ?? [];
    folder.push(file);
    folders.set(name, folder);
  }
  const found = new Map<string, AttachmentTarget>();
  for (const { hash, scrubbedInto } of messages) {
    const folder = folders.get(scrubbedInto) ?? [];
    const parts = matchFolder(folder, (held.get(hash) ?? []).filter(hasAddress));
    for (const [n, { path }] of folder.entries()) found.set(path, { hash, part: parts[n] ?? null });
  }
  return found;
}

const folderOf = (path: string): string | null =>
  /^attachments\/\d{8}\/([0-9a-f]{8})\/[^/]+$/.exec(path)?.[1] ?? null;

/** HyperKitty's address of an attachment ends with its name, which no server may make another. */
const hasAddress = ({ name }: HeldAttachment): boolean => !/^\.{0,2}$|\//.test(name);

// What Mailman 2 wrote anew when it took it off, so that no size tells it (Scrubber.py:
// ARCHIVE_HTML_SANITIZER escapes HTML, and a forwarded message is printed once more).
const REWRITTEN: readonly (readonly [name: RegExp, type: string])[] = [
  [/\.html?$/i, 'text/html'],
  [/\.(?:eml|mht|mhtml|nws|txt|bin|ksh)$/i, 'message/rfc822'],
];

/** For each file HyperKitty's attachment, in the order of the files. */
function matchFolder(
  files: readonly PipermailFile[],
  held: readonly HeldAttachment[],
): readonly (HeldAttachment | undefined)[] {
  const left = [...held].sort((a, b) => a.counter - b.counter);
  const taken: (HeldAttachment | undefined)[] = files.map(() => undefined);
  // Numbers are given in MIME order, but for each ending anew.
  const inOrder = [...files.entries()].sort(([, a], [, b]) => numberOf(a.path) - numberOf(b.path));
  for (const [n, { path, bytes }] of inOrder) {
    const same = left.filter(({ size }) => size !== null && size === bytes);
    const ending = endingOf(path);
    const best = same.find(({ name }) => endingOf(name) === ending) ?? same[0];
    if (best === undefined) continue;
    taken[n] = best;
    left.splice(left.indexOf(best), 1);
  }
  for (const [name, type] of REWRITTEN) {
    const old = inOrder.filter(([n, { path }]) => taken[n] === undefined && name.test(path));
    const now = left.filter(({ contentType }) => contentType === type);
    // As many here as there: then order alone decides.
    if (old.length !== now.length) continue;
    for (const [k, [n]] of old.entries()) taken[n] = now[k];
  }
  return taken;
}

/** `attachment-0002.pdf` is the third of its ending. */
const numberOf = (path: string): number => Number(/-(\d{4,})\.[^./]*$/.exec(path)?.[1] ?? 0);

const endingOf = (name: string): string => /\.([^./]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';
