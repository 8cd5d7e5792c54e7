// SPDX-License-Identifier: GPL-3.0-or-later
import { hasEightBit } from './charset.js';
import { hasSoundWords, toAsciiHeader } from './encoded-word.js';
import { valueOf, type HeaderBlock } from './header-block.js';
import { canonicalMessageId, canonicalReferences, generateMessageId } from './message-id.js';
import type { ChosenDate } from './message-date.js';
import type { RepairLog } from './repair-log.js';
import { repairSender } from './sender.js';
import { formatDate } from './strict-date.js';

/** A message's id as it is now, and as it was where there was another. */
export interface MendedId {
  readonly messageId: string;
  readonly original: string | null;
}

/**
 * Sees to it that the header names one Message-ID, on one line, that HyperKitty reads whole.
 *
 * @param message the original without its separator line, to make an id from
 */
export function repairMessageId(header: HeaderBlock, message: Buffer, log: RepairLog): MendedId {
  const fields = header.all('message-id');
  const named = fields.find((field) => canonicalMessageId(valueOf(field)).id !== null);
  for (const field of fields) {
    if (field === (named ?? fields[0])) continue;
    header.rename(field, 'X-Original-Message-ID');
    log.note('message-id.repeated', 'message-id-repeat-renamed');
  }
  const field = named ?? fields[0];
  if (field === undefined) {
    const messageId = generateMessageId(message);
    header.add('Message-ID', messageId);
    log.note('message-id.missing', 'message-id-generated');
    return { messageId, original: null };
  }
  const original = valueOf(field);
  const { id, defects } = canonicalMessageId(original);
  if (id === null) {
    const messageId = generateMessageId(message);
    header.set(field, messageId);
    log.note('message-id.empty', 'message-id-generated');
    return { messageId, original };
  }
  for (const defect of defects) log.note(defect);
  const folded = /\n[ \t]/.test(field.raw);
  if (folded) log.note('message-id.folded');
  if (folded || id !== original) {
    header.set(field, id);
    log.changes.add('message-id-rewritten');
  }
  return { messageId: id, original: id === original ? null : original };
}

export function repairReferences(header: HeaderBlock, log: RepairLog): void {
  for (const field of header.fields) {
    if (field.name !== 'in-reply-to' && field.name !== 'references') continue;
    // Unfolded, or a fold inside an id would look like white space that was meant.
    const value = valueOf(field);
    const canonical = canonicalReferences(value);
    if (canonical === value) continue;
    header.set(field, canonical);
    log.changes.add('reference-rewritten');
  }
}

export function repairDate(header: HeaderBlock, chosen: ChosenDate, log: RepairLog): void {
  for (const defect of chosen.defects) log.note(defect);
  if (chosen.source === 'date') return;
  const field = header.get('date');
  if (field === undefined) header.add('Date', formatDate(chosen.date));
  else header.set(field, formatDate(chosen.date));
  log.changes.add('date-rewritten');
}

export function repairFrom(header: HeaderBlock, envelope: string, log: RepairLog): void {
  const field = header.get('from');
  const value = field === undefined ? null : valueOf(field);
  const repair = repairSender(value, fallbackAddress(header) ?? envelope);
  if (repair === null) return;
  if (field === undefined || value === '') {
    if (field === undefined) header.add('From', repair.value);
    else header.set(field, repair.value);
    log.note(repair.defect, 'sender-added');
    return;
  }
  header.set(field, repair.value);
  log.note(repair.defect, 'sender-rewritten');
}

/** Who else the header says wrote it. */
function fallbackAddress(header: HeaderBlock): string | null {
  for (const name of ['sender', 'return-path']) {
    const field = header.get(name);
    const address =
      field === undefined ? undefined : /[^\s<>,;:()"]+@[^\s<>,;:()"]+/.exec(valueOf(field));
    if (address) return address[0];
  }
  return null;
}

/** Subject: HyperKitty puts U+FFFD for each 8-bit byte, and NUL ends the message in PostgreSQL. */
export function repairSubject(header: HeaderBlock, log: RepairLog): void {
  const field = header.get('subject');
  if (field === undefined) return;
  const value = valueOf(field);
  if (hasEightBit(value)) log.note('header.eight-bit', 'header-encoded');
  else if (!hasSoundWords(value)) log.note('header.encoded-word', 'encoded-word-rewritten');
  else return;
  header.set(field, toAsciiHeader(value));
}
