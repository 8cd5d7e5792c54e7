// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { HeldAttachment } from '../model/archive-state.js';
import { findAttachments, scrubbedMessages } from './attachments.js';

const DIR = 'attachments/20040222/f818a04a';
const MESSAGES = [
  { hash: 'OTHER', scrubbedInto: '00000000' },
  { hash: 'H', scrubbedInto: 'f818a04a' },
  { hash: 'REPEATED', scrubbedInto: 'f818a04a' },
];

const held = (
  ...attachments: readonly (readonly [counter: number, name: string, size: number, type?: string])[]
): ReadonlyMap<string, readonly HeldAttachment[]> =>
  new Map([
    [
      'H',
      attachments.map(([counter, name, size, contentType = 'application/octet-stream']) => ({
        hash: 'H',
        counter,
        name,
        size,
        contentType,
      })),
    ],
  ]);

/** `path: hash/counter`, or the hash alone. */
function found(
  files: Readonly<Record<string, number | null>>,
  attachments: ReadonlyMap<string, readonly HeldAttachment[]>,
): Readonly<Record<string, string>> {
  const listed = Object.entries(files).map(([name, bytes]) => ({ path: `${DIR}/${name}`, bytes }));
  const targets = findAttachments(listed, scrubbedMessages(listed, MESSAGES), attachments);
  return Object.fromEntries(
    [...targets].map(([path, { hash, part }]) => [
      path.slice(DIR.length + 1),
      part === null ? hash : `${hash}/${part.counter}`,
    ]),
  );
}

describe('findAttachments', () => {
  it("finds an attachment by its message's folder and its size", () => {
    expect(found({ 'attachment.pdf': 100 }, held([2, 'paper.pdf', 100], [3, 'b.pdf', 7]))).toEqual({
      'attachment.pdf': 'H/2',
    });
  });

  it('tells equal sizes apart by their order, each ending by itself', () => {
    const files = { 'attachment-0001.png': 5, 'attachment.png': 5, 'attachment.pdf': 5 };
    expect(found(files, held([3, 'b.png', 5], [1, 'a.png', 5], [2, 'c.pdf', 5]))).toEqual({
      'attachment.png': 'H/1',
      'attachment-0001.png': 'H/3',
      'attachment.pdf': 'H/2',
    });
  });

  it('finds what Mailman 2 wrote anew by order, where as many are there', () => {
    const html = held([2, 'a.html', 9, 'text/html'], [4, 'b.html', 8, 'text/html']);
    expect(found({ 'attachment.htm': 70, 'attachment-0001.htm': 60 }, html)).toEqual({
      'attachment.htm': 'H/2',
      'attachment-0001.htm': 'H/4',
    });
    expect(found({ 'attachment.htm': 70 }, html)).toEqual({ 'attachment.htm': 'H' });
  });

  it('leads a file that no attachment is like to its message', () => {
    expect(found({ 'attachment.pdf': 100 }, held([1, 'a.pdf', 99]))).toEqual({
      'attachment.pdf': 'H',
    });
    expect(found({ 'attachment.pdf': null }, held([1, 'a.pdf', 0]))).toEqual({
      'attachment.pdf': 'H',
    });
  });

  it.each(['', '.', '..', 'a/b'])('leads to no attachment by the name of %j', (name) => {
    expect(found({ 'attachment.pdf': 5 }, held([1, name, 5]))).toEqual({ 'attachment.pdf': 'H' });
  });

  it('knows nothing of files of no message, or in no such folder', () => {
    const files = ['attachments/20040222/11111111/a.pdf', 'attachments/a.pdf'];
    const listed = files.map((path) => ({ path, bytes: 1 }));
    expect(scrubbedMessages(listed, MESSAGES)).toEqual([]);
    expect(findAttachments(listed, MESSAGES, held([1, 'a.pdf', 1])).size).toBe(0);
  });
});
