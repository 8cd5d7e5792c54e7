// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { Json } from '../../model/json.js';
import type { PatternVerdict } from '../../model/pattern-verdict.js';
import { mailman2List } from '../../testing/builders.js';
import { NOTHING_ASKED } from './facts.js';
import { headerQuestions, mapHeaderRules } from './header-rules.js';

const HOLD = 7;
const [REJECT, DISCARD, ACCEPT, DEFER] = [2, 3, 6, 0];

function map(rules: Json, verdicts: Readonly<Record<string, PatternVerdict>> = {}) {
  const list = mailman2List({ attributes: { header_filter_rules: rules } });
  const facts = { ...NOTHING_ASKED, verdicts: new Map(Object.entries(verdicts)) };
  const { headerMatches, rules: mapped, findings } = mapHeaderRules(list, facts);
  return {
    matches: headerMatches.map(({ header, pattern, action }) => `${action} ${header}: ${pattern}`),
    rules: mapped,
    codes: findings.map(({ code }) => code.replace('mapping.header-rule-', '')),
    findings,
  };
}

describe('rules', () => {
  it('keep their order and their actions, one filter for each pattern', () => {
    const { matches, codes } = map([
      ['^X-Spam-Flag: YES\n^X-Spam-Level: \\*{5,}', DISCARD, false],
      ['^Subject:.*viagra', HOLD, false],
      ['^From: .*@casino', REJECT, true],
    ]);
    expect(matches).toEqual([
      'discard x-spam-flag: ^YES',
      'discard x-spam-level: ^\\*{5,}',
      'hold subject: viagra',
      'reject from: @casino',
    ]);
    expect(codes).toEqual([]);
  });

  it('that are switched off, or do nothing, are named and left out', () => {
    const { matches, findings } = map([
      ['^Subject: a', DEFER, false],
      ['^Subject: b', 4, false],
      ['^Subject: c', 99, false],
    ]);
    expect(matches).toEqual([]);
    expect(findings.map(({ severity, summary }) => `${severity}: ${summary}`)).toEqual([
      'info: header filter rule 1 is left out: ^Subject: a',
      'info: header filter rule 2 is left out: ^Subject: b',
      'info: header filter rule 3 is left out: ^Subject: c',
    ]);
  });

  it.each([[['^Subject: x']], [[7, '^Subject: x']], ['^Subject: x'], [null]])(
    'of another form are named: %j',
    (rule) => {
      expect(map([rule as Json]).codes).toEqual(['unreadable']);
    },
  );

  it('are none where the attribute is none', () => {
    expect(map(null)).toMatchObject({ matches: [], codes: [] });
    expect(map('x')).toMatchObject({ matches: [], codes: [] });
  });

  it('never become an action that Core has no chain for', () => {
    const actions = Array.from({ length: 12 }, (_, action) => ['^Subject: x', action, false]);
    const { matches } = map(actions);
    expect(matches.map((each) => each.split(' ')[0])).toEqual(['reject']);
  });
});

describe('patterns', () => {
  it('that are comments or blank mean nothing', () => {
    const { matches, codes, rules } = map([['# why\n\n  \n^Subject: x', HOLD, false]]);
    expect(matches).toEqual(['hold subject: ^x']);
    expect(codes).toEqual(['comment']);
    expect(rules.map(({ patterns }) => patterns)).toEqual([['^Subject: x']]);
  });

  it('that are mistakes are named with what Python says', () => {
    const { matches, findings } = map([['^X: [open\n^Subject: x', HOLD, false]], {
      '^X: [open': { kind: 'invalid', why: 'unterminated character set' },
    });
    expect(matches).toEqual(['hold subject: ^x']);
    expect(findings).toMatchObject([
      {
        code: 'mapping.header-rule-invalid',
        severity: 'warning',
        list: 'dev',
        summary: 'header filter rule 1 leaves out "^X: [open"',
        why: expect.stringContaining('unterminated character set') as string,
      },
    ]);
  });

  it('that nobody could judge are left to Core, unless nothing can be made of them', () => {
    expect(map([['^Subject: x\n[', HOLD, false]])).toMatchObject({
      matches: ['hold subject: ^x'],
      codes: ['untranslated'],
    });
  });

  it('that Core cannot be told are shown, with what to do', () => {
    const { matches, findings } = map([['casino', DISCARD, false]]);
    expect(matches).toEqual([]);
    expect(findings).toMatchObject([
      {
        code: 'mapping.header-rule-untranslated',
        summary: 'header filter rule 1 leaves out casino',
        next: expect.stringContaining('Postorius') as string,
      },
    ]);
  });

  it('that no database takes are named', () => {
    expect(map([['^Subject: a\0b\n^Subject: \ud800', HOLD, false]])).toMatchObject({
      matches: [],
      codes: ['invalid', 'invalid'],
    });
  });

  it('that come twice are filtered once: the first decides', () => {
    expect(
      map([
        ['^Subject: x\n^subject: x', HOLD, false],
        ['^SUBJECT: x', DISCARD, false],
      ]),
    ).toMatchObject({ matches: ['hold subject: ^x'], codes: ['repeated'] });
  });

  it('have characters that the old web forms wrote as numbers', () => {
    expect(map([['^Subject: &#8364;&#9999999;', HOLD, false]]).matches).toEqual([
      'hold subject: ^€&#9999999;',
    ]);
  });
});

describe('an accept rule', () => {
  it('is no loss where no rule follows it', () => {
    const { matches, findings } = map([
      ['^Subject: x', DISCARD, false],
      ['^From: friend@', ACCEPT, false],
      ['^To: y', DEFER, false],
    ]);
    expect(matches).toEqual(['discard subject: ^x']);
    const accept = findings.filter(({ code }) => code.includes('accept'));
    expect(accept).toMatchObject([{ code: 'mapping.header-rule-accept-idle', severity: 'info' }]);
  });

  it('makes later rules hold what it exempted: nothing may be lost that was not before', () => {
    const { matches, findings } = map([
      ['^Subject: a', DISCARD, false],
      ['^From: friend@', ACCEPT, false],
      ['^Subject: b', DISCARD, false],
      ['^Subject: c', HOLD, false],
    ]);
    expect(matches).toEqual(['discard subject: ^a', 'hold subject: ^b', 'hold subject: ^c']);
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning mapping.header-rule-softened',
      'warning mapping.header-rule-accept',
    ]);
  });

  it('is tried on the archive all the same', () => {
    const { rules } = map([['^From: friend@', ACCEPT, false]]);
    expect(rules).toEqual([
      { number: 1, patterns: ['^From: friend@'], action: 'accept', matches: [] },
    ]);
  });
});

it('asks Python for every pattern, old and new', () => {
  const list = mailman2List({
    attributes: { header_filter_rules: [['^Subject:.*(?i)x\n#c\n[', HOLD, false]] },
  });
  expect(headerQuestions(list)).toEqual(['^Subject:.*x', 'x', '[']);
});
