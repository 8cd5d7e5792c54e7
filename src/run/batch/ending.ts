// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchStop } from '../../model/batch.js';
import type { Clock } from './clock.js';

// The end of a window is not slept for all at once: the clock may be set meanwhile.
const LOOK_EVERY = 60_000;

/** Whether a batch is to begin nothing more, and why. */
export class Ending {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  #why: BatchStop | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborted when nothing more is to be begun. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  isNear(): boolean {
    return this.signal.aborted;
  }

  /** The first reason that there was. */
  get why(): BatchStop | null {
    return this.#why;
  }

  end(why: BatchStop): void {
    this.#why ??= why;
    this.#controller.abort();
  }

  /** Ends it when somebody wants that; the signal's name is the reason. Returns how to let go. */
  on(stop: AbortSignal): () => void {
    const heard = (): void => {
      this.end(stop.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
    };
    if (stop.aborted) heard();
    else stop.addEventListener('abort', heard, { once: true });
    return () => {
      stop.removeEventListener('abort', heard);
    };
  }

  /** Ends it when the window closes, in milliseconds since 1970. Returns how to let go. */
  at(closes: number | null): () => void {
    const over = new AbortController();
    const watch = async (): Promise<void> => {
      while (!over.signal.aborted && closes !== null) {
        const left = closes - this.#clock.now();
        if (left <= 0) {
          this.end('window');
          return;
        }
        await this.#clock.sleep(Math.min(left, LOOK_EVERY), over.signal);
      }
    };
    void watch();
    return () => {
      over.abort();
    };
  }
}
