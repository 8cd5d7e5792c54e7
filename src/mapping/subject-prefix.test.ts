// SPDX-License-Identifier: GPL-3.0-or-later
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mailman2List, mappingContext } from '../testing/builders.js';
import type { Converted } from './row.js';
import { subjectPrefix } from './subject-prefix.js';

const convert = (value: string): Converted => subjectPrefix(value, mailman2List(), mappingContext);

it.each([
  ['[Dev] ', '[Dev] '],
  ['[Dev]', '[Dev] '],
  ['[Dev]   ', '[Dev] '],
  ['  [Dev]', '[Dev] '],
  ['[Dev %d]', '[Dev %d] '],
  ['[Dev %05d] ', '[Dev %05d] '],
  ['[Dev 100%%]', '[Dev 100%%] '],
  ['', ''],
  [' \t ', ''],
])('%j becomes %j', (given, expected) => {
  expect(convert(given)).toEqual({ kind: 'kept', value: expected });
});

it('is one line', () => {
  expect(convert('[Dev\nX-Spam: no]')).toMatchObject({
    value: '[Dev X-Spam: no] ',
    note: 'Mailman 3 keeps it on one line: line breaks became blanks',
  });
});

it('says so where a percent sign had to go', () => {
  expect(convert('[100%]')).toEqual({
    kind: 'kept',
    value: '[100] ',
    felt: true,
    note: 'percent signs left out: with them Core would hold up all posts',
  });
});

it('never makes Python raise the error that would stop every post', () => {
  const pieces = fc.constantFrom(
    ...Array.from('%%%%%dsrixXeEfFgGacC#0-+ .*()0123456789lh[]'),
    'Dev',
  );
  const prefixes = fc
    .sample(fc.array(pieces, { maxLength: 12 }), 3_000)
    .map((parts) => convert(parts.join('')))
    .map((converted) => (converted.kind === 'kept' ? String(converted.value) : ''));
  // What Core's handler does (handlers/subject_prefix.py): it expects no other error.
  const program = `
import json, sys
for prefix in json.load(sys.stdin):
    try:
        prefix % 12
    except TypeError:
        pass
    except Exception as error:
        print(repr(prefix), repr(error))
`;
  const { stdout, stderr } = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(prefixes),
    encoding: 'utf8',
  });
  expect(stderr + stdout).toBe('');
});
