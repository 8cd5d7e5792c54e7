// SPDX-License-Identifier: GPL-3.0-or-later
import { XMLBuilder } from 'fast-xml-parser';
import type { Diagnostic } from '../../diagnostics.js';
import type { BatchList, BatchReport } from '../../model/batch.js';
import type { Check } from '../../model/check.js';
import type { PhaseReport } from '../../model/report.js';
import { findingsText } from '../findings.js';
import { presentableBatch, secondsOf } from './overview.js';

interface Case {
  readonly '@name': string;
  readonly '@classname': string;
  readonly '@time': string;
  readonly failure?: {
    readonly '@message': string;
    readonly '@type': string;
    readonly '#text': string;
  };
  readonly skipped?: { readonly '@message': string };
  readonly 'system-out'?: string;
}

/**
 * A batch as JUnit's XML, for a build server: a suite a list, a case a phase and one a check of its
 * verification. It holds no address of a person.
 */
export function batchJunit(report: BatchReport): string {
  const shown = presentableBatch(report);
  const suites = shown.lists.map(suite);
  const sum = (of: '@tests' | '@failures' | '@skipped'): number =>
    suites.reduce((total, each) => total + each[of], 0);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- it lives on in a package of its own; this one is the client's choice
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    format: true,
    suppressEmptyNode: true,
  });
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': 'mm2to3 batch',
      '@tests': sum('@tests'),
      '@failures': sum('@failures'),
      '@skipped': sum('@skipped'),
      '@time': seconds((shown.ended - shown.began) / 1000),
      testsuite: suites,
    },
  });
}

function suite(list: BatchList) {
  const cases = casesOf(list);
  const { began } = list;
  return {
    '@name': xmlText(list.fqdn),
    '@tests': cases.length,
    '@failures': cases.filter(({ failure }) => failure !== undefined).length,
    '@skipped': cases.filter(({ skipped }) => skipped !== undefined).length,
    '@time': seconds(secondsOf(list)),
    ...(began === null ? {} : { '@timestamp': new Date(began).toISOString().slice(0, 19) }),
    testcase: cases,
  };
}

function casesOf(list: BatchList): readonly Case[] {
  const classname = xmlText(list.name);
  const { notBegun } = list;
  if (notBegun !== null) {
    const skipped = { '@message': xmlText(notBegun.summary) };
    return [{ '@name': 'begin', '@classname': classname, '@time': '0', skipped }];
  }
  return list.phases.flatMap((phase) => [
    phaseCase(classname, phase),
    ...(phase.checks ?? []).map((check) => checkCase(classname, check)),
  ]);
}

function phaseCase(
  classname: string,
  { phase, outcome, seconds: time, findings }: PhaseReport,
): Case {
  const head = { '@name': phase, '@classname': classname, '@time': seconds(time) };
  if (outcome === 'failed') return { ...head, failure: failure(findings) };
  if (outcome === 'skipped') {
    return { ...head, skipped: { '@message': xmlText(findings[0]?.summary ?? 'does not apply') } };
  }
  // Failed checks stand as cases of their own.
  const told = findings.filter(({ severity }) => severity !== 'info');
  return told.length === 0 ? head : { ...head, 'system-out': xmlText(findingsText(told)) };
}

function failure(findings: readonly Diagnostic[]): NonNullable<Case['failure']> {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors.length === 0 ? findings : errors;
  return {
    '@message': xmlText(first?.summary ?? 'failed'),
    '@type': first?.code ?? 'failed',
    '#text': xmlText(findingsText(errors.length === 0 ? findings : errors)),
  };
}

function checkCase(classname: string, { id, ok, summary }: Check): Case {
  const head = { '@name': `verify ${xmlText(id)}`, '@classname': classname, '@time': '0' };
  if (ok) return head;
  return {
    ...head,
    failure: { '@message': xmlText(summary), '@type': 'check', '#text': xmlText(summary) },
  };
}

const seconds = (time: number): string => time.toFixed(3);

/** A text without what no XML 1.0 document may hold, in whatever form (XML 1.0, 2.2 Characters). */
const xmlText = (text: string): string =>
  text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
