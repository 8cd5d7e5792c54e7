// SPDX-License-Identifier: GPL-3.0-or-later
import type { AppliedStore } from '../plan/applied-memory.js';
import { type LastApplied, nothingApplied } from '../plan/operation.js';

/** The process is gone: what a `kill -9` looks like from the inside. */
export class CutOff extends Error {}

/** Counts effects on the outside world; `after` that many, the process is cut off. */
export class Steps {
  taken = 0;
  readonly #after: number;

  constructor(after = Infinity) {
    this.#after = after;
  }

  take(): void {
    if (this.taken >= this.#after) throw new CutOff();
    this.taken += 1;
  }
}

/** What the tool remembers, in memory; saving counts as a step where there are any. */
export class MemoryStore implements AppliedStore {
  state: LastApplied = nothingApplied();
  steps = new Steps();

  load(): Promise<LastApplied> {
    return Promise.resolve(structuredClone(this.state));
  }

  save(state: LastApplied): Promise<void> {
    this.steps.take();
    this.state = structuredClone(state);
    return Promise.resolve();
  }
}
