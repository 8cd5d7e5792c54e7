// SPDX-License-Identifier: GPL-3.0-or-later
import type { PythonCommand } from './python-helper.js';
import { type PythonSession, pythonSession } from './python-session.js';

/** Postorius's own Django. It is another than HyperKitty's: an import there takes its time. */
export type PostoriusSession = Pick<PythonSession, 'ask'>;

/** `django` is the command that runs a Django management command, without its name. */
export const postoriusSession = ({ host, command }: PythonCommand): PostoriusSession =>
  pythonSession(
    { host, command: [...command, 'shell'] },
    { opening: 'hyperkitty_session.py', name: "Postorius's Python", logs: 'the web log' },
  );
