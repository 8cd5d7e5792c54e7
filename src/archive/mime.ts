// SPDX-License-Identifier: GPL-3.0-or-later
import { parseContentType, type ContentType } from './content-type.js';
import { HeaderBlock, valueOf } from './header-block.js';

/** How deep parts may nest before the rest is taken as one. Nobody writes ten; bombs have thousands. */
const DEEPEST = 30;
/** Parts a message may have before the rest is left alone. */
const MOST = 10_000;

/** One part of a message, the whole message being the first. Positions are in its bytes. */
export interface Part {
  readonly header: HeaderBlock;
  readonly content: ContentType;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** `message`: the whole; `inner`: a message inside it; `part`: all others. */
  readonly role: 'message' | 'inner' | 'part';
  /** A multipart whose parts cannot be told apart: no boundary is named, or it never comes. */
  readonly broken: boolean;
  /** Part of an attached message, which HyperKitty stores whole and does not look into. */
  readonly attached: boolean;
}

/** All parts in order, as Python's email package finds them. */
export function walkParts(bytes: Buffer, header: HeaderBlock): Part[] {
  const parts: Part[] = [];
  walk(parts, {
    bytes,
    header,
    end: bytes.length,
    role: 'message',
    fallback: 'text/plain',
    depth: 0,
    attached: false,
  });
  return parts;
}

interface Walk {
  readonly bytes: Buffer;
  readonly header: HeaderBlock;
  readonly end: number;
  readonly role: Part['role'];
  readonly fallback: string;
  readonly depth: number;
  readonly attached: boolean;
}

function walk(parts: Part[], at: Walk): void {
  const { bytes, header, end, depth } = at;
  const field = header.get('content-type');
  const content = parseContentType(field === undefined ? null : valueOf(field), at.fallback);
  const bodyStart = header.bodyStart;
  const multipart = content.type.startsWith('multipart/');
  const ranges = multipart ? rangesOf(bytes, content.boundary, bodyStart, end) : [];
  parts.push({
    header,
    content,
    bodyStart,
    bodyEnd: end,
    role: at.role,
    broken: multipart && ranges.length === 0,
    attached: at.attached,
  });
  if (depth >= DEEPEST || parts.length >= MOST) return;
  if (content.type === 'message/rfc822') {
    const inner = new HeaderBlock(bytes, bodyStart, end);
    walk(parts, {
      ...at,
      header: inner,
      role: 'inner',
      fallback: 'text/plain',
      depth: depth + 1,
      attached: true,
    });
    return;
  }
  const fallback = content.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  for (const [start, stop] of ranges) {
    const inner = new HeaderBlock(bytes, start, stop);
    walk(parts, { ...at, header: inner, end: stop, role: 'part', fallback, depth: depth + 1 });
  }
}

/** The bytes between the boundary's lines; the line end before such a line belongs to it. */
function rangesOf(
  bytes: Buffer,
  boundary: string | null,
  from: number,
  end: number,
): (readonly [number, number])[] {
  if (boundary === null || boundary === '') return [];
  const needle = Buffer.from(`--${boundary}`, 'latin1');
  const ranges: (readonly [number, number])[] = [];
  let open = -1;
  // Within the part only: a search beyond it, in each of a thousand parts, takes a lifetime.
  const body = bytes.subarray(0, end);
  for (let at = body.indexOf(needle, from); at >= 0;) {
    const lineEnd = lineEndOf(bytes, at, end);
    const rest = bytes.toString(
      'latin1',
      at + needle.length,
      Math.min(lineEnd, at + needle.length + 200),
    );
    const lineStart = at === from || bytes[at - 1] === 10 || bytes[at - 1] === 13;
    if (lineStart && /^(?:--)?[ \t]*\r?\n?$/.test(rest)) {
      if (open >= 0) ranges.push([open, beforeLineEnd(bytes, open, at)]);
      open = rest.startsWith('--') ? -1 : lineEnd;
      if (open < 0) return ranges;
    }
    at = body.indexOf(needle, lineEnd);
  }
  if (open >= 0) ranges.push([open, end]);
  return ranges;
}

function lineEndOf(bytes: Buffer, at: number, end: number): number {
  const stop = bytes.indexOf(10, at);
  return stop < 0 || stop >= end ? end : stop + 1;
}

function beforeLineEnd(bytes: Buffer, from: number, at: number): number {
  let stop = at;
  if (stop > from && bytes[stop - 1] === 10) stop--;
  if (stop > from && bytes[stop - 1] === 13) stop--;
  return stop;
}
