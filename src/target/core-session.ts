// SPDX-License-Identifier: GPL-3.0-or-later
import type { PythonCommand } from './python-helper.js';
import { type PythonSession, pythonSession } from './python-session.js';

/** Core's own Python. */
export type CoreSession = Pick<PythonSession, 'begin' | 'ask'>;

export const coreSession = (python: PythonCommand): CoreSession =>
  pythonSession(python, {
    opening: 'core_session.py',
    name: "Core's Python",
    logs: "Core's logs",
  });
