// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, type Diagnostic } from '../diagnostics.js';

/** The error for a key of mm2to3.yaml that a command cannot do without. */
export function missing(key: string, what: string): CannotStartError {
  const diagnostic: Diagnostic = {
    code: 'config.missing',
    severity: 'error',
    summary: `${key} is not set`,
    why: `this command needs ${what}`,
    next: 'set it in mm2to3.yaml, or name another file with --config',
  };
  return new CannotStartError([diagnostic]);
}
