// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../run/ports.js';
import { PaceKeeper } from './progress-rate.js';

const at = (done: number, more: Partial<ProgressEvent> = {}): ProgressEvent => ({
  list: 'dev',
  phase: 'archive',
  text: 'imports',
  done,
  total: 8000,
  unit: 'messages',
  ...more,
});

describe('the pace of a phase', () => {
  it('is unknown after its first count', () => {
    expect(new PaceKeeper().note(at(400), 0)).toEqual({
      share: 0.05,
      text: '400 of 8,000 messages',
    });
  });

  it('has a rate and a time left', () => {
    const keeper = new PaceKeeper();
    keeper.note(at(0), 10);
    expect(keeper.note(at(2000), 12)?.text).toBe('2,000 of 8,000 messages, 1,000/s, 6 s left');
  });

  it('follows what happened lately, not the average of all', () => {
    const keeper = new PaceKeeper();
    keeper.note(at(0), 0);
    keeper.note(at(1000), 100);
    keeper.note(at(1100), 110);
    expect(keeper.note(at(2600), 115)?.text).toBe('2,600 of 8,000 messages, 107/s, 51 s left');
  });

  it('does not count what was done before, nor another phase or list', () => {
    const keeper = new PaceKeeper();
    keeper.note(at(7000), 0);
    keeper.note(at(0, { list: 'biglist' }), 1);
    expect(keeper.note(at(100, { list: 'biglist' }), 2)?.text).toBe(
      '100 of 8,000 messages, 100/s, 1 min 19 s left',
    );
  });

  it('keeps lists that are under way at the same time apart', () => {
    const keeper = new PaceKeeper();
    keeper.note(at(0), 0);
    keeper.note(at(5000, { list: 'biglist' }), 1);
    expect(keeper.note(at(2000), 2)?.text).toBe('2,000 of 8,000 messages, 1,000/s, 6 s left');
    expect(keeper.note(at(5500, { list: 'biglist' }), 3)?.text).toBe(
      '5,500 of 8,000 messages, 250/s, 10 s left',
    );
  });

  it('tells megabytes, and no time left where the total is unknown', () => {
    const keeper = new PaceKeeper();
    const bytes = (done: number): ProgressEvent => ({
      list: 'dev',
      phase: 'archive',
      text: 'prepares',
      done,
      unit: 'bytes',
    });
    keeper.note(bytes(0), 0);
    expect(keeper.note(bytes(12_340_000), 2)).toEqual({ share: null, text: '12.3 MB, 6.2 MB/s' });
  });

  it('is none of an event without an amount', () => {
    expect(new PaceKeeper().note({ list: 'dev', phase: 'apply', text: 'begins' }, 0)).toBeNull();
  });
});
