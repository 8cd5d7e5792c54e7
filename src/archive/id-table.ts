// SPDX-License-Identifier: GPL-3.0-or-later

/** Words of 32 bits kept of each message: two of its id's digest, one of its body's. */
const WORDS = 3;
const ID_WORDS = 2;
const SEGMENT = 1 << 14;
/**
 * Twelve more bits of the id choose one of so many shelves, each of which grows by itself: a table
 * in one piece would be there twice whenever it grows.
 */
const SHELVES = 1 << 12;
const FIRST_SLOTS = 4;
const GROWTH = 1.5;
/** Slots in use, at most, of all: beyond it searches get long. */
const FULLEST = 0.8;
const NO_SLOTS = new Int32Array(0);

/**
 * Which message had a Message-ID first, and whether two messages have one body: 12 bytes and some
 * slots of 4 bytes a message, none of it an object, since a Map of a million strings is 100 MB that
 * the collector walks again and again. Digests are uniform, so their own bits choose shelf and slot.
 *
 * Two ids are one where 76 bits of their digests are: by accident once in ten thousand million
 * archives of five million messages each.
 */
export class IdTable {
  /** By message. In segments, so that nothing is copied when they become more. */
  readonly #segments: Uint32Array[] = [];
  /** Number of a message plus one; 0 is free. */
  readonly #shelves: Int32Array[] = Array<Int32Array>(SHELVES).fill(NO_SLOTS);
  readonly #held = new Uint32Array(SHELVES);
  #count = 0;

  /**
   * Takes the next message in.
   *
   * @param id digest of its Message-ID, at least 10 bytes
   * @param body digest of its body, at least 4 bytes
   * @returns the number of the earlier message with that id; null where this is the first
   */
  add(id: Buffer, body: Buffer): number | null {
    const n = this.#count++;
    if (n % SEGMENT === 0) this.#segments.push(new Uint32Array(SEGMENT * WORDS));
    const segment = this.#segmentOf(n);
    const at = (n % SEGMENT) * WORDS;
    for (let word = 0; word < ID_WORDS; word++) segment[at + word] = id.readUInt32LE(word * 4);
    segment[at + ID_WORDS] = body.readUInt32LE(0);
    const shelf = id.readUInt16LE(ID_WORDS * 4) % SHELVES;
    const held = this.#held[shelf] ?? 0;
    const slots = this.#withRoom(shelf, held);
    const slot = this.#find(slots, n);
    const taken = slots[slot] ?? 0;
    if (taken !== 0) return taken - 1;
    slots[slot] = n + 1;
    this.#held[shelf] = held + 1;
    return null;
  }

  /** By 32 bits of their digests: enough to say more of two messages that have one id. */
  sameBody(a: number, b: number): boolean {
    return this.#same(a, b, ID_WORDS, WORDS);
  }

  /** The slot that holds the id of message `n`, or the free one where it belongs. */
  #find(slots: Int32Array, n: number): number {
    let slot = (this.#segmentOf(n)[(n % SEGMENT) * WORDS] ?? 0) % slots.length;
    for (;;) {
      const taken = slots[slot] ?? 0;
      if (taken === 0 || this.#same(taken - 1, n, 0, ID_WORDS)) return slot;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
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

  /** A shelf's slots, one more of which may be taken. */
  #withRoom(shelf: number, held: number): Int32Array {
    const before = this.#shelves[shelf] ?? NO_SLOTS;
    if (held + 1 <= before.length * FULLEST) return before;
    const slots = new Int32Array(Math.max(FIRST_SLOTS, Math.ceil(before.length * GROWTH)));
    for (const taken of before) if (taken !== 0) slots[this.#find(slots, taken - 1)] = taken;
    this.#shelves[shelf] = slots;
    return slots;
  }

  #segmentOf(n: number): Uint32Array {
    const segment = this.#segments[Math.floor(n / SEGMENT)];
    if (segment === undefined) throw new Error(`no message ${n}`);
    return segment;
  }
}
