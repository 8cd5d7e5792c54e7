// SPDX-License-Identifier: GPL-3.0-or-later
import type { IndexedList, IndexProgress } from '../../model/archive-state.js';
import type { ArchivePort } from '../ports.js';
import { transience } from './transient.js';

/** When the one index writer takes in the lists that wait for it. */
export const ROUND = {
  /** That many at once: each round has its processes and its commit, and each list waits. */
  lists: 25,
  /** Milliseconds after which those that wait wait no longer for others to come. */
  patience: 30_000,
} as const;

interface Waiting {
  readonly fqdnListname: string;
  readonly resolve: (indexed: RoundResult) => void;
  readonly reject: (error: unknown) => void;
}

/** What became of one list in a round. */
export interface RoundResult {
  readonly indexed: IndexedList | undefined;
  /** The list's share of the round's time, by the documents it added. */
  readonly seconds: number;
}

interface RoundOptions {
  readonly index: ArchivePort['index'];
  readonly tell: (fqdnListnames: readonly string[], progress: IndexProgress) => void;
  readonly steady: () => number;
  /** Whether no further list is on its way to the index. */
  readonly quiet: () => boolean;
  /** Is done once after each round, before its lists go on. */
  readonly after: () => Promise<void>;
}

/**
 * Gathers lists for the search index, which has one writer: so several of them cost one start of
 * its processes.
 */
export class IndexRounds {
  readonly #options: RoundOptions;
  #waiting: Waiting[] = [];
  #busy = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RoundOptions) {
    this.#options = options;
  }

  /** Resolves when a round has taken the list in. */
  add(fqdnListname: string): Promise<RoundResult> {
    const result = new Promise<RoundResult>((resolve, reject) => {
      this.#waiting.push({ fqdnListname, resolve, reject });
    });
    this.#wait();
    this.look();
    return result;
  }

  #wait(): void {
    if (this.#waiting.length === 0 || this.#busy) return;
    this.#timer ??= setTimeout(() => {
      this.#begin();
    }, ROUND.patience).unref();
  }

  /** How many lists wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Begins a round where it is time; to be called when a list has left its way to the index. */
  look(): void {
    if (this.#waiting.length >= ROUND.lists || this.#options.quiet()) this.#begin();
  }

  /** Lets go of those that wait. */
  end(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #begin(): void {
    if (this.#busy || this.#waiting.length === 0) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#busy = true;
    const round = this.#waiting;
    this.#waiting = [];
    void this.#run(round).finally(() => {
      this.#busy = false;
      this.look();
      this.#wait();
    });
  }

  async #run(round: readonly Waiting[]): Promise<void> {
    const { index, tell, steady, after } = this.#options;
    const names = round.map(({ fqdnListname }) => fqdnListname);
    const began = steady();
    try {
      const all = await index(names, (progress) => {
        tell(names, progress);
      });
      await after();
      const seconds = (steady() - began) / 1000;
      // A list without new documents has its share of the start.
      const weight = (each: IndexedList | undefined): number => (each?.added ?? 0) + 10;
      const found = round.map(({ fqdnListname }) =>
        all.find((each) => each.fqdnListname === fqdnListname),
      );
      const sum = found.reduce((total, each) => total + weight(each), 0);
      for (const [at, { resolve }] of round.entries()) {
        const indexed = found[at];
        resolve({ indexed, seconds: (seconds * weight(indexed)) / sum });
      }
    } catch (error) {
      if (round.length === 1 || transience(error) !== null) {
        for (const { reject } of round) reject(error);
        return;
      }
      // One list that cannot be indexed is not to take the others with it.
      for (const alone of round) await this.#run([alone]);
    }
  }
}
