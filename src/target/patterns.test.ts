// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { localHost } from '../host.js';
import type { TrialMessage } from '../model/pattern-verdict.js';
import { fakeHost } from '../testing/fake-host.js';
import { inTurns } from '../testing/in-turns.js';
import { pythonPatterns } from './patterns.js';

const python = pythonPatterns(() => Promise.resolve({ host: localHost(), command: ['python3'] }));
const tried = (...patterns: readonly string[]) =>
  patterns.map((pattern) => ({ pattern, tried: true }));

const mails = (...texts: readonly string[]): AsyncGenerator<TrialMessage> =>
  inTurns(texts.map((text, index) => ({ number: index + 1, bytes: Buffer.from(text, 'latin1') })));

describe('judging patterns', () => {
  it('says which texts they match from the start, whatever the case', async () => {
    const texts = ['ann@x.org', 'bob@x.org', 'élan@x.org'];
    const verdicts = await python.judge(tried('^A', '^.*@X\\.', 'ob@', '^É'), texts);
    expect(verdicts).toEqual(
      [['ann@x.org'], texts, [], ['élan@x.org']].map((matches) => ({
        kind: 'valid',
        matches: new Set(matches),
      })),
    );
  });

  it('names mistakes in the words of Python', async () => {
    const [open, deep] = await python.judge(tried('^[open', '('.repeat(5_000)), []);
    expect(open).toMatchObject({ kind: 'invalid', why: expect.stringContaining('set') as string });
    expect(deep).toMatchObject({ kind: 'invalid' });
  });

  it('is not kept by patterns that take for ever, and goes on with the next', async () => {
    const began = performance.now();
    const text = `${'a'.repeat(60)}!`;
    const patterns = tried('^(a+)+$', '^(a|aa)+$', '^a');
    expect(await python.judge(patterns, [text])).toEqual([
      { kind: 'unjudged', why: 'it takes too long' },
      { kind: 'unjudged', why: 'it takes too long' },
      { kind: 'valid', matches: new Set([text]) },
    ]);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('looks only at the validity of those that are not to be tried', async () => {
    const patterns = [{ pattern: '^(a+)+$', tried: false }];
    expect(await python.judge(patterns, [`${'a'.repeat(60)}!`])).toEqual([
      { kind: 'valid', matches: new Set() },
    ]);
  });

  it.each([
    ['there is none', () => null, 'no Python was found'],
    [
      'it fails',
      () => ({ host: fakeHost(() => null), command: ['python3'] as const }),
      'not end well',
    ],
    [
      'it stops early',
      () => ({ host: fakeHost(() => []), command: ['python3'] as const }),
      'not end well',
    ],
  ])('guesses nothing where %s', async (_what, find, why) => {
    const without = pythonPatterns(() => Promise.resolve(find()));
    const [verdict] = await without.judge(tried('^a'), ['a']);
    expect(verdict).toMatchObject({
      kind: 'unjudged',
      why: expect.stringContaining(why) as string,
    });
    expect(await without.tryHeaders([], mails())).toBeNull();
  });
});

describe('trying header filters on messages', () => {
  const subject = (pattern: string) => [{ header: 'subject', pattern }];

  it('counts both meanings, and names where they differ', async () => {
    const trial = await python.tryHeaders(
      [
        { old: ['^Subject:.*free'], new: subject('free') },
        { old: ['free'], new: subject('free') },
        { old: ['^To: x', '^Subject: no'], new: [] },
      ],
      mails(
        'Subject: free\n\nfree',
        'To: free@x.org\nSubject: no\n\n',
        'Subject: get\n it free\n\n',
      ),
    );
    expect(trial).toEqual({
      messages: 3,
      undecodable: 0,
      rules: [
        {
          slow: false,
          old: 2,
          new: 2,
          onlyOld: 0,
          onlyNew: 0,
          named: { onlyOld: [], onlyNew: [] },
        },
        {
          slow: false,
          old: 3,
          new: 2,
          onlyOld: 1,
          onlyNew: 0,
          named: { onlyOld: [2], onlyNew: [] },
        },
        {
          slow: false,
          old: 1,
          new: 0,
          onlyOld: 1,
          onlyNew: 0,
          named: { onlyOld: [2], onlyNew: [] },
        },
      ],
    });
  });

  it('looks into the parts of a message, and decodes words', async () => {
    const multipart = [
      'Subject: =?iso-8859-1?q?libert=E9?=',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: application/zip; name="a.exe"',
      '',
      'x',
      '--b--',
    ].join('\n');
    const trial = await python.tryHeaders(
      [
        { old: ['^Content-Type:.*\\.exe'], new: [{ header: 'content-type', pattern: '\\.exe' }] },
        { old: ['^Subject: LIBERTÉ$'], new: subject('^LIBERTÉ$') },
      ],
      mails(multipart),
    );
    expect(trial?.rules.map(({ old, new: now }) => [old, now])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('counts messages whose headers Core cannot decode', async () => {
    const trial = await python.tryHeaders(
      [{ old: ['^Subject:.*free'], new: subject('free') }],
      mails('Subject: =?x-unknown?q?free?=\n\n', 'Subject: free\n\n', 'Subject: \xe9\n\n'),
    );
    expect(trial).toMatchObject({ messages: 3, undecodable: 1, rules: [{ old: 2, new: 1 }] });
  });

  it('gives up on a rule that takes for ever, and on no other', async () => {
    const bait = `Subject: ${'a'.repeat(60)}!\n\n`;
    const trial = await python.tryHeaders(
      [
        { old: ['^Subject: (a+)+$'], new: subject('^(a+)+$') },
        { old: ['^Subject: a'], new: subject('^a') },
        { old: ['['], new: [] },
      ],
      mails(bait, bait),
    );
    expect(trial?.rules.map(({ slow, old, new: now }) => [slow, old, now])).toEqual([
      [true, 0, 0],
      [false, 2, 2],
      [true, 0, 0],
    ]);
  });

  it('bears whatever stands in an archive', async () => {
    const hostile = [
      '',
      '\n',
      '\0\0\0',
      ': x',
      'Subject',
      `Subject: ${'=?utf-8?b?'.repeat(500)}\n\n`,
    ];
    const trial = await python.tryHeaders(
      [{ old: ['^Subject:'], new: subject('^') }],
      mails(...hostile, 'Content-Type: multipart/mixed; boundary=""\n\n--\n--\n'),
    );
    expect(trial?.messages).toBe(7);
  });
});
