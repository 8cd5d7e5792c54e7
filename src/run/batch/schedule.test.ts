// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_ORDERS, type BatchEntry } from '../../model/batch.js';
import {
  BATCH_PHASES,
  expectedSeconds,
  type Measured,
  measured,
  phaseSeconds,
} from './estimates.js';
import { expectedEnd, fits, inOrder, thoseThatFit, wholeSeconds } from './schedule.js';

const entry = (name: string, archiveBytes: number, members = 10): BatchEntry => ({
  name,
  fqdn: `${name}@example.org`,
  members,
  archiveBytes,
});
const entries = fc.uniqueArray(
  fc.record({
    name: fc.string({ minLength: 1 }),
    fqdn: fc.constant(null),
    members: fc.nat(10_000),
    archiveBytes: fc.nat(1_000_000_000),
  }),
  { selector: ({ name }) => name, maxLength: 20 },
);

describe('the order', () => {
  it('small takes the least work first, size the most, name the alphabet', () => {
    const lists = [entry('b', 5_000_000), entry('c', 0), entry('a', 900_000_000)];
    const names = (order: (typeof BATCH_ORDERS)[number]) =>
      inOrder(lists, order, {})
        .map(({ name }) => name)
        .join('');
    expect(names('small')).toBe('cba');
    expect(names('size')).toBe('abc');
    expect(names('name')).toBe('abc');
    expect(names('given')).toBe('bca');
  });

  it('takes every list once, in whatever order', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(...BATCH_ORDERS), (lists, order) => {
        const key = ({ name }: BatchEntry) => name;
        expect(inOrder(lists, order, {}).map(key).toSorted()).toEqual(lists.map(key).toSorted());
      }),
    );
  });
});

describe('what is begun', () => {
  const now = 1_000_000;
  const situation = { now, closes: null as number | null, running: [], rates: {} };

  it('would end in time even behind what runs', () => {
    const list = entry('a', 50_000_000);
    const alone = expectedEnd(expectedSeconds(list, {}), situation);
    expect(alone).toBeCloseTo(now + 1000 * wholeSeconds(expectedSeconds(list, {})), 3);
    expect(fits(list, { ...situation, closes: alone })).toBe(true);
    expect(fits(list, { ...situation, closes: alone - 1 })).toBe(false);
    const running = [expectedSeconds(list, {})];
    expect(fits(list, { ...situation, running, closes: alone })).toBe(false);
    // Their phases overlap, so both together end sooner than one after the other.
    const both = expectedEnd(expectedSeconds(list, {}), { ...situation, running });
    expect(both).toBeLessThan(now + 2 * (alone - now));
  });

  it('leaves out a large list, and takes a small one behind it', () => {
    const lists = [entry('a', 0), entry('huge', 50_000_000_000), entry('b', 0)];
    const closes = now + 3600_000;
    expect(thoseThatFit(lists, { ...situation, closes }).map(({ name }) => name)).toEqual([
      'a',
      'b',
    ]);
    expect(thoseThatFit(lists, situation)).toEqual(lists);
  });

  it('all together ends by the end of the window', () => {
    fc.assert(
      fc.property(entries, fc.nat(100_000_000), (lists, length) => {
        const closes = now + length;
        const begun = thoseThatFit(lists, { ...situation, closes });
        const running = begun.map((list) => expectedSeconds(list, {}));
        for (const [at, phases] of running.entries()) {
          const before = running.slice(0, at);
          expect(expectedEnd(phases, { ...situation, running: before })).toBeLessThanOrEqual(
            closes,
          );
        }
      }),
    );
  });
});

describe('an estimate', () => {
  const size = { members: 100, archiveBytes: 10_000_000 };

  it('comes nearer to what this machine does with every list', () => {
    // A machine that takes 20 s for any archive, and 1 MB a second.
    const truth = (bytes: number) => 20 + bytes / 1_000_000;
    let rates: Measured = {};
    const errors = [0, 1, 2, 3, 4].map((round) => {
      for (const bytes of [1_000_000, 5_000_000, 30_000_000])
        if (round > 0)
          rates = measured(rates, 'archive', { ...size, archiveBytes: bytes }, truth(bytes));
      return Math.abs(phaseSeconds('archive', size, rates) - truth(10_000_000));
    });
    expect(errors.at(-1)).toBeLessThan(0.25 * (errors[0] ?? 0));
    expect(errors.at(-1)).toBeLessThan(6);
  });

  it('is a positive number, and no less for more, whatever was measured', () => {
    const sample = fc.record({
      bytes: fc.nat(2_000_000_000),
      seconds: fc.float({ min: 0, max: 50_000, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 30 }), fc.nat(1_000_000), (samples, more) => {
        let rates: Measured = {};
        for (const phase of BATCH_PHASES)
          for (const { bytes, seconds } of samples)
            rates = measured(rates, phase, { members: bytes, archiveBytes: bytes }, seconds);
        for (const phase of BATCH_PHASES) {
          const less = phaseSeconds(phase, size, rates);
          const greater = { members: size.members + more, archiveBytes: size.archiveBytes + more };
          expect(less).toBeGreaterThan(0);
          expect(phaseSeconds(phase, greater, rates)).toBeGreaterThanOrEqual(less - 1e-6);
        }
      }),
    );
  });
});
