// SPDX-License-Identifier: GPL-3.0-or-later
import type { ManifestRecord, MboxAccount } from '../../model/archive.js';
import { MboxPreparer } from '../prepare.js';

/** 2026-11-23: a fixed now, so that tests do not age. */
export const NOW = Date.UTC(2026, 10, 23) / 1000;

export interface Prepared {
  readonly records: readonly ManifestRecord[];
  readonly bytes: Buffer;
  readonly account: MboxAccount;
}

/** Prepares an mbox that is in memory, cut into chunks of the given sizes (used in turn). */
export function prepareWhole(mbox: Uint8Array, sizes: readonly number[] = [65536]): Prepared {
  const preparer = new MboxPreparer({ now: NOW });
  const records: ManifestRecord[] = [];
  const copies: Buffer[] = [];
  const take = (messages: ReturnType<MboxPreparer['push']>): void => {
    for (const { record, bytes } of messages) {
      records.push(record);
      copies.push(Buffer.concat(bytes));
    }
  };
  for (let at = 0, turn = 0; at < mbox.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    take(preparer.push(mbox.subarray(at, at + size)));
    at += size;
  }
  take(preparer.end());
  return { records, bytes: Buffer.concat(copies), account: preparer.account };
}
