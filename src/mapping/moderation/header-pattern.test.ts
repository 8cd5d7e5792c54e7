// SPDX-License-Identifier: GPL-3.0-or-later
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localHost } from '../../host.js';
import { pythonPatterns } from '../../target/patterns.js';
import { inTurns } from '../../testing/in-turns.js';
import { translateHeaderPattern } from './header-pattern.js';

const python = pythonPatterns(() => Promise.resolve({ host: localHost(), command: ['python3'] }));

const matchesOf = (pattern: string): readonly string[] =>
  (translateHeaderPattern(pattern)?.matches ?? []).map((one) => `${one.header}: ${one.pattern}`);

describe('a pattern that names its header', () => {
  it.each<[string, readonly string[]]>([
    ['^Subject:.*viagra', ['subject: viagra']],
    ['^Subject:.*(?i)viagra', ['subject: viagra']],
    ['(?i)^subject:.+viagra', ['subject: viagra']],
    ['^Subject: viagra', ['subject: ^viagra']],
    ['^Subject:.viagra$', ['subject: ^viagra$']],
    ['^Subject:\\s*viagra', ['subject: ^\\s*viagra']],
    ['^Subject:\\s*.*viagra', ['subject: viagra']],
    ['^Subject: make money', ['subject: ^make\\s+money']],
    ['^Subject: \\[x\\] .*now', ['subject: (?s)^\\[x\\]\\s+.*now']],
    ['^Subject:\\s*$', ['subject: ^\\s*$']],
    ['^Subject:', ['subject: ^']],
    ['^(To|Cc):.*undisclosed', ['to: undisclosed', 'cc: undisclosed']],
    ['^(?:To|Cc): x', ['to: ^x', 'cc: ^x']],
    ['^(Subject: .*a|From: b)', ['subject: a', 'from: ^b']],
    ['^Subject: a|^From: b', ['subject: ^a', 'from: ^b']],
    ['^X-(Spam|Junk)-?Flag: YES$', expect.arrayContaining(['x-junkflag: ^YES$']) as never],
    ['^[Xx]-Spam: yes', ['x-spam: ^yes']],
    ['^X\\-Spam\\: yes', ['x-spam: ^yes']],
    ['X-Spam-Level: \\*{5,}', ['x-spam-level: ^\\*{5,}']],
    ['.*X-Spam: yes', ['x-spam: ^yes']],
    ['^Subject: (Re: )?foo', ['subject: ^(Re:\\s+)?foo']],
    ['^Subject:( foo| bar)x', ['subject: ^(?:foo|bar)x']],
    ['^Subject:( )?(foo)', ['subject: ^(foo)']],
    ['^Subject: (?!\\[list\\])', ['subject: ^(?!\\[list\\])']],
    ['^Subject:(?!.*foo)', ['subject: (?s)^(?!.*foo)']],
    ['^Subject:[^a-z]*$', ['subject: ^[^a-z]*$']],
    ['^Subject: (.)\\1', ['subject: (?s)^(.)\\1']],
    ['^Subject: \\<b\\>', ['subject: ^\\<b\\>']],
    ['^Subject: \\hello', ['subject: ^hello']],
    ['^Subject: a{,3}b{2}', ['subject: ^a{,3}b{2}']],
  ])('%s becomes %j', (pattern, expected) => {
    expect(matchesOf(pattern)).toEqual(expected);
    const translated = translateHeaderPattern(pattern);
    expect(translated?.lost).toEqual([]);
    expect(translated?.idle).toEqual([]);
  });

  it.each(['^X-Spam:yes', '^Subject:$', '^Subject: {2}two', '^Subject:\\bx', '^Subject:Re: x'])(
    '%s never matched in Mailman 2, where a blank follows the colon',
    (pattern) => {
      expect(translateHeaderPattern(pattern)).toMatchObject({ matches: [], idle: [pattern] });
    },
  );

  it('is told from one that also looks inside of other headers', () => {
    expect(translateHeaderPattern('Subject: x')?.loose).toBe(true);
    expect(translateHeaderPattern('^.*Subject: x')?.loose).toBe(true);
    expect(translateHeaderPattern('^Subject: x')?.loose).toBe(false);
    expect(translateHeaderPattern('.*^Subject: x')?.loose).toBe(false);
  });
});

describe('a pattern that Core cannot be told', () => {
  it.each([
    ['viagra', 'names no header'],
    ['^.*@spam\\.example', 'names no header'],
    ['X-Only-Header', 'names no header'],
    ['^: x', 'names no header'],
    ['^X-.*: yes', "header's name is itself a pattern"],
    ['^\\w+: yes', "header's name is itself a pattern"],
    ['^To: a\\n.*Subject: b', 'runs from one header into the next'],
    ['(?s)^To:.*Subject: b', 'run from one header into the next'],
    ['^Subject: a\\Z', 'all headers together'],
    ['^Subject: (a|^b)', 'start of a line'],
    ['^Subject:(?<=x)y', 'too involved'],
    ['^Subject:( x){2}y', 'too involved'],
    ['^[abcdefgh][ijklmnop]: x', 'too many headers'],
  ])('%s is named with the reason: %s', (pattern, why) => {
    const translated = translateHeaderPattern(pattern);
    expect(translated?.matches).toEqual([]);
    expect(translated?.lost).toHaveLength(1);
    expect(translated?.lost[0]?.why).toContain(why);
  });

  it('loses that half only', () => {
    expect(translateHeaderPattern('^From: a|casino')).toMatchObject({
      matches: [{ header: 'from', pattern: '^a' }],
      lost: [{ part: 'casino' }],
    });
  });

  it.each([
    'X-Broken: [unclosed',
    '(((',
    'a**',
    'a{2}{3}',
    '(?x) a',
    '*a',
    'a\\',
    '(?P<n',
    '[b-a]',
  ])('%s cannot be taken apart', (pattern) => {
    expect(translateHeaderPattern(pattern)).toBeNull();
  });
});

describe('whatever an old list holds', () => {
  const piece = fc.constantFrom(
    ...[
      '^',
      '$',
      '.',
      '*',
      '+',
      '?',
      '|',
      '(',
      ')',
      '(?:',
      '(?!',
      '(?=',
      '(?<=',
      '(?P<a>',
      '[',
      ']',
    ],
    ...[
      '[^',
      '-',
      '{2}',
      '{,3}',
      '{',
      '}',
      '\\',
      '\\s',
      '\\b',
      '\\1',
      '\\n',
      ' ',
      ':',
      '(?i)',
      '(?s)',
    ],
    ...['Subject', 'To', 'a', 'X-', '\0', 'é', '\ud800', '(?#', '\\x4'],
  );

  it('translation never throws, ends soon, and gives patterns that Python takes', async () => {
    const patterns: string[] = [];
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        for (const one of translateHeaderPattern(text)?.matches ?? []) patterns.push(one.pattern);
        translateHeaderPattern(`^Subject:${text}`)?.matches.forEach(({ pattern }) => {
          patterns.push(pattern);
        });
      }),
      { numRuns: 3_000 },
    );
    const sound = patterns.filter((pattern) => !/[\0\p{Surrogate}]/u.test(pattern));
    const questions = sound.map((pattern) => ({ pattern, tried: false }));
    const verdicts = await python.judge(questions, []);
    // A lookbehind of varying width and a group that is named twice are Python's to refuse.
    const refused = verdicts.flatMap((verdict, index) =>
      verdict.kind === 'invalid' && !/\(\?<=|\(\?P<a>|\\1/.test(sound[index] ?? '')
        ? [`${sound[index] ?? ''}: ${verdict.why}`]
        : [],
    );
    expect(sound.length).toBeGreaterThan(300);
    expect(refused).toEqual([]);
  });

  it.each(['.?', '( |a)?', '(?:.|a)?', ' ?', '[ab]?'])(
    '%s a thousand times over costs little',
    (part) => {
      const began = performance.now();
      translateHeaderPattern(`^Subject:${part.repeat(900)}`);
      translateHeaderPattern(`${part.repeat(900)}: x`);
      expect(performance.now() - began).toBeLessThan(2_000);
    },
  );
});

// Core and Mailman 2 as the helper has them; both read the same messages.
describe('old and new meaning', () => {
  const words = ['free', 'money', 'YES', 'spam', 'r=20', '***'] as const;
  const names = ['Subject', 'X-Spam-Flag', 'To', 'Cc'] as const;
  const word = fc.constantFrom(...words);

  // Not empty: there a pattern of Mailman 2's would run on into the next header.
  const value = fc.array(word, { minLength: 1, maxLength: 5 });
  const headers = fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      words: value,
      fold: fc.constantFrom(' ', ' ', ' ', '\n ', '\n\t'),
      encoded: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const messageText = (
    all: readonly { name: string; words: readonly string[]; fold: string; encoded: boolean }[],
  ): string =>
    all
      .map(({ name, words: text, fold, encoded }) =>
        encoded
          ? `${name}: =?utf-8?b?${Buffer.from(text.join(' ')).toString('base64')}?=`
          : `${name}: ${text.join(fold)}`,
      )
      .join('\n');

  const literal = word.map((text) => text.replaceAll(/[*=]/g, '\\$&'));
  const both = fc.tuple(literal, literal);
  const body = fc.oneof(
    { weight: 4, arbitrary: literal },
    { weight: 1, arbitrary: fc.constantFrom('\\w+', '[a-z]+', '\\bfree\\b') },
    { weight: 1, arbitrary: both.map(([a, b]) => `(${a}|${b})`) },
    { weight: 1, arbitrary: both.map(([a, b]) => `(?:${a} )?${b}`) },
    { weight: 1, arbitrary: both.map(([a, b]) => `(?!.*${a})${b}`) },
  );
  // Blanks one at a time, and no dot for one character: where a mail folds a line there are more.
  const joint = fc.constantFrom('', ' ', ' +', '.*', '.*?');
  const rest = fc
    .array(fc.tuple(joint, body), { maxLength: 3 })
    .map((parts) => parts.map(([before, after], at) => (at === 0 ? after : before + after)));
  const rule = fc
    .record({
      name: fc.constantFrom('Subject', 'X-Spam-Flag', '(To|Cc)', 'X-(Spam|Junk)-Flag', '[Tt]o'),
      lead: fc.constantFrom('', ' ', '.*', '.+', '.', '\\s*', '\\s+', ' ?', '( |.*)'),
      rest,
      end: fc.constantFrom('', '', '$'),
    })
    .map((parts) => `^${parts.name}:${parts.lead}${parts.rest.join('')}${parts.end}`);

  it('agree on every message, for rules of the usual kind', async () => {
    const rules = fc.sample(rule, { numRuns: 250, seed: 20260301 });
    const texts = fc.sample(headers.map(messageText), {
      numRuns: 200,
      seed: 20260302,
    });
    const translated = rules.map((pattern) => translateHeaderPattern(pattern));
    const asked = rules.map((pattern, index) => ({
      old: [pattern],
      new: translated[index]?.matches ?? [],
    }));
    const messages = texts.map((text, index) => ({
      number: index + 1,
      bytes: Buffer.from(`${text}\n\nbody\n`),
    }));
    const trial = await python.tryHeaders(asked, inTurns(messages));
    expect(trial?.messages).toBe(texts.length);
    const differing = trial?.rules.flatMap(({ onlyOld, onlyNew, named }, index) => {
      const [example] = [...named.onlyOld, ...named.onlyNew];
      return onlyOld + onlyNew === 0
        ? []
        : [
            `${rules[index] ?? ''} → ${JSON.stringify(asked[index]?.new)}: ${texts[(example ?? 1) - 1] ?? ''}`,
          ];
    });
    expect(differing).toEqual([]);
    // The generator is worth something: most rules translate, and many of them match.
    expect(translated.filter((each) => (each?.matches.length ?? 0) > 0).length).toBeGreaterThan(
      150,
    );
    expect(trial?.rules.filter((each) => each.old > 0).length).toBeGreaterThan(60);
  });
});
