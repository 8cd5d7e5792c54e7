// SPDX-License-Identifier: GPL-3.0-or-later
import type { Change, DateSource, Defect } from '../model/archive.js';
import { hasEightBit } from './charset.js';
import { Edits } from './edits.js';
import { HeaderBlock } from './header-block.js';
import type { LooseDate } from './loose-date.js';
import { chooseDate } from './message-date.js';
import { walkParts } from './mime.js';
import {
  repairDate,
  repairFrom,
  repairMessageId,
  repairReferences,
  repairSubject,
} from './repair-header.js';
import { RepairLog } from './repair-log.js';
import { repairPart } from './repair-part.js';
import type { SplitMessage } from './splitter.js';

/** A message HyperKitty takes in as it is meant, and all that had to be done for it. */
export interface RepairedMessage {
  readonly pieces: readonly Buffer[];
  readonly messageId: string;
  readonly originalMessageId: string | null;
  readonly date: LooseDate;
  readonly dateSource: DateSource;
  readonly defects: readonly Defect[];
  readonly changes: readonly Change[];
  /** Where the body begins in the original's bytes. */
  readonly bodyStart: number;
}

export interface RepairContext {
  /** Seconds since 1970. */
  readonly now: number;
  /** Date of the message before, for one that tells none. */
  readonly previous: number | null;
}

const NEWLINE = Buffer.from('\n', 'latin1');
/** HyperKitty takes archived_date from a line like this; from others it may take the hour of import. */
const CANONICAL =
  /^From [!-~]+@[!-~]+ {1,2}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\r?\n$/;

export function repairMessage(message: SplitMessage, context: RepairContext): RepairedMessage {
  const { bytes, fromLength } = message;
  const log = new RepairLog();
  const edits = new Edits();
  const header = new HeaderBlock(bytes, fromLength, bytes.length, true);
  if (!message.afterBlankLine) log.note('boundary.no-blank-line');
  if (header.troubles.has('no-separator')) {
    header.changed = true;
    log.note('header.no-separator', 'header-separator-added');
  }

  const parts = walkParts(bytes, header);
  for (const part of parts) repairPart(part, bytes, edits, log);
  const { messageId, original } = repairMessageId(header, bytes.subarray(fromLength), log);
  const chosen = chooseDate(header, {
    now: context.now,
    fromLine: message.from.date,
    previous: context.previous,
  });
  repairDate(header, chosen, log);
  repairFrom(header, message.from.address, log);
  repairSubject(header, log);
  repairReferences(header, log);

  for (const { header: block } of parts) {
    if (block.changed) edits.replace(block.start, block.end, block.toText());
  }
  repairFromLine(message, chosen.date, edits, log);
  escapeFromLines(message, edits, log);
  if (bytes.indexOf(0, header.bodyStart) >= 0) log.note('body.nul');
  const pieces = edits.apply(bytes);
  pieces.push(...missingEnd(pieces, log));
  return {
    pieces,
    messageId,
    originalMessageId: original,
    date: chosen.date,
    dateSource: chosen.source,
    defects: [...log.defects],
    changes: [...log.changes],
    bodyStart: header.bodyStart,
  };
}

/** Python decodes the separator line as ASCII, outside any try: one other byte ends the import. */
function repairFromLine(
  message: SplitMessage,
  date: LooseDate,
  edits: Edits,
  log: RepairLog,
): void {
  const line = message.bytes.toString('latin1', 0, message.fromLength);
  if (CANONICAL.test(line) && message.from.date !== null) return;
  if (hasEightBit(line)) log.note('boundary.non-ascii');
  else log.note('boundary.form');
  log.changes.add('boundary-rewritten');
  const { address } = message.from;
  const sound = /^[!-~]+@[!-~]+$/.test(address);
  const at = (message.from.date ?? date).epoch;
  const [weekday, day, month, year, clock] = new Date(at * 1000).toUTCString().split(/,? /);
  const shown = (day ?? '').replace(/^0/, ' ');
  edits.replace(
    0,
    message.fromLength,
    `From ${sound ? address : 'unknown@mm2to3.invalid'}  ` +
      `${weekday ?? ''} ${month ?? ''} ${shown} ${clock ?? ''} ${year ?? ''}\n`,
  );
}

/** Python's mailbox begins a message at every line that starts so; mbox-reader does, too. */
function escapeFromLines(message: SplitMessage, edits: Edits, log: RepairLog): void {
  for (const at of message.fromLines) {
    if (edits.insert(at, '>')) log.note('body.from-line', 'from-line-escaped');
  }
}

/** A blank line before the next separator, without which that is no separator. */
function missingEnd(pieces: readonly Buffer[], log: RepairLog): Buffer[] {
  const last = pieces.at(-1)?.subarray(-3);
  const end = last?.length === 3 ? last : Buffer.concat(pieces.slice(-3)).subarray(-3);
  const tail = end.toString('latin1');
  if (/\n\r?\n$/.test(tail)) return [];
  log.changes.add('final-newline-added');
  return tail.endsWith('\n') ? [NEWLINE] : [NEWLINE, NEWLINE];
}
