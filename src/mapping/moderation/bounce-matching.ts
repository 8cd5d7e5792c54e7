// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import { type Mailman2List } from '../../model/mailman2-list.js';
import { modernPattern } from './render.js';
import { isStorable, type ModerationFacts, verdictOn } from './facts.js';

// Both versions read the attribute alike: a line is `header: pattern`, searched in each header of
// that name without regard to case; a match holds the message (Mailman 2: MailList.py,
// parse_matching_header_opt; Core: mailman/rules/suspicious.py).

export interface MappedBounceMatching {
  /** For Core's attribute of the same name; null where Mailman 2 has none. */
  readonly value: string | null;
  readonly findings: readonly Diagnostic[];
}

// What a fresh list of either version has (Mailman 2: Defaults.py; Core: styles/base.py).
const DEFAULT_MEANING = [
  'to: friend@public.com',
  'message-id: relay.comanche.denmark.eu',
  'from: list@listme.com',
  'from: .*@uplinkpro.com',
].join('\n');

const isComment = (line: string): boolean => line === '' || line.startsWith('#');

const linesOf = (value: string): readonly string[] =>
  value.split(/\r\n|[\r\n]/).map((line) => line.trim());

/** Whether the value means what a fresh list of either version has. */
export function isDefaultBounceMatching(value: unknown): boolean {
  if (typeof value !== 'string') return true;
  return (
    linesOf(value)
      .filter((line) => !isComment(line))
      .join('\n') === DEFAULT_MEANING
  );
}

const patternOf = (line: string): string =>
  modernPattern(line.slice(line.indexOf(':') + 1).trimStart());

const modernLine = (line: string): string =>
  isComment(line) ? line : `${line.slice(0, line.indexOf(':'))}: ${patternOf(line)}`;

/** Patterns that a real Python is to look at. */
export function bounceMatchingPatterns(list: Mailman2List): readonly string[] {
  const value = list.attributes['bounce_matching_headers'];
  if (typeof value !== 'string') return [];
  return linesOf(value)
    .filter((line) => !isComment(line) && line.includes(':') && isStorable(line))
    .map(patternOf);
}

/** The lines that mean something, comments included; the others are named. */
export function mapBounceMatching(
  list: Mailman2List,
  facts: ModerationFacts,
): MappedBounceMatching {
  const value = list.attributes['bounce_matching_headers'];
  if (typeof value !== 'string') return { value: null, findings: [] };
  const kept: string[] = [];
  const findings: Diagnostic[] = [];
  for (const line of linesOf(value)) {
    const why = isComment(line) ? null : mistake(line, facts);
    if (isStorable(line) && why === null) kept.push(modernLine(line));
    else {
      findings.push({
        code: 'mapping.bounce-matching-invalid',
        severity: 'warning',
        list: list.name,
        summary: `bounce_matching_headers: the line ${JSON.stringify(line)} is left out`,
        why: why ?? 'it holds characters that no database takes',
        next: "enter what it means under the list's header filters in Postorius",
      });
    }
  }
  return { value: kept.join('\n'), findings };
}

function mistake(line: string, facts: ModerationFacts): string | null {
  if (!isStorable(line)) return 'it holds characters that no database takes';
  if (!line.includes(':')) return 'it names no header; Mailman 2 passed over it, too';
  const verdict = verdictOn(facts, patternOf(line));
  if (verdict.kind !== 'invalid') return null;
  return `it is no valid pattern (${verdict.why}); Mailman 2 passed over it, too`;
}
