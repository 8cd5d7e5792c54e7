// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../../diagnostics.js';
import type { HeaderMatch } from '../../model/header-match.js';
import { isJsonObject, type Json } from '../../model/json.js';
import type { Mailman2List } from '../../model/mailman2-list.js';
import type { ModerationAction } from '../../model/mailman3-list.js';
import { isStorable, type ModerationFacts, verdictOn } from './facts.js';
import { translateHeaderPattern } from './header-pattern.js';
import { modernPattern } from './render.js';

// Mailman 2's actions of a header filter (mm_cfg): 0 defer, 2 reject, 3 discard, 6 accept, 7 hold.
const DEFER = 0;
const ACCEPT = 6;
const ACTIONS: ReadonlyMap<number, ModerationAction> = new Map([
  [2, 'reject'],
  [3, 'discard'],
  [7, 'hold'],
]);

/** One rule of Mailman 2 beside what it became, to be tried against each other. */
export interface HeaderRule {
  /** From 1, as Mailman 2's own page counts them. */
  readonly number: number;
  /** Each searched in the whole header block. */
  readonly patterns: readonly string[];
  readonly action: ModerationAction;
  readonly matches: readonly HeaderMatch[];
}

export interface MappedHeaderRules {
  readonly headerMatches: readonly HeaderMatch[];
  /** Those that take effect; with `accept`, which Core is not told. */
  readonly rules: readonly HeaderRule[];
  readonly findings: readonly Diagnostic[];
}

/** Translates `header_filter_rules` rule by rule; their order stays, since the first match decides. */
export function mapHeaderRules(list: Mailman2List, facts: ModerationFacts): MappedHeaderRules {
  const rules: HeaderRule[] = [];
  const findings: Diagnostic[] = [];
  const taken = new Map<string, number>();
  let exempting: number | null = null;
  readRules(list.attributes['header_filter_rules']).forEach((rule, index) => {
    const number = index + 1;
    const say = (finding: Said): void => {
      findings.push(said(list.name, number, finding));
    };
    if (rule === null) {
      say({ code: 'unreadable', what: 'is left out', why: 'it has not the form of a rule' });
      return;
    }
    if (rule.action === DEFER) {
      const why = 'its action is defer: it is switched off in Mailman 2, too';
      say({ code: 'off', severity: 'info', what: `is left out: ${show(rule.lines)}`, why });
      return;
    }
    const action = rule.action === ACCEPT ? 'accept' : ACTIONS.get(rule.action);
    if (action === undefined) {
      const why = `Mailman 2 does nothing for action ${rule.action}`;
      say({ code: 'off', severity: 'info', what: `is left out: ${show(rule.lines)}`, why });
      return;
    }
    const lines = soundLines(rule.lines, facts, say);
    if (lines.length === 0) return;
    const patterns = lines.map(modernPattern);
    if (action === 'accept') {
      rules.push({ number, patterns, action, matches: [] });
      exempting = number;
      return;
    }
    // Without the exemption the rule meets mail that it never saw: that mail must not be lost.
    const softened = exempting !== null && action !== 'hold';
    const given = softened ? 'hold' : action;
    const own: HeaderMatch[] = [];
    for (const { header, pattern } of translateLines(lines, facts, say)) {
      const key = `${header}: ${pattern}`;
      const earlier = taken.get(key);
      if (earlier === undefined) {
        taken.set(key, number);
        own.push({ header, pattern, action: given });
      } else if (earlier !== number) {
        const why = `rule ${earlier} has the same pattern and comes first`;
        say({ code: 'repeated', severity: 'info', what: `leaves out ${key}`, why });
      }
    }
    if (softened && own.length > 0) {
      say({
        code: 'softened',
        what: `holds messages instead of a ${action}`,
        why: `rule ${exempting ?? 0} exempted messages from it, and Core knows no exemptions`,
        next: `decide on the action yourself in Postorius: hold keeps what a ${action} would lose`,
      });
    }
    rules.push({ number, patterns, action: given, matches: own });
  });
  findings.push(...exemptions(list.name, rules));
  return { headerMatches: rules.flatMap(({ matches }) => matches), rules, findings };
}

/** Patterns of a list's header filters that a real Python is to look at. */
export function headerQuestions(list: Mailman2List): readonly string[] {
  return readRules(list.attributes['header_filter_rules']).flatMap((rule) =>
    (rule?.lines ?? []).filter(isPattern).flatMap((line) => {
      const old = written(line);
      const translated = isStorable(old) ? translateHeaderPattern(old) : null;
      return [modernPattern(old), ...(translated?.matches ?? []).map(({ pattern }) => pattern)];
    }),
  );
}

/** An accept rule only spares messages the rules after it: without any, nothing is lost. */
function exemptions(list: string, rules: readonly HeaderRule[]): readonly Diagnostic[] {
  return rules.flatMap(({ number, action, patterns }, index) => {
    if (action !== 'accept') return [];
    const later = rules.slice(index + 1).filter(({ matches }) => matches.length > 0);
    const what = `(accept) is left out: ${show(patterns)}`;
    if (later.length === 0) {
      const why = 'it only exempts messages from rules after it, and none follows';
      return [said(list, number, { code: 'accept-idle', severity: 'info', what, why })];
    }
    return [
      said(list, number, {
        code: 'accept',
        what,
        why: "in Core accept lets a message pass every later check, also the one for nonmembers; Mailman 2's accept only ended the header filters",
        next: `look at ${later.length === 1 ? 'the rule' : `the ${later.length} rules`} after it in Postorius: they meet these messages now`,
      }),
    ];
  });
}

interface Said {
  readonly code: string;
  readonly severity?: 'warning' | 'info';
  readonly what: string;
  readonly why: string;
  readonly next?: string;
}

const said = (list: string, number: number, { code, severity, what, why, next }: Said) =>
  ({
    code: `mapping.header-rule-${code}`,
    severity: severity ?? 'warning',
    list,
    summary: `header filter rule ${number} ${what}`,
    why,
    ...(next === undefined ? {} : { next }),
  }) satisfies Diagnostic;

const show = (lines: readonly string[]): string => {
  const text = lines.join(' | ');
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
};

/** Lines of a rule that are patterns: Mailman 2 passes over comments and blank ones. */
const isPattern = (line: string): boolean => !line.startsWith('#') && line.trim() !== '';

/** Mailman 2's web forms wrote what the list's charset lacks as `&#1234;`. */
const written = (line: string): string =>
  line.replaceAll(/&#(\d{1,7});/g, (whole, digits: string) => {
    const code = Number(digits);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** The patterns of a rule that mean something in Mailman 2; what does not is said. */
function soundLines(
  lines: readonly string[],
  facts: ModerationFacts,
  say: (finding: Said) => void,
): readonly string[] {
  const comments = lines.filter((line) => line.startsWith('#'));
  if (comments.length > 0) {
    const why = 'Core keeps no comments with a header filter';
    say({ code: 'comment', severity: 'info', what: `loses a comment: ${show(comments)}`, why });
  }
  return lines
    .filter(isPattern)
    .map(written)
    .filter((line) => {
      const verdict = verdictOn(facts, modernPattern(line));
      if (isStorable(line) && verdict.kind !== 'invalid') return true;
      const why =
        verdict.kind === 'invalid'
          ? `it is no valid pattern (${verdict.why}); Mailman 2 passed over it, too`
          : 'it holds characters that no database takes';
      say({ code: 'invalid', what: `leaves out ${JSON.stringify(line)}`, why, next: BY_HAND });
      return false;
    });
}

interface Match {
  readonly header: string;
  readonly pattern: string;
}

/** What the patterns of a rule are in Core; what gets lost is said. */
function translateLines(
  lines: readonly string[],
  facts: ModerationFacts,
  say: (finding: Said) => void,
): readonly Match[] {
  return lines.flatMap((line) => {
    const translated = translateHeaderPattern(line);
    const leaves = (code: string, part: string, why: string): void => {
      say({ code, what: `leaves out ${part}`, why, next: BY_HAND });
    };
    if (translated === null) {
      leaves('untranslated', line, 'it is too involved to be carried over');
      return [];
    }
    for (const { part, why } of translated.lost) leaves('untranslated', part, why);
    for (const part of translated.idle) {
      say({
        code: 'idle',
        severity: 'info',
        what: `leaves out ${part}`,
        why: 'it never matched in Mailman 2, where a blank always follows the colon',
        next: BY_HAND,
      });
    }
    if (translated.loose && translated.matches.length > 0) {
      say({
        code: 'loose',
        severity: 'info',
        what: `becomes narrower: ${line}`,
        why: 'nothing tied it to the start of a header, so Mailman 2 found it inside others, too',
      });
    }
    return translated.matches.filter(({ pattern }) => {
      const verdict = verdictOn(facts, pattern);
      if (verdict.kind !== 'invalid') return true;
      leaves('invalid', line, `it is no valid pattern for Core's Python (${verdict.why})`);
      return false;
    });
  });
}

const BY_HAND =
  "enter what it means, header by header, under the list's header filters in Postorius";

interface RawRule {
  readonly lines: readonly string[];
  readonly action: number;
}

/** `[[patterns, action, empty], …]`; null for what has another form. */
function readRules(value: Json | undefined): readonly (RawRule | null)[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).map((rule) => {
    if (!Array.isArray(rule) || isJsonObject(rule)) return null;
    const [patterns, action] = rule as readonly Json[];
    const number = typeof action === 'boolean' ? Number(action) : action;
    if (typeof patterns !== 'string' || typeof number !== 'number') return null;
    return {
      lines: patterns.split(/\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/),
      action: number,
    };
  });
}
