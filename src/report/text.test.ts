// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { migrated, surveyed, warning } from '../testing/reports.js';
import { findingsText, findingText } from './findings.js';
import { errorsText, runText, surveyText, verifyText } from './text.js';

describe('the text of', () => {
  it('a survey', () => {
    expect(surveyText(surveyed)).toMatchInlineSnapshot(`
      "list                   members  owners  moderators  messages  mbox MB  problems
      dev@lists.example.org      119       2           0       400      1.2         0
      broken                       ?       ?           ?         -        -         1

      error: broken: lists/broken/config.pck:3: config.pck ends early
      "
    `);
  });

  it('a verification', () => {
    expect(verifyText(migrated)).toMatchInlineSnapshot(`
      "dev@lists.example.org: NOT as it should be
        ok    list: as wanted
        FAIL  roster.member: one is missing

      broken: NOT as it should be
      error: broken: lists/broken/config.pck:3: config.pck ends early
      "
    `);
  });

  it('a migration', () => {
    expect(runText(migrated, false)).toMatchInlineSnapshot(`
      "list                   outcome   export       apply       verify     findings
      dev@lists.example.org  findings  done 0.1s    done 61.5s  done 1.0s         2
      broken                 failed    failed 0.0s  -           -                 1

      error: broken: lists/broken/config.pck:3: config.pck ends early
      warning: dev: topics is not carried over
          why:  Mailman 3 does not offer topics
          next: members filter by subject

      1 notes more with --verbose or --json
      "
    `);
  });

  it('a migration shows notes where they are asked for', () => {
    expect(runText(migrated, false)).not.toContain('subject_prefix');
    expect(runText(migrated, true)).toContain('info: dev: subject_prefix is approximated');
    expect(runText(migrated, true)).not.toContain('notes more');
  });

  it('errors', () => {
    expect(errorsText([warning])).toBe(`${findingText(warning)}\n`);
  });
});

describe('findings', () => {
  it('say where, what, why and what to do', () => {
    expect(findingText({ ...warning, path: 'a.yaml', line: 7, why: 'one\ntwo' })).toBe(
      [
        'warning: dev: a.yaml:7: topics is not carried over',
        '    why:  one',
        '          two',
        '    next: members filter by subject',
      ].join('\n'),
    );
  });

  it('come gravest first, otherwise in their order', () => {
    const finding = (severity: 'error' | 'warning' | 'info', summary: string) => ({
      code: 'x.y',
      severity,
      summary,
    });
    const text = findingsText([
      finding('info', '1'),
      finding('warning', '2'),
      finding('error', '3'),
      finding('warning', '4'),
    ]);
    expect(text.split('\n')).toEqual(['error: 3', 'warning: 2', 'warning: 4', 'info: 1']);
  });
});
