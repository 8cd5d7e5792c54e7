// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from 'vitest';
import { durationText } from './duration.js';

it.each([
  [0.2, '1 s'],
  [59.4, '59 s'],
  [60, '1 min'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
