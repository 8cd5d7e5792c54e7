// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { Redirect } from '../model/redirect.js';
import type { Ports } from './ports.js';
import type { ReadLists } from './run-lists.js';
import type { Selection } from './select.js';
import { exportStep, redirectsOf, type RunSettings } from './steps.js';

/** Hands on the redirects of every selected list; returns why some have none. */
export async function csvRedirects(
  selection: Selection,
  {
    ports,
    settings,
    readLists,
  }: { readonly ports: Ports; readonly settings: RunSettings; readonly readLists: ReadLists },
  take: (redirects: readonly Redirect[]) => Promise<void>,
): Promise<readonly Diagnostic[]> {
  const failures: Diagnostic[] = [];
  for await (const found of readLists(selection.names)) {
    const { name } = found.list;
    if (found.kind === 'unreadable') {
      if (selection.includes(name, null)) failures.push(...found.list.findings);
      continue;
    }
    if (!selection.includes(name, found.list.fqdn)) continue;
    try {
      const { value: job } = await exportStep(found.list, ports, settings);
      await take((await redirectsOf(job, ports, settings)).redirects);
    } catch (error) {
      if (!(error instanceof DiagnosticError) || error instanceof CannotStartError) throw error;
      failures.push({ ...error.diagnostic, list: name });
    }
  }
  return failures;
}
