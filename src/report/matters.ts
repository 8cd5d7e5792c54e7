// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';

/**
 * Why a reader should care about a finding: it stands in the way (`blocked`), asks for a decision
 * (`decide`), tells a loss or work to be done by hand (`lost`), or may be read some day (`note`).
 */
export type Concern = 'blocked' | 'decide' | 'lost' | 'note';

/** What every reader should know of. */
export type ShownConcern = Exclude<Concern, 'note'>;

export const CONCERNS: Readonly<Record<ShownConcern, string>> = {
  blocked: 'In the way',
  decide: 'To be decided',
  lost: 'Lost, approximated, or to do by hand',
};

// Warnings that leave a choice to a person: what somebody changed in Mailman 3 meanwhile.
const DECISIONS = /^plan\.(ban-removed|list-moved|member-left|.*conflict)$/;

export function concernOf({ severity, code }: Diagnostic): Concern {
  if (severity === 'error') return 'blocked';
  if (DECISIONS.test(code)) return 'decide';
  return severity === 'warning' ? 'lost' : 'note';
}

/** The same finding in several lists, or several times in one. */
export interface Matter {
  readonly concern: Concern;
  /** Of the first of them. */
  readonly summary: string;
  /** Where it is the same for all of them. */
  readonly why: string | null;
  readonly next: string | null;
  readonly count: number;
  /** Whether all of them say the same. */
  readonly uniform: boolean;
  /** Names of the lists. */
  readonly lists: readonly string[];
}

/** What to do, where it is the same for all; else what to do about the first, by its name. */
function nextOf(group: readonly Diagnostic[], { next, list }: Diagnostic): string | null {
  if (next === undefined) return null;
  const same = list === undefined || group.every((other) => other.next === next);
  return same ? next : `for ${list}: ${next}`;
}

/** Findings of many lists by what they tell, those of the most lists first. */
export function mattersOf(
  findings: readonly Diagnostic[],
): Readonly<Record<Concern, readonly Matter[]>> {
  const groups = new Map<string, Diagnostic[]>();
  for (const finding of findings) {
    const key = JSON.stringify([concernOf(finding), finding.code, finding.attribute ?? '']);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const matters: Record<Concern, Matter[]> = { blocked: [], decide: [], lost: [], note: [] };
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const concern = concernOf(first);
    matters[concern].push({
      concern,
      summary: first.summary,
      // A reason that is one list's own would mislead about the others.
      why: group.every(({ why }) => why === first.why) ? (first.why ?? null) : null,
      next: nextOf(group, first),
      count: group.length,
      uniform: group.every(({ summary }) => summary === first.summary),
      lists: [...new Set(group.flatMap(({ list }) => (list === undefined ? [] : [list])))],
    });
  }
  // What concerns the site as a whole stands nowhere else, so it comes first.
  const reach = ({ lists }: Matter): number => (lists.length === 0 ? Infinity : lists.length);
  for (const all of Object.values(matters)) all.sort((a, b) => reach(b) - reach(a));
  return matters;
}
