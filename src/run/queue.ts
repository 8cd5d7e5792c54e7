// SPDX-License-Identifier: GPL-3.0-or-later
import PQueue from 'p-queue';
import type { TaskQueue } from '../plan/apply.js';

/** The queue of one process: at most `concurrency` tasks side by side. */
export function embeddedQueue(concurrency: number): TaskQueue {
  const queue = new PQueue({ concurrency });
  return {
    async runAll(tasks) {
      // The first failure is thrown once all have ended: nothing runs on unseen.
      const results = await Promise.allSettled(tasks.map((task) => queue.add(task)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
