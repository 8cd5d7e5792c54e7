// SPDX-License-Identifier: GPL-3.0-or-later
import { stackedBar } from '../../html/bar.js';
import type { Html } from '../../markup.js';
import { number } from '../../words.js';
import { type Shown, VERDICT_WORDS } from './verdicts.js';

const ORDER: readonly Shown[] = ['exact', 'approximate', 'lost', 'unneeded'];

/** How many settings have which verdict, as one bar. */
export const settingsBar = (verdicts: readonly Shown[]): Html =>
  stackedBar(
    ORDER.map((kind) => {
      const amount = verdicts.filter((one) => one === kind).length;
      return { kind, amount, words: `${number(amount)} ${VERDICT_WORDS[kind]}` };
    }),
  );
