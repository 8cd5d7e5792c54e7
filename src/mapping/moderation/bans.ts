// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { isAcceptableToCore } from '../../model/email-address.js';
import { type Mailman2List, stringsAttribute } from '../../model/mailman2-list.js';
import { type DesiredMember, type Role, type Rosters, ROLES } from '../../model/mailman3-list.js';
import { type BanDecision, isStorable, type ModerationFacts, verdictOn } from './facts.js';
import { addressPattern } from './render.js';

export interface MappedBans {
  readonly bans: readonly string[];
  /** Those among them that match somebody of the rosters. */
  readonly contested: readonly string[];
  readonly findings: readonly Diagnostic[];
}

/** A ban that matches people of the list, or may do so: somebody has to decide. */
export interface BanQuestion {
  /** As Core is to have it. */
  readonly ban: string;
  /** Addresses by role, as they are in the rosters. */
  readonly people: readonly { readonly role: Role; readonly email: string }[];
  /** `3 members and 1 owner`; null where no Python could say whom it matches. */
  readonly matches: string | null;
}

type Ban =
  | { readonly kind: 'harmless'; readonly ban: string }
  | ({ readonly kind: 'contested'; readonly why: string | null } & BanQuestion)
  | { readonly kind: 'out'; readonly finding: Diagnostic };

const SCOPE =
  'in Mailman 2 a ban only keeps people from joining; Mailman 3 would discard their posts as well';

/**
 * Bans of the new list. One that matches people of the rosters is left out unless somebody decided
 * otherwise: in Mailman 3 it would silence them.
 */
export function mapBans(
  list: Mailman2List,
  rosters: Rosters<DesiredMember>,
  facts: ModerationFacts,
): MappedBans {
  const bans: string[] = [];
  const contested: string[] = [];
  const findings: Diagnostic[] = [];
  for (const ban of readBans(list, rosters, facts)) {
    if (ban.kind === 'out') findings.push(ban.finding);
    else if (ban.kind === 'harmless') bans.push(ban.ban);
    else {
      const decision = facts.decisions.get(ban.ban) ?? null;
      if (decision === 'keep') {
        bans.push(ban.ban);
        contested.push(ban.ban);
      }
      findings.push(...decided(ban, decision, list.name));
    }
  }
  return { bans, contested, findings };
}

/** The first of some bans that keeps an address out; null where none is known to. */
export function banOn(
  email: string,
  bans: readonly string[],
  facts: ModerationFacts,
): string | null {
  const address = email.toLowerCase();
  const keepsOut = (ban: string): boolean => {
    if (!ban.startsWith('^')) return ban === address;
    const verdict = verdictOn(facts, ban);
    return verdict.kind === 'valid' && verdict.matches.has(address);
  };
  return bans.find(keepsOut) ?? null;
}

/** The bans that wait for a decision. */
export function banQuestions(
  list: Mailman2List,
  rosters: Rosters<DesiredMember>,
  facts: ModerationFacts,
): readonly BanQuestion[] {
  return readBans(list, rosters, facts).filter((ban) => ban.kind === 'contested');
}

/** The patterns of a list's bans, as Core is to have them. */
export function banPatterns(list: Mailman2List): readonly string[] {
  return stringsAttribute(list, 'ban_list')
    .map((entry) => entry.trim())
    .filter((entry) => entry.startsWith('^') && isStorable(entry))
    .map(addressPattern);
}

function readBans(
  list: Mailman2List,
  rosters: Rosters<DesiredMember>,
  facts: ModerationFacts,
): readonly Ban[] {
  const entries = stringsAttribute(list, 'ban_list')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const found = new Map<string, Ban>();
  for (const entry of entries) {
    const ban = readBan(entry, list.name, rosters, facts);
    // Core compares addresses as they are written, and knows senders in lower case only.
    const key = ban.kind === 'out' ? entry : ban.ban;
    if (!found.has(key)) found.set(key, ban);
  }
  return [...found.values()];
}

function readBan(
  entry: string,
  list: string,
  rosters: Rosters<DesiredMember>,
  facts: ModerationFacts,
): Ban {
  const out = (code: string, why: string, severity: 'warning' | 'info' = 'warning'): Ban => ({
    kind: 'out',
    finding: {
      code: `mapping.ban-${code}`,
      severity,
      list,
      summary: `the ban ${JSON.stringify(entry)} is left out`,
      why,
      ...(severity === 'info'
        ? {}
        : { next: "enter what it means under the list's bans in Postorius" }),
    },
  });
  if (!isStorable(entry)) return out('unusable', 'it holds characters that no database takes');
  if (entry.startsWith('@')) {
    return out('without-effect', 'Mailman 2 passes over names of lists here', 'info');
  }
  if (!entry.startsWith('^')) {
    if (!isAcceptableToCore(entry)) return out('refused', 'Mailman Core refuses such an address');
    const ban = entry.toLowerCase();
    return judged(ban, (email) => email === ban, rosters, facts);
  }
  const ban = addressPattern(entry);
  const verdict = verdictOn(facts, ban);
  if (verdict.kind === 'invalid') {
    return out('invalid', `it is no valid pattern (${verdict.why}); Mailman 2 passed over it, too`);
  }
  if (verdict.kind === 'unjudged') {
    return { kind: 'contested', ban, people: [], matches: null, why: verdict.why };
  }
  return judged(ban, (email) => verdict.matches.has(email), rosters, facts);
}

function judged(
  ban: string,
  isHit: (email: string) => boolean,
  rosters: Rosters<DesiredMember>,
  { joining }: ModerationFacts,
): Ban {
  const own = ROLES.flatMap((role) =>
    rosters[role]
      // Whose posts are discarded anyway loses nothing.
      .filter(({ moderationAction }) => role !== 'nonmember' || moderationAction !== 'discard')
      .map(({ email }) => ({ role, email })),
  );
  const known = new Set(own.map(({ role, email }) => `${role} ${email.toLowerCase()}`));
  const people = [
    ...own,
    ...joining.filter(({ role, email }) => !known.has(`${role} ${email.toLowerCase()}`)),
  ].filter(({ email }) => isHit(email.toLowerCase()));
  if (people.length === 0) return { kind: 'harmless', ban };
  const counts = ROLES.flatMap((role) => {
    const number = people.filter((each) => each.role === role).length;
    return number === 0 ? [] : [`${number} ${role}${number === 1 ? '' : 's'}`];
  });
  return { kind: 'contested', ban, people, matches: joined(counts), why: null };
}

const joined = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

// As many names as a reader takes in; who wants all looks at the rosters.
const MAX_NAMES = 100;

function decided(
  { ban, people, matches, why }: Extract<Ban, { kind: 'contested' }>,
  decision: BanDecision | null,
  list: string,
): readonly Diagnostic[] {
  const whom = matches === null ? 'nobody can say whom it matches' : `it matches ${matches}`;
  const names = people.slice(0, MAX_NAMES).map(({ role, email }) => `${role} ${email}`);
  const more = people.length - names.length;
  const listing: readonly Diagnostic[] =
    people.length === 0
      ? []
      : [
          {
            code: 'mapping.ban-people',
            severity: 'info',
            list,
            summary: `whom the ban ${ban} matches`,
            why: `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
          },
        ];
  const reason = why === null ? SCOPE : `${why}; ${SCOPE}`;
  const main: Record<BanDecision | 'open', Diagnostic> = {
    keep: {
      code: 'mapping.ban-kept',
      severity: 'warning',
      list,
      summary: `the ban ${ban} is carried over as decided, although ${whom}`,
      why: reason,
    },
    drop: {
      code: 'mapping.ban-dropped',
      severity: 'info',
      list,
      summary: `the ban ${ban} is left out as decided: ${whom}`,
      why: reason,
    },
    open: {
      code: 'mapping.ban-matches-people',
      severity: 'warning',
      list,
      summary: `the ban ${ban} is left out: ${whom}`,
      why: reason,
      next: 'decide: apply again with --bans keep, --bans drop or --bans ask',
    },
  };
  return [main[decision ?? 'open'], ...listing];
}
