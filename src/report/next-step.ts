// SPDX-License-Identifier: GPL-3.0-or-later

/** One thing to do next, and what to type for it. */
export interface NextStep {
  readonly why: string;
  readonly command: string | null;
}
