// SPDX-License-Identifier: GPL-3.0-or-later

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/** Changes to a run of bytes, kept apart from it until they are all known. */
export class Edits {
  readonly #replacements: Edit[] = [];
  readonly #insertions: Edit[] = [];

  get empty(): boolean {
    return this.#replacements.length + this.#insertions.length === 0;
  }

  /** Puts text in the place of bytes; does nothing where an earlier edit already rules one of them. */
  replace(start: number, end: number, text: string | Buffer): void {
    const overlaps = (edit: Edit): boolean => edit.start < end && start < edit.end;
    const within = (edit: Edit): boolean => edit.start < start && start < edit.end;
    if (this.#replacements.some(start === end ? within : overlaps)) return;
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    this.#replacements.push({ start, end, bytes });
  }

  /** @returns false where the byte at `at` has already been replaced */
  insert(at: number, text: string): boolean {
    if (this.#replacements.some((edit) => edit.start <= at && at < edit.end)) return false;
    this.#insertions.push({ start: at, end: at, bytes: Buffer.from(text, 'latin1') });
    return true;
  }

  /** The edited bytes: views of the original between the replacements. */
  apply(original: Buffer): Buffer[] {
    if (this.empty) return [original];
    const pieces: Buffer[] = [];
    let at = 0;
    for (const edit of [...this.#replacements, ...this.#insertions].sort(
      (a, b) => a.start - b.start || a.end - b.end,
    )) {
      if (edit.start > at) pieces.push(original.subarray(at, edit.start));
      if (edit.bytes.length > 0) pieces.push(edit.bytes);
      at = Math.max(at, edit.end);
    }
    if (at < original.length) pieces.push(original.subarray(at));
    return pieces;
  }
}
