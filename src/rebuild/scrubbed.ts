// SPDX-License-Identifier: GPL-3.0-or-later
import { hash } from 'node:crypto';
import { isSeparator } from './words.js';

/** What Mailman 2's scrubber put in the place of a part. */
export interface ScrubbedPart {
  readonly kind: 'html' | 'file' | 'message' | 'text';
  /** Below the archive: `attachments/20100910/53e1cde8/attachment.html`. */
  readonly path: string;
  /** As its sender called it; null where it had no name. */
  readonly name: string | null;
  /** Media type, lower case; null where the scrubber does not say. */
  readonly type: string | null;
  readonly description: string | null;
  /** The words that stood there. */
  readonly words: string;
}

/** A message's text, taken apart where the scrubber had joined it. */
export type TextPiece = { readonly text: string } | { readonly part: ScrubbedPart };

export interface Unscrubbed {
  readonly pieces: readonly TextPiece[];
  /** Blocks that name another message's file: text that was quoted. */
  readonly foreign: number;
}

const LABEL = /^([^:<>/]{1,40}?)\s*:[ \t]*(.*)$/;
// Nothing else may stand in a name: neither a slash nor what climbs out of the folder.
const PLACE = /^<?(?:[^\s<>]*\/)?(attachments\/\d{8}\/([0-9a-f]{8})\/(?!\.+>?$)[-\w.]{1,255})>?$/;
const MEDIA_TYPE = /^[a-z0-9][-a-z0-9!#$&^_.+]*\/[a-z0-9][-a-z0-9!#$&^_.+]*$/i;
const SIZE = /^\d+\b/;

/**
 * Finds the blocks that Mailman 2's scrubber writes, in whatever language: a headline, labels with
 * values, and at last an address below attachments/. They stand at the beginning of a text or right
 * after a separator. A file lies in a folder named for its message's id, so that a block which
 * somebody quoted from another message is known for what it is.
 *
 * @param messageId the header's value as it stood, which is what the folder is named for
 */
export function unscrub(text: string, messageId: string | null): Unscrubbed {
  const own = messageId === null ? null : folderOf(messageId);
  const pieces: TextPiece[] = [];
  let foreign = 0;
  const parts = splitParts(text);
  for (const [index, lines] of parts.entries()) {
    const found = readBlock(lines);
    if (found === null) {
      pieces.push({ text: lines.join('\n') });
      continue;
    }
    const { part, folder, rest } = found;
    if (own !== null && folder !== own && !folderMayDiffer(messageId)) {
      foreign += 1;
      pieces.push({ text: lines.join('\n') });
      continue;
    }
    pieces.push({ part });
    if (rest.some((line) => line.trim() !== '') || (index < parts.length - 1 && rest.length > 1))
      pieces.push({ text: rest.join('\n') });
  }
  return {
    pieces: pieces.filter((piece, n) => 'part' in piece || piece.text !== '' || n === 0),
    foreign,
  };
}

/** First and last two bytes of the id's SHA-1 (Mailman/Handlers/Scrubber.py). */
function folderOf(messageId: string): string {
  const digest = hash('sha1', Buffer.from(messageId, 'latin1'), 'hex');
  return digest.slice(0, 4) + digest.slice(-4);
}

/** An id that is not plainly one word in brackets may not have come to us as it stood. */
function folderMayDiffer(messageId: string | null): boolean {
  return (
    messageId === null || !/^<[\x21-\x7e]+>$/.test(messageId) || /[<>]/.test(messageId.slice(1, -1))
  );
}

/** The lines of each part; every part but the last ends where a separator stood. */
function splitParts(text: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (isSeparator(line)) {
      parts.at(-1)?.push('');
      parts.push([]);
    } else parts.at(-1)?.push(line);
  }
  return parts;
}

interface Block {
  readonly part: ScrubbedPart;
  readonly folder: string;
  /** Lines behind it. */
  readonly rest: readonly string[];
}

interface Labelled {
  readonly value: string;
}

// A headline of two lines, five labels, a sender folded over some lines.
const LONGEST_BLOCK = 16;

function readBlock(lines: readonly string[]): Block | null {
  const start = lines.findIndex((line) => line.trim() !== '');
  if (start < 0) return null;
  for (let at = start + 1; at < Math.min(lines.length, start + LONGEST_BLOCK); at += 1) {
    const value = LABEL.exec(lines[at] ?? '')?.[2]?.trim() ?? '';
    const place = PLACE.exec(value);
    if (place === null) continue;
    const labels = labelled(lines.slice(start, at + 1));
    const part = labels === null ? null : partOf(labels, place[1] ?? '');
    if (part === null) return null;
    return {
      part: { ...part, words: lines.slice(start, at + 1).join('\n') },
      folder: place[2] ?? '',
      rest: lines.slice(at + 1),
    };
  }
  return null;
}

/** The labelled lines after the headline, folded ones joined; null where others stand between. */
function labelled(block: readonly string[]): readonly Labelled[] | null {
  const found: { value: string }[] = [];
  let headlines = 0;
  for (const line of block) {
    const match = LABEL.exec(line);
    const last = found.at(-1);
    if (match !== null && headlines > 0) found.push({ value: (match[2] ?? '').trim() });
    else if (last === undefined) headlines += 1;
    else if (/^[ \t]/.test(line)) last.value = `${last.value} ${line.trim()}`;
    else return null;
  }
  // In Italian the headline of a text takes two lines.
  return headlines === 1 || (headlines === 2 && found.length === 2) ? found : null;
}

type Unworded = Omit<ScrubbedPart, 'words'>;

/** The four blocks differ in their number of labels, and the two of five in what is a type. */
function partOf(labels: readonly Labelled[], path: string): Unworded | null {
  const [one, two, three, four] = labels.map(({ value }) => value);
  const bare = { path, name: null, type: null, description: null };
  switch (labels.length) {
    case 1:
      return { ...bare, kind: 'html', type: 'text/html' };
    case 2:
      return { ...bare, kind: 'text', name: nameOf(one, null), type: 'text/plain' };
    case 5:
      if (MEDIA_TYPE.test(two ?? '') && SIZE.test(three ?? '')) {
        const description = four === NOTHING || four === one ? null : (four ?? null);
        return {
          path,
          kind: 'file',
          name: nameOf(one, four ?? null),
          type: (two ?? '').toLowerCase(),
          description,
        };
      }
      return SIZE.test(four ?? '') ? { ...bare, kind: 'message', type: 'message/rfc822' } : null;
    default:
      return null;
  }
}

const NOTHING = 'not available';

/** The same words for a name and a description are "not available", in some language. */
function nameOf(name: string | undefined, description: string | null): string | null {
  if (name === undefined || name === '' || name === NOTHING) return null;
  return name === description && !name.includes('.') ? null : name;
}
