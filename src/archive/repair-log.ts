// SPDX-License-Identifier: GPL-3.0-or-later
import type { Change, Defect } from '../model/archive.js';

/** What was found and done, while one message is being mended. */
export class RepairLog {
  readonly defects = new Set<Defect>();
  readonly changes = new Set<Change>();

  note(defect: Defect, change?: Change): void {
    this.defects.add(defect);
    if (change !== undefined) this.changes.add(change);
  }
}
