// SPDX-License-Identifier: GPL-3.0-or-later
import { counted } from '../model/counted.js';
import { Readable } from 'node:stream';
import type { Diagnostic } from '../diagnostics.js';
import type { ManifestRecord } from '../model/archive.js';
import { storedMessageId } from './hyperkitty-id.js';
import { skim } from './skim.js';

/**
 * mbox-reader shifts an array of lines, and its lines outlive a collection of garbage: at 1 MiB it
 * reads a fifteenth as fast, at 64 KiB it needs more memory to be as fast.
 */
const CHUNK = 16 * 1024;
/** mbox-reader gathers a line anew with every chunk of it: a line of 100 MB would take hours. */
const LONGEST_LINE = 1 << 20;
/** Continues a header, and begins no message. */
const BREAK = Buffer.from('\n ', 'latin1');
/** One wrong boundary shifts all that follows: the first few tell the story. */
const MOST_FINDINGS = 20;

/** What the second reader saw, held against the manifest. */
export interface SecondReading {
  readonly messages: number;
  /** Messages the manifest says were written. */
  readonly expected: number;
  /** The first differences; none where both agree. */
  readonly findings: readonly Diagnostic[];
}

/**
 * Reads a prepared mbox with another parser, which shares no line with ours, and compares count,
 * order and Message-IDs with the manifest. It reads every line that could begin a message and every
 * header, but no text of bodies (see {@link skim}). Holds one header at a time.
 *
 * @param prepared the bytes of the prepared mbox
 * @param records its manifest, in order; repeated messages, which were not written, are passed over
 */
export async function readAgain(
  prepared: AsyncIterable<Uint8Array>,
  records: Iterable<ManifestRecord> | AsyncIterable<ManifestRecord>,
): Promise<SecondReading> {
  const findings: Diagnostic[] = [];
  const expectations = writtenOnes(records);
  let messages = 0;
  let expected = 0;
  const stream = Readable.from(inChunks(skim(prepared)), { objectMode: false });
  // Loaded by those who prepare: every command would start later for it.
  const { mboxReader } = await import('mbox-reader');
  for await (const message of mboxReader(stream)) {
    messages++;
    const next = await expectations.next();
    if (next.done === true) continue;
    expected++;
    const found = message.headers.get('message-id')?.[0] ?? 'none';
    if (storedMessageId(found) === storedMessageId(next.value.messageId)) continue;
    if (findings.length < MOST_FINDINGS) findings.push(otherId(next.value, found));
  }
  while ((await expectations.next()).done !== true) expected++;
  if (messages !== expected) findings.push(otherCount(messages, expected));
  return { messages, expected, findings };
}

async function* writtenOnes(
  records: Iterable<ManifestRecord> | AsyncIterable<ManifestRecord>,
): AsyncGenerator<ManifestRecord, void, void> {
  for await (const record of records) if (record.duplicateOf === null) yield record;
}

/** Chunks for mbox-reader; lines beyond all reason are broken, which moves no boundary and no id. */
async function* inChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  let begun = 0;
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const part = bytes.subarray(at, at + CHUNK);
      yield Buffer.from(part.buffer, part.byteOffset, part.length);
      const last = part.lastIndexOf(10);
      begun = last < 0 ? begun + part.length : part.length - last - 1;
      if (begun < LONGEST_LINE) continue;
      yield BREAK;
      begun = 0;
    }
  }
}

function otherId(record: ManifestRecord, found: string): Diagnostic {
  return {
    code: 'archive.second-reader-id',
    severity: 'error',
    summary: `message ${record.n} has the Message-ID ${found} for the second reader, not ${record.messageId}`,
    why: 'two independent parsers disagree on where a message of the prepared mbox begins',
    next: `look at byte ${record.offset} of the original and report it; the original is untouched`,
  };
}

function otherCount(messages: number, expected: number): Diagnostic {
  return {
    code: 'archive.second-reader-count',
    severity: 'error',
    summary: `the second reader finds ${counted(messages, 'message')} in the prepared mbox, the manifest has ${expected}`,
    why: 'two independent parsers disagree, or the file is not the one the manifest was made with',
    next: 'prepare the archive again; if it stays, report it as a bug',
  };
}
