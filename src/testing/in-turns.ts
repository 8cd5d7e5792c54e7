// SPDX-License-Identifier: GPL-3.0-or-later

/** Items one after the other, each in a turn of its own, as a stream hands them over. */
export async function* inTurns<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}
