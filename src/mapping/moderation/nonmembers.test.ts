// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { Json } from '../../model/json.js';
import type { PatternVerdict } from '../../model/pattern-verdict.js';
import { mailman2List } from '../../testing/builders.js';
import { type ModerationFacts, NOTHING_ASKED } from './facts.js';
import { mapNonmembers, nonmemberQuestions, soundNonmemberPatterns } from './nonmembers.js';

const list = (attributes: Record<string, Json>) => mailman2List({ attributes });

function map(attributes: Record<string, Json>, known: Partial<ModerationFacts> = {}) {
  const facts = { ...NOTHING_ASKED, ...known };
  const { nonmembers, findings } = mapNonmembers(list(attributes), new Set(['ann@x.org']), facts);
  return {
    nonmembers: nonmembers.map(({ email, action }) => `${email} ${action}`),
    findings: findings.map(({ code, summary }) => `${code}: ${summary}`),
  };
}

const hits = (...matches: readonly string[]): PatternVerdict => ({
  kind: 'valid',
  matches: new Set(matches),
});

describe('addresses', () => {
  it('have the action of their attribute, members aside', () => {
    expect(
      map({
        discard_these_nonmembers: ['spam@x.org'],
        accept_these_nonmembers: [' Boss@x.org ', 'Ann@X.org', ''],
        reject_these_nonmembers: ['no@x.org'],
        hold_these_nonmembers: ['maybe@x.org'],
      }),
    ).toEqual({
      nonmembers: ['Boss@x.org defer', 'maybe@x.org hold', 'no@x.org reject', 'spam@x.org discard'],
      findings: [],
    });
  });

  it('have the action of an earlier attribute whose pattern is for them', () => {
    const attributes = {
      accept_these_nonmembers: ['^.*@Press\\.org'],
      discard_these_nonmembers: ['Ed@press.org', 'spam@x.org', '^ed'],
    };
    const pattern = '^(?i:.*@Press\\.org)';
    expect(map(attributes, { verdicts: new Map([[pattern, hits('ed@press.org')]]) })).toEqual({
      nonmembers: ['Ed@press.org defer', 'spam@x.org discard'],
      findings: [],
    });
    expect(map(attributes).nonmembers).toEqual(['Ed@press.org discard', 'spam@x.org discard']);
  });
});

describe('another list', () => {
  const rosters = new Map<string, readonly string[] | null>([
    ['staff', ['Ann@x.org', 'Cy@x.org', 'dee@x.org']],
    ['gone', null],
  ]);

  it('becomes its members of today, each once', () => {
    expect(
      map(
        {
          accept_these_nonmembers: ['@Staff', 'cy@x.org'],
          discard_these_nonmembers: ['@staff@lists.example.org'],
        },
        { rosters },
      ),
    ).toEqual({
      nonmembers: ['cy@x.org defer', 'dee@x.org defer'],
      findings: [
        'mapping.list-as-nonmember: accept_these_nonmembers: @Staff becomes 1 nonmember, a snapshot of its 3 members',
        'mapping.list-as-nonmember: discard_these_nonmembers: @staff@lists.example.org becomes 0 nonmembers, a snapshot of its 3 members',
      ],
    });
  });

  it('that is not there, or is the list itself, or was not read, is named', () => {
    expect(map({ hold_these_nonmembers: ['@gone', '@dev', '@other'] }, { rosters })).toEqual({
      nonmembers: [],
      findings: ['@gone', '@dev', '@other'].map(
        (entry) =>
          `mapping.list-as-nonmember-unknown: hold_these_nonmembers: ${entry} is not carried over`,
      ),
    });
  });
});

describe('patterns', () => {
  const attributes = { accept_these_nonmembers: ['^a|b', '^[open', '^\0', 'x@x.org', '@staff'] };
  const verdicts = new Map<string, PatternVerdict>([
    ['^[open', { kind: 'invalid', why: 'unterminated character set' }],
  ]);

  it('stay patterns, as Core reads them, without those that are mistakes', () => {
    const facts = { ...NOTHING_ASKED, verdicts };
    expect(soundNonmemberPatterns(list(attributes), 'accept_these_nonmembers', facts)).toEqual([
      '^(?:a|.*b)',
    ]);
  });

  it('that are mistakes are named', () => {
    expect(map(attributes, { verdicts }).findings.slice(0, 2)).toEqual([
      'mapping.nonmember-pattern-invalid: accept_these_nonmembers: the pattern "^[open" is left out',
      'mapping.nonmember-pattern-invalid: accept_these_nonmembers: the pattern "^\\u0000" is left out',
    ]);
  });
});

it('asks for patterns, addresses and lists, but not for the list itself', () => {
  const asked = nonmemberQuestions(
    list({
      accept_these_nonmembers: ['^A', 'x@x.org', '@Staff', '@staff@x.org', '@dev', '@'],
      discard_these_nonmembers: ['@Other'],
    }),
  );
  expect(asked).toEqual({
    patterns: ['^(?i:A)'],
    addresses: ['x@x.org'],
    lists: ['staff', 'other'],
  });
});
