// SPDX-License-Identifier: GPL-3.0-or-later
// eslint-disable-next-line no-restricted-imports -- run by tests only
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('both-mailmans.py', import.meta.url));
type Values = Readonly<Record<string, string>>;

/** What Mailman 2 sends for each old text, and Mailman 3 for the new one. */
export function sentByBoth(
  cases: readonly { readonly old: string; readonly new: string }[],
  values: { readonly old: Values; readonly new: Values },
): readonly (readonly [mailman2: string, mailman3: string])[] {
  const input = JSON.stringify({ cases, ...values });
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [SCRIPT], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly (readonly [string, string])[];
}
