// SPDX-License-Identifier: GPL-3.0-or-later
import PQueue from 'p-queue';
import type { TaskQueue } from '../plan/task-queue.js';

/** The queue of one process: at most `concurrency` tasks side by side. */
export function embeddedQueue(concurrency: number): TaskQueue {
  const queue = new PQueue({ concurrency });
  return {
    async runAll(tasks) {
      let failing = false;
      const guarded = (task: () => Promise<void>) => async (): Promise<void> => {
        // What fails one of them (a Core that is gone) fails the others too, each after its waits.
        if (failing) return;
        try {
          await task();
        } catch (error) {
          failing = true;
          throw error;
        }
      };
      // The first failure is thrown once all that had begun have ended: nothing runs on unseen.
      const results = await Promise.allSettled(tasks.map((task) => queue.add(guarded(task))));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}

/** Runs a task as soon as its lane has room; tasks of one lane begin in the order they come in. */
export type Lanes<Name extends string> = <Value>(
  lane: Name,
  task: () => Promise<Value>,
) => Promise<Value>;

/** The lanes of one process: so many tasks at once in each. */
export function embeddedLanes<Name extends string>(
  widths: Readonly<Record<Name, { readonly width: number }>>,
): Lanes<Name> {
  const queues = new Map<string, PQueue>();
  for (const [name, { width }] of Object.entries<{ readonly width: number }>(widths))
    queues.set(name, new PQueue({ concurrency: width }));
  return (lane, task) => {
    const queue = queues.get(lane);
    if (queue === undefined) throw new Error(`no lane ${lane}`);
    return queue.add(task);
  };
}
