// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { PatternVerdict } from '../../model/pattern-verdict.js';
import { desiredMember, mailman2List, rosters } from '../../testing/builders.js';
import { banQuestions, mapBans } from './bans.js';
import { type BanDecision, type ModerationFacts, NOTHING_ASKED } from './facts.js';

const people = rosters({
  owner: [desiredMember({ email: 'Boss@x.org' })],
  member: ['ann@x.org', 'Bob@spam.example', 'cara@spam.example'].map((email) =>
    desiredMember({ email }),
  ),
  nonmember: [
    desiredMember({ email: 'friend@spam.example', moderationAction: 'defer' }),
    desiredMember({ email: 'foe@spam.example', moderationAction: 'discard' }),
  ],
});
const SPAM = '^.*@spam\\.example$';
const hits = (...matches: readonly string[]): PatternVerdict => ({
  kind: 'valid',
  matches: new Set(matches),
});
const ofSpam = hits(
  ...['bob@spam.example', 'cara@spam.example', 'friend@spam.example', 'foe@spam.example'],
);

function facts(
  verdicts: Readonly<Record<string, PatternVerdict>>,
  decisions: Readonly<Record<string, BanDecision>> = {},
): ModerationFacts {
  return {
    ...NOTHING_ASKED,
    verdicts: new Map(Object.entries(verdicts)),
    decisions: new Map(Object.entries(decisions)),
  };
}

const map = (ban_list: readonly string[], known: ModerationFacts = facts({})) =>
  mapBans(mailman2List({ attributes: { ban_list } }), people, known);

const codes = ({ findings }: ReturnType<typeof map>): readonly string[] =>
  findings.map(({ code, severity }) => `${severity} ${code}`);

describe('bans of nobody in the rosters', () => {
  it('are carried over, addresses as Core compares them, each once', () => {
    const mapped = map(
      [' Troll@Example.COM ', 'troll@example.com', '^.*@Casino', '^(?i).*@Casino', ''],
      facts({ '^.*@Casino': hits() }),
    );
    expect(mapped).toEqual({
      bans: ['troll@example.com', '^.*@Casino'],
      contested: [],
      findings: [],
    });
  });

  it('are left out where they are mistakes, each with its reason', () => {
    const mapped = map(
      ['^[open', 'nobody', '@dev', 'a\0b@x.org', '^\ud800'],
      facts({ '^[open': { kind: 'invalid', why: 'unterminated character set' } }),
    );
    expect(mapped.bans).toEqual([]);
    expect(codes(mapped)).toEqual([
      'warning mapping.ban-invalid',
      'warning mapping.ban-refused',
      'info mapping.ban-without-effect',
      'warning mapping.ban-unusable',
      'warning mapping.ban-unusable',
    ]);
    expect(mapped.findings[0]?.why).toContain('unterminated character set');
  });
});

describe('a ban that matches people of the rosters', () => {
  it('is left out and waits for a decision, with the number of people', () => {
    const mapped = map([SPAM], facts({ [SPAM]: ofSpam }));
    expect(mapped.bans).toEqual([]);
    const [finding, names] = mapped.findings;
    expect(finding).toMatchObject({
      code: 'mapping.ban-matches-people',
      severity: 'warning',
      list: 'dev',
      summary: `the ban ${SPAM} is left out: it matches 2 members and 1 nonmember`,
      next: 'decide: apply again with --bans keep, --bans drop or --bans ask',
    });
    // Names stand apart, in what only a reader who asks for more is shown.
    expect(`${finding?.summary ?? ''}${finding?.why ?? ''}`).not.toContain('bob');
    expect(names).toMatchObject({
      severity: 'info',
      why: 'member Bob@spam.example, member cara@spam.example, nonmember friend@spam.example',
    });
  });

  it('is carried over where that was decided, and known as such', () => {
    const mapped = map([SPAM, 'troll@x.org'], facts({ [SPAM]: ofSpam }, { [SPAM]: 'keep' }));
    expect(mapped).toMatchObject({ bans: [SPAM, 'troll@x.org'], contested: [SPAM] });
    expect(codes(mapped)).toEqual(['warning mapping.ban-kept', 'info mapping.ban-people']);
  });

  it('waits for nothing once it was decided to leave it out', () => {
    const mapped = map([SPAM], facts({ [SPAM]: ofSpam }, { [SPAM]: 'drop' }));
    expect(mapped).toMatchObject({ bans: [], contested: [] });
    expect(codes(mapped)).toEqual(['info mapping.ban-dropped', 'info mapping.ban-people']);
  });

  it('counts the people of a list that is merged with it, each once', () => {
    const joining = [
      { role: 'member' as const, email: 'Eve@spam.example' },
      { role: 'member' as const, email: 'cara@spam.example' },
      { role: 'owner' as const, email: 'dora@x.org' },
    ];
    const known = facts({ [SPAM]: hits('cara@spam.example', 'eve@spam.example') });
    const mapped = map([SPAM, 'dora@x.org'], { ...known, joining });
    expect(mapped.bans).toEqual([]);
    expect(
      mapped.findings
        .filter(({ severity }) => severity === 'warning')
        .map(({ summary }) => summary),
    ).toEqual([
      `the ban ${SPAM} is left out: it matches 2 members`,
      'the ban dora@x.org is left out: it matches 1 owner',
    ]);
  });

  it('may be a plain address, in whatever case', () => {
    const mapped = map(['ANN@x.org', 'boss@x.org', 'foe@spam.example']);
    expect(mapped.bans).toEqual(['foe@spam.example']);
    expect(mapped.findings.map(({ summary }) => summary)).toEqual([
      'the ban ann@x.org is left out: it matches 1 member',
      'whom the ban ann@x.org matches',
      'the ban boss@x.org is left out: it matches 1 owner',
      'whom the ban boss@x.org matches',
    ]);
  });

  it('may match so many that not all are named', () => {
    const member = Array.from({ length: 250 }, (_, n) => desiredMember({ email: `m${n}@x.org` }));
    const all = hits(...member.map(({ email }) => email));
    const list = mailman2List({ attributes: { ban_list: ['^.*@.*'] } });
    const { findings } = mapBans(list, rosters({ member }), facts({ '^.*@.*': all }));
    expect(findings[0]?.summary).toBe('the ban ^.*@.* is left out: it matches 250 members');
    expect(findings[1]?.why).toMatch(/ and 150 more$/);
  });
});

describe('a ban that nobody could judge', () => {
  it('is treated as one that matches people', () => {
    const slow = facts({ '^(a+)+$': { kind: 'unjudged', why: 'it takes too long' } });
    const mapped = map(['^(a+)+$'], slow);
    expect(mapped.bans).toEqual([]);
    expect(mapped.findings).toMatchObject([
      {
        code: 'mapping.ban-matches-people',
        summary: 'the ban ^(a+)+$ is left out: nobody can say whom it matches',
        why: expect.stringContaining('it takes too long') as string,
      },
    ]);
    const kept = map(['^a'], facts({}, { '^a': 'keep' }));
    expect(kept).toMatchObject({ bans: ['^a'], contested: ['^a'] });
  });
});

it('asks about those that match people, and about no other', () => {
  const list = mailman2List({ attributes: { ban_list: ['troll@x.org', SPAM, '@dev', '^x'] } });
  const known = facts({ [SPAM]: ofSpam, '^x': hits() });
  expect(banQuestions(list, people, known)).toMatchObject([
    { ban: SPAM, matches: '2 members and 1 nonmember', people: [{ role: 'member' }, {}, {}] },
  ]);
});
