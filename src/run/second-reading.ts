// SPDX-License-Identifier: GPL-3.0-or-later
import { Worker } from 'node:worker_threads';
import { readAgain, type SecondReading } from '../archive/second-reader.js';
import type { ManifestRecord } from '../model/archive.js';
import { readGrowing, Watermark } from './growing-file.js';
import { linesOf } from './read-lines.js';

/** The two files of a prepared archive, while they are being written. */
export interface PreparedFiles {
  readonly prepared: string;
  readonly manifest: string;
}

/** How many bytes each of them has. */
export interface Written {
  readonly prepared: number;
  readonly manifest: number;
}

/** The second reader at work on files that are still being written. */
export interface ReadingBeside {
  /** Tells how far it may read. */
  rise(written: Written): void;
  /** Both files are whole: waits for what it saw. */
  end(): Promise<SecondReading>;
  /** Nobody wants to know any more. */
  abandon(): Promise<void>;
}

/** Below it a thread takes longer to start than it saves. */
const WORTH_A_THREAD = 4 << 20;
/** Only the built program has the thread's file; sources run by a test runner have not. */
const BUILT = import.meta.url.endsWith('.js');
/**
 * The collector's room for young objects. mbox-reader makes a string of each line: with 2 MB a third
 * of its time goes into collecting them, with the default of 48 MB it is no faster.
 */
const YOUNG_MB = 6;

/**
 * Starts mbox-reader on a prepared mbox. It reads what is on disk, in a thread of its own where
 * that is worth it, so that it takes no longer than preparing does.
 *
 * @param bytes about how much there will be to read
 */
export function readBeside(files: PreparedFiles, bytes: number): ReadingBeside {
  return BUILT && bytes > WORTH_A_THREAD ? inThread(files) : inTurns(files);
}

function inTurns(files: PreparedFiles): ReadingBeside {
  const marks = { prepared: new Watermark(), manifest: new Watermark() };
  const reading = readGrowingFiles(files, marks);
  reading.catch(() => undefined);
  const end = (): void => {
    marks.prepared.end();
    marks.manifest.end();
  };
  return {
    rise(written) {
      marks.prepared.rise(written.prepared);
      marks.manifest.rise(written.manifest);
    },
    end() {
      end();
      return reading;
    },
    async abandon() {
      end();
      await reading.catch(() => undefined);
    },
  };
}

/** What the thread and its starter say to each other. */
export type ToReader = { readonly written: Written } | { readonly ended: true };

function inThread(files: PreparedFiles): ReadingBeside {
  const worker = new Worker(new URL('./second-reading-thread.js', import.meta.url), {
    workerData: files,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const reading = new Promise<SecondReading>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => {
      reject(new Error('the second reader ended without an answer'));
    });
  });
  reading.catch(() => undefined);
  const tell = (message: ToReader): void => {
    worker.postMessage(message);
  };
  return {
    rise(written) {
      tell({ written });
    },
    end() {
      tell({ ended: true });
      return reading;
    },
    async abandon() {
      await worker.terminate();
    },
  };
}

/** Reads both files as far as their marks let it, to their end. */
export function readGrowingFiles(
  { prepared, manifest }: PreparedFiles,
  marks: { readonly prepared: Watermark; readonly manifest: Watermark },
): Promise<SecondReading> {
  return readAgain(
    readGrowing(prepared, marks.prepared),
    records(readGrowing(manifest, marks.manifest)),
  );
}

async function* records(manifest: AsyncIterable<Buffer>): AsyncGenerator<ManifestRecord> {
  for await (const line of linesOf(manifest)) yield JSON.parse(line) as ManifestRecord;
}
