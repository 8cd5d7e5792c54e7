// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mailman2List } from '../../testing/builders.js';
import { CHECKOUT } from '../sandbox.js';
import { type Correction, explains, lostItsAccents } from './correction.js';
import { CORRECTIONS } from './corrections.js';

describe('corrections', () => {
  it('are all told to administrators in MIGRATION.md', async () => {
    const text = await readFile(join(CHECKOUT, 'MIGRATION.md'), 'utf8');
    const plain = text.replaceAll(/\s+/g, ' ');
    expect(
      CORRECTIONS.map(({ reason }) => reason).filter((reason) => !plain.includes(reason)),
    ).toEqual([]);
  });

  const difference = { area: 'setting', key: 'info', field: '', ours: 'é', theirs: '' };
  const row: Correction = { area: 'setting', reason: '', holds: () => true };

  it.each([
    ['its area, any key', row, true],
    ['its area and key', { ...row, key: 'info' }, true],
    ['one of its keys', { ...row, key: ['description', 'info'] }, true],
    ['another area', { ...row, area: ['member', 'owner'] }, false],
    ['another key', { ...row, key: 'description' }, false],
    ['another field', { ...row, field: 'text' }, false],
    ['a value that is not the right one', { ...row, holds: () => false }, false],
  ])('explain a difference of %s', (_, correction, expected) => {
    expect(explains(correction, difference, mailman2List())).toBe(expected);
  });

  it.each([
    ['Équipe', 'quipe', true],
    ['Équipe', 'Équipe', false],
    ['Equipe', 'Equipe', false],
    ['Équipe', 'quip', false],
    ['Équipe', null, false],
  ])('tell %s cut to %s from other texts', (ours, theirs, expected) => {
    expect(lostItsAccents(ours, theirs)).toBe(expected);
  });
});
