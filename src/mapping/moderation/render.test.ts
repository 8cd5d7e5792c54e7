// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { localHost } from '../../host.js';
import { pythonPatterns } from '../../target/patterns.js';
import { addressPattern, modernPattern, senderPattern } from './render.js';

describe('a pattern for addresses', () => {
  it.each([
    ['^.*@spam\\.example$', '^.*@spam\\.example$'],
    ['^[^@]+\\.bot@', '^[^@]+\\.bot@'],
    ['^(?i)troll@', '^troll@'],
    ['^a@|b@', '^(?:a@|.*b@)'],
    ['^a@|^b@', '^(?:a@|b@)'],
    ['^(unclosed', '^(unclosed'],
  ])('%s becomes %s', (pattern, expected) => {
    expect(addressPattern(pattern)).toBe(expected);
  });

  it('minds no case where Core minds it', () => {
    expect(senderPattern('^.*@Spam\\.Example$')).toBe('^(?i:.*@Spam\\.Example$)');
    expect(senderPattern('^.*@spam\\.example\\S')).toBe('^.*@spam\\.example\\S');
  });

  it('matches from the start what the old one found anywhere', async () => {
    const python = pythonPatterns(() =>
      Promise.resolve({ host: localHost(), command: ['python3'] }),
    );
    const texts = ['ann@x.org', 'xann@x.org', 'bob@x.org', 'xbob@y.org', 'b@ann'];
    const asked = ['^ann|bob@', '^ann@|^bob@', '^Ann'].map((pattern) => ({
      pattern: senderPattern(pattern),
      tried: true,
    }));
    const verdicts = await python.judge(asked, texts);
    expect(verdicts.map((one) => (one.kind === 'valid' ? [...one.matches] : one.kind))).toEqual([
      ['ann@x.org', 'bob@x.org', 'xbob@y.org'],
      ['ann@x.org', 'bob@x.org'],
      ['ann@x.org'],
    ]);
  });
});

describe("a pattern of Python 2's", () => {
  it.each([
    ['a(?i)b', 'ab'],
    ['(?s)a.b', '(?s)a.b'],
    ['\\hello \\d', 'hello \\d'],
    ['(?#why)x{1,2}?', 'x{1,2}?'],
    ['[unclosed', '[unclosed'],
  ])('%s becomes %s', (pattern, expected) => {
    expect(modernPattern(pattern)).toBe(expected);
  });
});
