// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from './clock.js';
import type { Ending } from './ending.js';
import type { Tracked } from './tracked-list.js';

// Lists that wait for the index or for verification, each with its roster: no more than that.
const OUTSTANDING = 50;

/** The lists that a batch has begun and not ended. */
export class UnderWay {
  readonly #clock: Clock;
  readonly #ending: Ending;
  readonly #running = new Set<Promise<void>>();
  readonly #heavy = new Set<Tracked>();
  #bug: unknown = null;
  #wake: () => void = () => undefined;

  constructor(clock: Clock, ending: Ending) {
    this.#clock = clock;
    this.#ending = ending;
    ending.signal.addEventListener('abort', () => {
      this.#wake();
    });
  }

  /** Whether some list still holds its roster: it is before the index. */
  get isHeavy(): boolean {
    return this.#heavy.size > 0;
  }

  /** Begins with a list. A bug in the work is kept, and is the end of the batch. */
  begin(list: Tracked, work: () => Promise<void>): void {
    list.began = this.#clock.now();
    this.#heavy.add(list);
    const running = work()
      .catch((error: unknown) => {
        this.#bug ??= error;
        this.#ending.end('trouble');
      })
      .finally(() => {
        list.ended = this.#clock.now();
        this.#running.delete(running);
        this.#wake();
      });
    this.#running.add(running);
  }

  /** A list needs no room for its roster any more. */
  light(list: Tracked): void {
    this.#heavy.delete(list);
    this.#wake();
  }

  /** Waits until another list may be held, where `concurrency` may hold their rosters. */
  async room(concurrency: number): Promise<void> {
    while (
      !this.#ending.isNear() &&
      (this.#heavy.size >= concurrency || this.#running.size >= OUTSTANDING)
    ) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Waits for what runs; once `stop` is aborted not for longer than `grace` milliseconds. */
  async settled(stop: AbortSignal, grace: number): Promise<void> {
    const all = async (): Promise<void> => {
      while (this.#running.size > 0) await Promise.all(this.#running);
    };
    const over = new AbortController();
    const late = async (): Promise<void> => {
      await aborted(stop, over.signal);
      await this.#clock.sleep(grace, over.signal);
    };
    await Promise.race([all(), late()]);
    over.abort();
  }

  throwBug(): void {
    if (this.#bug !== null) throw this.#bug as Error;
  }
}

/** Resolves when the first signal is aborted, or the second, which gives the waiting up. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || over.aborted) resolve();
    for (const either of [signal, over])
      either.addEventListener('abort', () => {
        resolve();
      });
  });
}
