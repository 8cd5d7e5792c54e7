// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../diagnostics.js';
import { type JsonObject, jsonNumber } from '../model/json.js';
import type { HelperRequest } from './python-helper.js';

/**
 * Milliseconds without a word of a helper, and without a byte taken from what it is given, after
 * which it counts as hung: its database does not answer, or its disk. An import and the index tell
 * progress every second; what is silent at work (threads that are put in order, parts of an index
 * that are merged, a roster) takes minutes on the largest sites. So nothing that works is ever
 * ended, and a night is not lost to something that does not.
 */
export const PATIENCE_MS = 60 * 60_000;

/** The patience with one request: what the helper may wait for somebody else comes on top. */
export const patienceWith = (request: JsonObject, patience: number): number =>
  patience + (jsonNumber(request['waitSeconds']) ?? 0) * 1000;

/** Looks whether a helper that is waited for gives signs of life. */
export class SilenceWatch {
  readonly #patience: number;
  readonly #tooLong: () => void;
  #timer: NodeJS.Timeout | null = null;

  /** @param tooLong called once it has been silent for `patience` milliseconds */
  constructor(patience: number, tooLong: () => void) {
    this.#patience = patience;
    this.#tooLong = tooLong;
  }

  /** Waits for what the helper says: only then is its silence one. */
  async during<Value>(word: Promise<Value>): Promise<Value> {
    const timer = setTimeout(this.#tooLong, this.#patience);
    // What is waited for keeps this process alive.
    timer.unref();
    this.#timer = timer;
    try {
      return await word;
    } finally {
      clearTimeout(timer);
      this.#timer = null;
    }
  }

  /** It took something that it was given. */
  broken(): void {
    this.#timer?.refresh();
  }
}

export const silent = (helper: string, request: HelperRequest, patience: number): DiagnosticError =>
  new DiagnosticError({
    code: 'target.helper-silent',
    summary: `${helper}: ${request.do} of ${request.list} hung, and was ended`,
    why: `nothing was heard of it for ${Math.max(1, Math.round(patience / 60_000))} min: its database or its disk did not answer`,
    next: 'look whether they answer and what holds a lock there, then run the same command again: it continues with what is missing',
  });
