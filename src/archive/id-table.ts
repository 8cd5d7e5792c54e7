// SPDX-License-Identifier: GPL-3.0-or-later

/** Words of 32 bits kept of each message: 128 bits of its id's digest, 64 of its body's. */
const WORDS = 6;
const ID_WORDS = 4;
const SEGMENT = 1 << 14;
/** Slots in use, at most, of all: beyond it searches get long. */
const FULLEST = 0.75;

/**
 * Which message had a Message-ID first, and whether two messages have one body: 24 bytes and some
 * slots of 4 bytes a message, none of it an object, since a Map of a million strings is 100 MB that
 * the collector walks again and again. Digests are uniform, so their own bits choose the slot.
 */
export class IdTable {
  /** By message. In segments: one array would be copied, and be there twice, whenever it grows. */
  readonly #segments: Uint32Array[] = [];
  /** Number of a message plus one; 0 is free. */
  #slots = new Int32Array(1024);
  #count = 0;
  #held = 0;

  /**
   * Takes the next message in.
   *
   * @param id digest of its Message-ID, at least 16 bytes
   * @param body digest of its body, at least 8 bytes
   * @returns the number of the earlier message with that id; null where this is the first
   */
  add(id: Buffer, body: Buffer): number | null {
    const n = this.#count++;
    if (n % SEGMENT === 0) this.#segments.push(new Uint32Array(SEGMENT * WORDS));
    const segment = this.#segmentOf(n);
    const at = (n % SEGMENT) * WORDS;
    for (let word = 0; word < ID_WORDS; word++) segment[at + word] = id.readUInt32LE(word * 4);
    segment[at + ID_WORDS] = body.readUInt32LE(0);
    segment[at + ID_WORDS + 1] = body.readUInt32LE(4);
    const slot = this.#find(n);
    const taken = this.#slots[slot] ?? 0;
    if (taken !== 0) return taken - 1;
    this.#slots[slot] = n + 1;
    if (++this.#held > this.#slots.length * FULLEST) this.#grow();
    return null;
  }

  sameBody(a: number, b: number): boolean {
    return this.#same(a, b, ID_WORDS, WORDS);
  }

  /** The slot that holds the id of message `n`, or the free one where it belongs. */
  #find(n: number): number {
    const mask = this.#slots.length - 1;
    let slot = (this.#segmentOf(n)[(n % SEGMENT) * WORDS] ?? 0) & mask;
    for (;;) {
      const taken = this.#slots[slot] ?? 0;
      if (taken === 0 || this.#same(taken - 1, n, 0, ID_WORDS)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #same(a: number, b: number, from: number, to: number): boolean {
    const [one, other] = [this.#segmentOf(a), this.#segmentOf(b)];
    const [atOne, atOther] = [(a % SEGMENT) * WORDS, (b % SEGMENT) * WORDS];
    for (let word = from; word < to; word++) {
      if (one[atOne + word] !== other[atOther + word]) return false;
    }
    return true;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    for (const taken of before) if (taken !== 0) this.#slots[this.#find(taken - 1)] = taken;
  }

  #segmentOf(n: number): Uint32Array {
    const segment = this.#segments[Math.floor(n / SEGMENT)];
    if (segment === undefined) throw new Error(`no message ${n}`);
    return segment;
  }
}
