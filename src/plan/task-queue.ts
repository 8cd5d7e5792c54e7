// SPDX-License-Identifier: GPL-3.0-or-later

/** Runs tasks side by side up to some limit and resolves when all are done. */
export interface TaskQueue {
  runAll(tasks: readonly (() => Promise<void>)[]): Promise<void>;
}
