// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from 'vitest';
import { estimate } from './archive-rates.js';

/** Bytes of indexes of 1,500 public messages, 17 MB of mbox. */
const MEASURED = [
  { engine: 'whoosh', kept: 32_759_385, peak: 32_759_385 },
  { engine: 'xapian', kept: 59_838_586, peak: 128_045_298 },
] as const;

it.each(MEASURED)('an index of $engine is thought large enough, and not twice as large', (row) => {
  const bytes = 17_034_085;
  const { index } = estimate(
    {
      bytes,
      leading: 0,
      messages: 1500,
      messageBytes: bytes,
      prepared: 1500,
      preparedBytes: bytes,
    },
    { manifestBytes: 0, seconds: 1 },
  );
  const { bytes: kept, peakBytes } = index[row.engine];
  expect(kept).toBeGreaterThan(row.kept);
  expect(kept).toBeLessThan(row.kept * 1.5);
  expect(peakBytes).toBeGreaterThan(row.peak);
  expect(peakBytes).toBeLessThan(row.peak * 1.5);
});
