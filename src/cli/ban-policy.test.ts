// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { BanQuestion } from '../mapping/moderation/bans.js';
import { banPolicy } from './ban-policy.js';

const question = (ban: string, emails: readonly string[]): BanQuestion => ({
  ban,
  people: emails.map((email) => ({ role: 'member', email })),
  matches: emails.length === 0 ? null : `${emails.length} members`,
});

/** A person at a terminal who says yes to what the test names. */
function person(yes: (question: string) => boolean) {
  const asked: string[] = [];
  const ask = (text: string): Promise<boolean> => {
    asked.push(text);
    return Promise.resolve(yes(text));
  };
  return { asked, session: { interactive: true, ask } };
}
const nobody = { interactive: false, ask: () => Promise.reject(new Error('nobody is there')) };

describe('--bans', () => {
  it('left out decides nothing', () => {
    expect(banPolicy(undefined, nobody, true)).toEqual({ decide: null, remember: true });
  });

  it.each(['keep', 'drop'] as const)(
    '%s decides on all alike, with nobody there',
    async (choice) => {
      const { decide, remember } = banPolicy(choice, nobody, false);
      expect(await decide?.('dev', question('^a', ['a@x.org']))).toBe(choice);
      expect(remember).toBe(false);
    },
  );

  it('ask asks once for each ban of each list, in words that say what it means', async () => {
    const { asked, session } = person((text) => text.startsWith('dev:'));
    const { decide } = banPolicy('ask', session, true);
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@x.org`);
    for (let twice = 0; twice < 2; twice += 1) {
      expect(await decide?.('dev', question('^.*', six))).toBe('keep');
      expect(await decide?.('other', question('^.*', []))).toBe('drop');
    }
    expect(asked).toEqual([
      'dev: the ban ^.*: it matches 6 members (a@x.org, b@x.org, c@x.org, d@x.org, e@x.org, …). Mailman 3 would discard their posts. Carry it over?',
      'other: the ban ^.*: nobody can say whom it matches. Mailman 3 would discard their posts. Carry it over?',
    ]);
  });

  it('ask cannot start where nobody can be asked, and names the way out', () => {
    expect(() => banPolicy('ask', nobody, true)).toThrow(
      expect.objectContaining({
        diagnostic: expect.objectContaining({
          code: 'usage.no-terminal',
          next: expect.stringContaining('--bans keep or --bans drop') as string,
        }) as unknown,
      }),
    );
  });
});
