// SPDX-License-Identifier: GPL-3.0-or-later
import { DiagnosticError } from '../diagnostics.js';
import type { MemberOutcome } from '../plan/target-port.js';

/** As mailman/model/bans.py has it, for patterns that JavaScript reads alike. */
export const isBanned = (bans: readonly string[], address: string): boolean =>
  bans.some((ban) => (ban.startsWith('^') ? new RegExp(ban, 'i').test(address) : ban === address));

/** One after the other; what is refused is an outcome, anything else ends it. */
export async function outcomes<Each extends { readonly email: string }>(
  all: readonly Each[],
  work: (each: Each) => Promise<string | null>,
): Promise<readonly MemberOutcome[]> {
  const done: MemberOutcome[] = [];
  for (const each of all) {
    const { email } = each;
    try {
      done.push({ email, refused: null, nameKept: await work(each) });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      done.push({ email, refused: error.diagnostic, nameKept: null });
    }
  }
  return done;
}

export const refusal = (what: string, why = 'the test says so'): DiagnosticError =>
  new DiagnosticError({
    code: 'target.refused',
    summary: `Mailman Core answered 400 to ${what}`,
    why,
  });
