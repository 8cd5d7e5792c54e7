// SPDX-License-Identifier: GPL-3.0-or-later
import type { Reconstruction } from '../model/archive.js';
import type { AttachmentFile } from '../model/pipermail.js';
import { restorePart } from './attachment-content.js';
import { composeMessage, type MessagePart } from './compose.js';
import { TORN_LINE } from './encode-text.js';
import { type ScrubbedPart, type TextPiece, unscrub } from './scrubbed.js';
import type { SettledMessage } from './settle.js';

/** A message with the pieces that the archiver tore off it, in their order. */
export interface WholeMessage {
  readonly message: SettledMessage;
  readonly tornOff: readonly SettledMessage[];
  readonly pieces: readonly TextPiece[];
  /** Attachments that its text names and that are another message's. */
  readonly quoted: number;
}

export function wholeMessage(
  message: SettledMessage,
  tornOff: readonly SettledMessage[],
): WholeMessage {
  const pieces: TextPiece[] = [];
  let quoted = 0;
  for (const [index, each] of [message, ...tornOff].entries()) {
    const found = unscrub(each.text, each.messageId?.trim() ?? null);
    quoted += found.foreign;
    const last = pieces.at(-1);
    if (index === 0) pieces.push(...found.pieces);
    else {
      const [first, ...rest] = found.pieces;
      const text = `${TORN_LINE}\n${first !== undefined && 'text' in first ? first.text : ''}`;
      if (last !== undefined && 'text' in last) {
        pieces[pieces.length - 1] = { text: `${last.text.replace(/\n$/, '')}\n${text}` };
      } else pieces.push({ text });
      pieces.push(...(first !== undefined && 'part' in first ? found.pieces : rest));
    }
  }
  return { message, tornOff, pieces: withoutMboxEnd(pieces), quoted };
}

/** The blank line between two messages of the mbox counted as text of the first. */
function withoutMboxEnd(pieces: readonly TextPiece[]): readonly TextPiece[] {
  const last = pieces.at(-1);
  if (last === undefined || !('text' in last) || !/(?:^|\n)\n$/.test(last.text)) return pieces;
  return [...pieces.slice(0, -1), { text: last.text.slice(0, -1) }];
}

export const pathsOf = ({ pieces }: WholeMessage): readonly string[] =>
  pieces.flatMap((piece) => ('part' in piece ? [piece.part.path] : []));

/** A message of the rebuilt mbox. */
export interface RestoredMessage {
  readonly bytes: Buffer;
  readonly reconstructed: readonly Reconstruction[];
  readonly restored: number;
  /** Files that are not there; their words stay in the text. */
  readonly missing: readonly string[];
}

/**
 * @param files those of {@link pathsOf}, in that order
 * @param charset of the list's language
 */
export function restoreMessage(
  { message, tornOff, pieces }: WholeMessage,
  files: readonly AttachmentFile[],
  charset: string,
): RestoredMessage {
  const left = [...files];
  const missing: string[] = [];
  const parts: MessagePart[] = [];
  let restored = 0;
  for (const piece of pieces) {
    if ('text' in piece) {
      parts.push(piece);
      continue;
    }
    const file = left.shift();
    if (file?.bytes == null) {
      missing.push(piece.part.path);
      parts.push({ text: `${piece.part.words}\n` });
      continue;
    }
    restored += 1;
    parts.push(attachment(piece.part, file.bytes, charset));
  }
  const reconstructed = [
    ...message.reconstructed,
    ...(restored > 0 ? (['attachments'] as const) : []),
    ...(tornOff.length > 0 ? (['torn-off-text'] as const) : []),
  ];
  return { bytes: composeMessage(message, parts, reconstructed), reconstructed, restored, missing };
}

function attachment(part: ScrubbedPart, bytes: Buffer, charset: string): MessagePart {
  return {
    attachment: restorePart(part, bytes, charset),
    name: part.name,
    description: part.description,
    inline: part.kind === 'html' || part.kind === 'message',
  };
}
