// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import type { Json } from '../model/json.js';
import { planReport } from '../testing/plan-report.js';
import { migrated, surveyed } from '../testing/reports.js';
import { runJson, surveyJson, verified, verifyJson } from './json.js';
import { planJson } from './plan/json.js';

/** Paths of all keys of a JSON value, in their order; elements of lists count as one. */
function keys(value: Json, path = ''): readonly string[] {
  if (Array.isArray(value))
    return [...new Set(value.flatMap((each: Json) => keys(each, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [at, ...keys(inner, at)];
  });
}

const FINDING = ['code', 'severity', 'summary'];
const inLists = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `lists[].${name}`);

// Other programs read these keys (design.md, Command line), so taking one away breaks them.
describe('the keys that other programs read', () => {
  it.each([
    ['survey', surveyJson(surveyed)],
    ['plan', planJson(planReport)],
    ['verify', verifyJson(migrated)],
    ['migrate', runJson(migrated)],
  ])('of %s begin with schemaVersion', (_command, json) => {
    expect(Object.entries(json)[0]).toEqual(['schemaVersion', 1]);
  });

  it('of survey', () => {
    expect(keys(surveyJson(surveyed))).toEqual(
      expect.arrayContaining([
        ...inLists('name', 'fqdn', 'members', 'owners', 'moderators', 'archive', 'problems'),
        ...inLists('archive.messages', 'archive.bytes'),
        ...FINDING.map((key) => `lists[].problems[].${key}`),
      ]),
    );
  });

  it('of plan', () => {
    const setting = ['attribute', 'verdict', 'source', 'target', 'desired', 'observed', 'reason'];
    expect(keys(planJson(planReport))).toEqual(
      expect.arrayContaining([
        ...inLists('name', 'fqdn', 'settings', 'roster', 'operations', 'findings'),
        ...setting.map((key) => `lists[].settings[].${key}`),
        ...['add', 'change', 'keep', 'remove'].map((key) => `lists[].roster.${key}`),
        ...['id', 'kind', 'summary'].map((key) => `lists[].operations[].${key}`),
        ...FINDING.map((key) => `lists[].findings[].${key}`),
      ]),
    );
  });

  it('of verify', () => {
    const check = ['id', 'ok', 'expected', 'actual', 'summary'];
    expect(keys(verifyJson(migrated))).toEqual(
      expect.arrayContaining([
        ...inLists('name', 'fqdn', 'ok', 'checks'),
        ...check.map((key) => `lists[].checks[].${key}`),
      ]),
    );
  });

  it('of migrate', () => {
    expect(keys(runJson(migrated))).toEqual(
      expect.arrayContaining([
        ...inLists('name', 'fqdn', 'outcome', 'phases', 'findings'),
        ...['phase', 'outcome', 'seconds'].map((key) => `lists[].phases[].${key}`),
        ...FINDING.map((key) => `lists[].findings[].${key}`),
      ]),
    );
  });
});

describe('the JSON of', () => {
  it('a survey has null for what could not be read', () => {
    expect(surveyJson(surveyed)).toMatchInlineSnapshot(`
      {
        "lists": [
          {
            "archive": {
              "bytes": 1234567,
              "messages": 400,
            },
            "fqdn": "dev@lists.example.org",
            "members": 119,
            "moderators": 0,
            "name": "dev",
            "owners": 2,
            "problems": [],
          },
          {
            "archive": null,
            "fqdn": null,
            "members": null,
            "moderators": null,
            "name": "broken",
            "owners": null,
            "problems": [
              {
                "code": "source.truncated",
                "line": 3,
                "list": "broken",
                "path": "lists/broken/config.pck",
                "severity": "error",
                "summary": "config.pck ends early",
              },
            ],
          },
        ],
        "schemaVersion": 1,
      }
    `);
  });

  it('a migration', () => {
    expect(runJson(migrated)).toMatchInlineSnapshot(`
      {
        "lists": [
          {
            "findings": [
              {
                "code": "mapping.approximate",
                "list": "dev",
                "severity": "info",
                "summary": "subject_prefix is approximated",
              },
              {
                "code": "mapping.unsupported",
                "list": "dev",
                "next": "members filter by subject",
                "severity": "warning",
                "summary": "topics is not carried over",
                "why": "Mailman 3 does not offer topics",
              },
            ],
            "fqdn": "dev@lists.example.org",
            "name": "dev",
            "outcome": "findings",
            "phases": [
              {
                "outcome": "done",
                "phase": "export",
                "seconds": 0.12,
              },
              {
                "outcome": "done",
                "phase": "apply",
                "seconds": 61.5,
              },
              {
                "outcome": "done",
                "phase": "verify",
                "seconds": 1,
              },
            ],
          },
          {
            "findings": [
              {
                "code": "source.truncated",
                "line": 3,
                "list": "broken",
                "path": "lists/broken/config.pck",
                "severity": "error",
                "summary": "config.pck ends early",
              },
            ],
            "fqdn": "broken",
            "name": "broken",
            "outcome": "failed",
            "phases": [
              {
                "outcome": "failed",
                "phase": "export",
                "seconds": 0,
              },
            ],
          },
        ],
        "schemaVersion": 1,
      }
    `);
  });

  it('a verification has every check', () => {
    expect(verifyJson(migrated)).toMatchObject({
      lists: [
        { name: 'dev', ok: false, checks: [{ ok: true }, { ok: false, expected: 3, actual: 2 }] },
        { name: 'broken', ok: false, checks: [] },
      ],
    });
  });
});

describe('verified', () => {
  const [dev] = migrated;
  const report = (outcome: 'findings' | 'failed', oks: readonly boolean[]) => ({
    ...(dev ?? { name: '', fqdn: '', phases: [], findings: [] }),
    outcome,
    phases: [
      {
        phase: 'verify' as const,
        outcome: 'done' as const,
        seconds: 0,
        findings: [],
        checks: oks.map((ok) => ({ id: 'x', ok, expected: 1, actual: 1, summary: '' })),
      },
    ],
  });

  it('is true only where something was checked and all of it was right', () => {
    expect(verified(report('findings', [true, true]))).toBe(true);
    expect(verified(report('findings', [true, false]))).toBe(false);
    expect(verified(report('findings', []))).toBe(false);
    expect(verified(report('failed', [true]))).toBe(false);
  });
});
