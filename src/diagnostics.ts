// SPDX-License-Identifier: GPL-3.0-or-later

/** How much a reader should care: an `error` lost or refused something, a `warning` changed it. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * The one envelope for everything the tool has to say. Thrown (inside {@link DiagnosticError}) it
 * is an error that ends what was being done; returned it is a finding and the work goes on.
 *
 * `code` is stable and dotted (`room.what`), for scripts to match on. `summary` says what happened,
 * `why` the cause, `next` what the reader can do.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly why?: string;
  readonly next?: string;
  /** Mailman 2 list name, when it concerns one list. */
  readonly list?: string;
  /** Attribute of that list, when it concerns one. */
  readonly attribute?: string;
  /** File the trouble was met in. */
  readonly path?: string;
  /** Line in `path`, counted from 1. */
  readonly line?: number;
}

/** A finding thrown: expected trouble with a name. A bug is a plain `Error` instead. */
export class DiagnosticError extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Omit<Diagnostic, 'severity'>, options?: ErrorOptions) {
    super(diagnostic.summary, options);
    this.name = 'DiagnosticError';
    this.diagnostic = { ...diagnostic, severity: 'error' };
  }
}

/** Whether what was thrown is expected trouble of that code. */
export function isTrouble(error: unknown, code: string): error is DiagnosticError {
  return error instanceof DiagnosticError && error.diagnostic.code === code;
}

/** A trouble that kept the tool from starting: configuration, usage, an unreachable side. */
export class CannotStartError extends DiagnosticError {
  readonly all: readonly Diagnostic[];

  constructor(diagnostics: readonly [Diagnostic, ...Diagnostic[]]) {
    super(diagnostics[0]);
    this.name = 'CannotStartError';
    this.all = diagnostics;
  }
}
