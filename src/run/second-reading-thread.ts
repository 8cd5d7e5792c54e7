// SPDX-License-Identifier: GPL-3.0-or-later
//
// The thread that second-reading.ts starts.
import { parentPort, workerData } from 'node:worker_threads';
import { Watermark } from './growing-file.js';
import { type PreparedFiles, readGrowingFiles, type ToReader } from './second-reading.js';

const marks = { prepared: new Watermark(), manifest: new Watermark() };

parentPort?.on('message', (message: ToReader) => {
  if ('written' in message) {
    marks.prepared.rise(message.written.prepared);
    marks.manifest.rise(message.written.manifest);
  } else {
    marks.prepared.end();
    marks.manifest.end();
    parentPort?.unref();
  }
});
parentPort?.postMessage(await readGrowingFiles(workerData as PreparedFiles, marks));
