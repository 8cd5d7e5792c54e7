// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { embeddedQueue } from './queue.js';

describe('embeddedQueue', () => {
  it.each([1, 3])('runs all tasks, at most %i side by side', async (concurrency) => {
    let running = 0;
    let most = 0;
    let done = 0;
    const task = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await sleep(1);
      running -= 1;
      done += 1;
    };
    await embeddedQueue(concurrency).runAll(Array.from({ length: 10 }, () => task));
    expect({ most, done, running }).toEqual({ most: concurrency, done: 10, running: 0 });
  });

  it('starts tasks in their order', async () => {
    const order: number[] = [];
    const tasks = [1, 2, 3].map((n) => async () => {
      await sleep(3 - n);
      order.push(n);
    });
    await embeddedQueue(1).runAll(tasks);
    expect(order).toEqual([1, 2, 3]);
  });

  it('throws the first failure, once nothing runs any more', async () => {
    const log: string[] = [];
    const failing = (name: string, ms: number) => async (): Promise<void> => {
      await sleep(ms);
      log.push(name);
      throw new Error(name);
    };
    const slow = async (): Promise<void> => {
      await sleep(20);
      log.push('slow');
    };
    const all = embeddedQueue(3).runAll([failing('first', 10), failing('second', 1), slow]);
    await expect(all).rejects.toThrow('first');
    expect(log).toEqual(['second', 'first', 'slow']);
  });

  it('starts nothing more once one has failed', async () => {
    const log: string[] = [];
    const task =
      (name: string, fails = false) =>
      async (): Promise<void> => {
        await sleep(1);
        log.push(name);
        if (fails) throw new Error(name);
      };
    const all = embeddedQueue(1).runAll([task('first'), task('second', true), task('third')]);
    await expect(all).rejects.toThrow('second');
    expect(log).toEqual(['first', 'second']);
  });

  it('is done at once where there is nothing to do', async () => {
    await expect(embeddedQueue(1).runAll([])).resolves.toBeUndefined();
  });

  it('can be used again after a failure', async () => {
    const queue = embeddedQueue(1);
    await expect(queue.runAll([() => Promise.reject(new Error('x'))])).rejects.toThrow('x');
    await expect(queue.runAll([() => Promise.resolve()])).resolves.toBeUndefined();
  });
});
