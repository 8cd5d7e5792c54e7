// SPDX-License-Identifier: GPL-3.0-or-later
import { defineConfig } from 'vitest/config';

const live = 'src/**/*.live.test.ts';
const browser = 'src/**/*.browser.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: [live, browser],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // These open pages in Chromium.
        test: {
          name: 'browser',
          include: [browser],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // These talk to a real Mailman 3 that they start themselves: one file at a time.
        test: {
          name: 'live',
          include: [live],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
