// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { JsonObject } from '../model/json.js';
import { visible } from './visible.js';

const ORDER = ['error', 'warning', 'info'] as const;

/** Findings as text, gravest first: what, why, what to do. */
export function findingsText(findings: readonly Diagnostic[]): string {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return sorted.map(findingText).join('\n');
}

/** One finding on up to three lines. */
export function findingText({
  severity,
  list,
  path,
  line,
  summary,
  why,
  next,
}: Diagnostic): string {
  const where = [
    list,
    path === undefined ? undefined : `${path}${line === undefined ? '' : `:${line}`}`,
  ]
    .filter((part) => part !== undefined)
    .map((part) => `${part}: `)
    .join('');
  const lines = [`${severity}: ${where}${summary}`];
  if (why !== undefined) lines.push(`    why:  ${why.replaceAll('\n', '\n          ')}`);
  if (next !== undefined) lines.push(`    next: ${next}`);
  return visible(lines.join('\n'));
}

/** A finding as JSON, with just the keys it has. */
export function findingJson(finding: Diagnostic): JsonObject {
  const { code, severity, summary, why, next, list, attribute, path, line } = finding;
  return {
    code,
    severity,
    summary,
    ...(why === undefined ? {} : { why }),
    ...(next === undefined ? {} : { next }),
    ...(list === undefined ? {} : { list }),
    ...(attribute === undefined ? {} : { attribute }),
    ...(path === undefined ? {} : { path }),
    ...(line === undefined ? {} : { line }),
  };
}
