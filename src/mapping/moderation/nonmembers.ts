// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { counted } from '../../model/counted.js';
import { type Mailman2List, stringsAttribute } from '../../model/mailman2-list.js';
import type { ModerationAction } from '../../model/mailman3-list.js';
import { isStorable, type ModerationFacts, verdictOn } from './facts.js';
import { senderPattern } from './render.js';

// The nonmember attributes in the order in which Mailman 2 asks them (Handlers/Moderate.py), and
// the action of their addresses. In Core, accept would skip every later check; defer lets the
// message pass this one, which is what Mailman 2's accept did.
const NONMEMBER_ACTIONS: readonly (readonly [string, ModerationAction])[] = [
  ['accept_these_nonmembers', 'defer'],
  ['hold_these_nonmembers', 'hold'],
  ['reject_these_nonmembers', 'reject'],
  ['discard_these_nonmembers', 'discard'],
];

export interface Nonmember {
  readonly email: string;
  readonly action: ModerationAction;
}

export interface MappedNonmembers {
  readonly nonmembers: readonly Nonmember[];
  readonly findings: readonly Diagnostic[];
}

const entriesOf = (list: Mailman2List, attribute: string): readonly string[] =>
  stringsAttribute(list, attribute)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/**
 * Nonmembers with an action of their own: each address, and each member of a list that is named.
 * For members Mailman 2 never looks at these attributes. Where an earlier attribute has a pattern
 * for an address, that one decides in Mailman 2; in Core the address itself would, so it gets the
 * earlier action.
 */
export function mapNonmembers(
  list: Mailman2List,
  members: ReadonlySet<string>,
  facts: ModerationFacts,
): MappedNonmembers {
  const nonmembers: Nonmember[] = [];
  const findings: Diagnostic[] = [];
  const listed = new Set<string>();
  const patterns: { readonly pattern: string; readonly action: ModerationAction }[] = [];
  for (const [attribute, action] of NONMEMBER_ACTIONS) {
    const actionFor = (email: string): ModerationAction => {
      const earlier = patterns.find(({ pattern }) => {
        const verdict = verdictOn(facts, pattern);
        return verdict.kind === 'valid' && verdict.matches.has(email.toLowerCase());
      });
      return earlier?.action ?? action;
    };
    const snapshots: { readonly entry: string; readonly emails: readonly string[] }[] = [];
    for (const entry of entriesOf(list, attribute)) {
      if (entry.startsWith('^')) {
        const finding = patternFinding(list.name, attribute, entry, facts);
        if (finding !== null) findings.push(finding);
      } else if (entry.startsWith('@')) {
        const emails = roster(list, entry, facts);
        if (typeof emails === 'string')
          findings.push(noRoster(list.name, attribute, entry, emails));
        else snapshots.push({ entry, emails });
      } else if (!members.has(entry.toLowerCase())) {
        listed.add(entry.toLowerCase());
        nonmembers.push({ email: entry, action: actionFor(entry) });
      }
    }
    for (const { entry, emails } of snapshots) {
      const fresh = emails.filter((email) => {
        const key = email.toLowerCase();
        if (members.has(key) || listed.has(key)) return false;
        listed.add(key);
        return true;
      });
      nonmembers.push(...fresh.map((email) => ({ email, action: actionFor(email) })));
      findings.push(snapshotFinding(list.name, attribute, entry, emails.length, fresh.length));
    }
    patterns.push(...nonmemberPatterns(list, attribute).map((pattern) => ({ pattern, action })));
  }
  return { nonmembers, findings };
}

/** Patterns of one attribute as Core's setting of the same name is to have them. */
export function nonmemberPatterns(list: Mailman2List, attribute: string): readonly string[] {
  return entriesOf(list, attribute)
    .filter((entry) => entry.startsWith('^') && isStorable(entry))
    .map(senderPattern);
}

/** Whether an attribute names other lists. */
export const namesLists = (list: Mailman2List, attribute: string): boolean =>
  entriesOf(list, attribute).some((entry) => entry.startsWith('@'));

/** Those of them that are no mistakes. */
export function soundNonmemberPatterns(
  list: Mailman2List,
  attribute: string,
  facts: ModerationFacts,
): readonly string[] {
  return nonmemberPatterns(list, attribute).filter(
    (pattern) => verdictOn(facts, pattern).kind !== 'invalid',
  );
}

/** What to ask for the nonmember attributes: all patterns, all addresses, the lists named. */
export function nonmemberQuestions(list: Mailman2List): {
  readonly patterns: readonly string[];
  readonly addresses: readonly string[];
  readonly lists: readonly string[];
} {
  const entries = NONMEMBER_ACTIONS.flatMap(([attribute]) => entriesOf(list, attribute));
  const lists = entries.filter((entry) => entry.startsWith('@')).map(listName);
  return {
    patterns: NONMEMBER_ACTIONS.flatMap(([attribute]) => nonmemberPatterns(list, attribute)),
    addresses: entries.filter((entry) => !/^[\^@]/.test(entry)),
    lists: [...new Set(lists)].filter((name) => name !== '' && name !== list.name.toLowerCase()),
  };
}

/** `@list` or `@list@domain`. */
const listName = (entry: string): string =>
  (entry.slice(1).split('@')[0] ?? '').trim().toLowerCase();

/** Addresses that an entry means; why there are none, where that is so. */
function roster(
  list: Mailman2List,
  entry: string,
  { rosters }: ModerationFacts,
): readonly string[] | string {
  const name = listName(entry);
  if (name === list.name.toLowerCase()) return 'Mailman 2 passes over a list that names itself';
  const found = rosters.get(name);
  if (found === undefined) return 'its roster was not read';
  return found ?? 'the old site has no such list, or it cannot be read';
}

const noRoster = (list: string, attribute: string, entry: string, why: string): Diagnostic => ({
  code: 'mapping.list-as-nonmember-unknown',
  severity: 'warning',
  list,
  summary: `${attribute}: ${entry} is not carried over`,
  why,
  next: 'enter the addresses that it means as nonmembers in Postorius',
});

const snapshotFinding = (
  list: string,
  attribute: string,
  entry: string,
  all: number,
  fresh: number,
): Diagnostic => ({
  code: 'mapping.list-as-nonmember',
  severity: 'warning',
  list,
  summary: `${attribute}: ${entry} becomes ${counted(fresh, 'nonmember')}, a snapshot of its ${counted(all, 'member')}`,
  why: 'Mailman 3 cannot name another list here; who is a member or listed already does not count twice',
  next: 'migrate again as long as Mailman 2 runs; later, care for them in Postorius',
});

function patternFinding(
  list: string,
  attribute: string,
  entry: string,
  facts: ModerationFacts,
): Diagnostic | null {
  const finding = {
    code: 'mapping.nonmember-pattern-invalid',
    severity: 'warning',
    list,
    summary: `${attribute}: the pattern ${JSON.stringify(entry)} is left out`,
  } as const;
  if (!isStorable(entry)) return { ...finding, why: 'it holds characters that no database takes' };
  const verdict = verdictOn(facts, senderPattern(entry));
  if (verdict.kind !== 'invalid') return null;
  const why = `it is no valid pattern (${verdict.why}); Mailman 2 passed over it, too`;
  return { ...finding, why, next: 'enter what it means in Postorius' };
}
