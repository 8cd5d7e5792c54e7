// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { SiteName } from '../mapping/identity.js';
import type { Mailman2List, UnreadableList } from '../model/mailman2-list.js';
import type { Selection } from './select.js';

/** What reading the old site yields, as far as running it goes. */
export type SiteListing =
  | { readonly kind: 'list'; readonly list: Mailman2List }
  | { readonly kind: 'unreadable'; readonly list: UnreadableList };

export type ReadLists = (names: readonly string[]) => AsyncIterable<SiteListing>;

/** What a command makes of each list; whatever happens, each selected list gets its report. */
export interface ListWork<Report> {
  readonly list: (list: Mailman2List) => Promise<Report>;
  /** `fqdn` is null where the list could not be read. */
  readonly failed: (name: string, fqdn: string | null, findings: readonly Diagnostic[]) => Report;
  /** All lists of the site, where they are known: so that reading can break off and none is lost. */
  readonly site?: readonly SiteName[];
}

/**
 * Reads the selected lists of the old site and works on one after the other. Expected trouble with
 * one list is its report and the next has its turn; a bug is thrown. Trouble with the old site is
 * thrown as long as nothing was done; later it is the report of every list not reached.
 */
export async function eachList<Report>(
  selection: Selection,
  readLists: ReadLists,
  work: ListWork<Report>,
): Promise<readonly Report[]> {
  const reports: Report[] = [];
  const reached = new Set<string>();
  const lists = readLists(selection.names)[Symbol.asyncIterator]();
  try {
    for (let next = await lists.next(); next.done !== true; next = await lists.next()) {
      const { kind, list } = next.value;
      const fqdn = kind === 'list' ? next.value.list.fqdn : null;
      if (!selection.includes(list.name, fqdn)) continue;
      reached.add(list.name);
      reports.push(
        kind === 'list'
          ? await guarded(next.value.list, work)
          : work.failed(list.name, null, list.findings),
      );
    }
  } catch (error) {
    if (reports.length === 0 || work.site === undefined) throw error;
    for (const { name, fqdn } of work.site) {
      const findings = failureFindings(error, name);
      if (!reached.has(name) && selection.includes(name, fqdn))
        reports.push(work.failed(name, fqdn, findings));
    }
  } finally {
    await lists.return?.();
  }
  return reports;
}

async function guarded<Report>(list: Mailman2List, work: ListWork<Report>): Promise<Report> {
  try {
    return await work.list(list);
  } catch (error) {
    return work.failed(list.name, list.fqdn, failureFindings(error, list.name));
  }
}

/** Expected trouble as findings of a list; a bug is thrown on. */
export function failureFindings(error: unknown, list: string): readonly Diagnostic[] {
  if (error instanceof CannotStartError) return error.all.map((each) => ({ ...each, list }));
  if (error instanceof DiagnosticError) return [{ ...error.diagnostic, list }];
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || syscall === undefined || code === undefined) throw error;
  return [
    {
      code: 'run.system-error',
      severity: 'error',
      list,
      summary: `the system refused ${syscall}: ${code}`,
      why: error.message,
      next: 'mend that (a full disk, rights), then run the same command again',
      ...(path === undefined ? {} : { path }),
    },
  ];
}
