// SPDX-License-Identifier: GPL-3.0-or-later
import { CannotStartError, type Diagnostic, DiagnosticError } from '../diagnostics.js';
import type { SiteIdentities, SiteName } from '../mapping/identity.js';
import type { Mailman2List, UnreadableList } from '../model/mailman2-list.js';
import type { Selection } from './select.js';

/** What reading the old site yields, as far as running it goes. */
export type SiteListing =
  | { readonly kind: 'list'; readonly list: Mailman2List }
  | { readonly kind: 'unreadable'; readonly list: UnreadableList };

export type ReadLists = (names: readonly string[]) => AsyncIterable<SiteListing>;

/** One list of the new side: a list of the old site with those that go into it. */
export interface ListUnit {
  readonly list: Mailman2List;
  readonly merged: readonly Mailman2List[];
}

/** What a command makes of each list; whatever happens, each selected list gets its report. */
export interface ListWork<Report> {
  readonly list: (unit: ListUnit) => Promise<Report>;
  /** `fqdn` is null where the list could not be read. */
  readonly failed: (name: string, fqdn: string | null, findings: readonly Diagnostic[]) => Report;
}

/** A command that knows the new side: there, a list of the old site can be part of another one. */
export interface UnitWork<Report> extends ListWork<Report> {
  /** All lists of the site: so that reading can break off and none is without a word. */
  readonly site: readonly SiteName[];
  readonly identities: SiteIdentities;
  /** What of the report of a whole concerns one of the lists that it is made of. */
  readonly part: (whole: Report, list: Mailman2List) => Report;
  /** Of a list that is part of another one, where that is not meant by this run. */
  readonly apart: (list: Mailman2List, into: SiteName) => Report;
}

/**
 * Reads the selected lists of the old site and works on one after the other. Expected trouble with
 * one list is its report and the next has its turn; a bug is thrown. Trouble with the old site is
 * thrown as long as nothing was done; later it is the report of every list not reached.
 *
 * A list that is to be merged is worked on together with its target, whether it is selected itself
 * or not.
 */
export async function eachList<Report>(
  selection: Selection,
  readLists: ReadLists,
  work: ListWork<Report> | UnitWork<Report>,
): Promise<readonly Report[]> {
  const reports = new Map<string, Report>();
  const lists = readLists(selection.names)[Symbol.asyncIterator]();
  try {
    for (let next = await lists.next(); next.done !== true; next = await lists.next()) {
      const found = next.value;
      if (!selection.includes(found.list.name, addressOf(found))) continue;
      for (const [name, report] of await reportsOf(found, selection, readLists, work)) {
        reports.set(name, report);
      }
    }
  } catch (error) {
    if (reports.size === 0 || !('site' in work)) throw error;
    for (const { name, fqdn } of work.site) {
      const findings = failureFindings(error, name);
      if (!reports.has(name) && selection.includes(name, fqdn))
        reports.set(name, work.failed(name, fqdn, findings));
    }
  } finally {
    await lists.return?.();
  }
  return [...reports.values()];
}

type Named<Report> = readonly (readonly [name: string, report: Report])[];

const addressOf = (found: SiteListing): string | null =>
  found.kind === 'list' ? found.list.fqdn : null;

async function reportsOf<Report>(
  found: SiteListing,
  selection: Selection,
  readLists: ReadLists,
  work: ListWork<Report> | UnitWork<Report>,
): Promise<Named<Report>> {
  const { name } = found.list;
  const identities = 'identities' in work ? work.identities : null;
  const into = identities?.mergedInto.get(name);
  // Its target reads it, and reports on it.
  if (into !== undefined && selection.includes(into.name, into.fqdn)) return [];
  if (found.kind === 'unreadable') {
    const failed = [name, work.failed(name, null, found.list.findings)] as const;
    const parts = identities?.mergedFrom.get(name) ?? [];
    return [
      failed,
      ...parts.map(
        (part) =>
          [part.name, work.failed(part.name, part.fqdn, [targetFailed(part.name, name)])] as const,
      ),
    ];
  }
  if (into !== undefined && 'apart' in work) return [[name, work.apart(found.list, into)]];
  if (!('part' in work)) return [[name, await guarded({ list: found.list, merged: [] }, work)]];
  return mergedReports(found.list, readLists, work);
}

async function mergedReports<Report>(
  list: Mailman2List,
  readLists: ReadLists,
  work: UnitWork<Report>,
): Promise<Named<Report>> {
  const parts = work.identities.mergedFrom.get(list.name) ?? [];
  const merged: Mailman2List[] = [];
  const broken: UnreadableList[] = [];
  try {
    if (parts.length > 0) {
      for await (const found of readLists(parts.map(({ name }) => name))) {
        if (found.kind === 'list') merged.push(found.list);
        else broken.push(found.list);
      }
    }
  } catch (error) {
    return [list, ...parts].map(({ name, fqdn }) => [
      name,
      work.failed(name, fqdn, failureFindings(error, name)),
    ]);
  }
  if (broken.length > 0) {
    // Without them their people would count as gone, and be removed where they came along before.
    const failed = [list, ...merged].map(({ name, fqdn }) => {
      const findings = broken.map((part) => partUnreadable(name, part.name));
      return [name, work.failed(name, fqdn, findings)] as const;
    });
    const reasons = broken.map(
      ({ name, findings }) => [name, work.failed(name, null, findings)] as const,
    );
    return [...failed, ...reasons];
  }
  const whole = await guarded({ list, merged }, work);
  if (merged.length === 0) return [[list.name, whole]];
  return [list, ...merged].map((part) => [part.name, work.part(whole, part)]);
}

const partUnreadable = (name: string, part: string): Diagnostic => ({
  code: 'merge.part-unreadable',
  severity: 'error',
  list: name,
  summary: `${part}, which is to be part of the same list, cannot be read`,
  why: 'without it, its people would count as gone',
  next: `mend ${part} first, or remove lists: merge: { "${part}": … } from mm2to3.yaml`,
});

/** Findings of one of several lists; those of no list are the first one's. */
export const findingsOf = (
  findings: readonly Diagnostic[],
  name: string,
  first: string,
): readonly Diagnostic[] => findings.filter(({ list }) => (list ?? first) === name);

/** Why nothing was done with a list that goes into another one. */
export const apartFinding = (name: string, into: SiteName): Diagnostic => ({
  code: 'merge.without-target',
  severity: 'warning',
  list: name,
  summary: `nothing was done: ${name} is to be merged into ${into.name}`,
  why: 'it is migrated together with that list, which this run does not mean',
  next: `run the same command for ${into.name}`,
});

const targetFailed = (name: string, target: string): Diagnostic => ({
  code: 'merge.target-unreadable',
  severity: 'error',
  list: name,
  summary: `${name} is to be merged into ${target}, which cannot be read`,
  next: `mend ${target} first: its own findings say what is wrong`,
});

async function guarded<Report>(unit: ListUnit, work: ListWork<Report>): Promise<Report> {
  const { name, fqdn } = unit.list;
  try {
    return await work.list(unit);
  } catch (error) {
    return work.failed(name, fqdn, failureFindings(error, name));
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
