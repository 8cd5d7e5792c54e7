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
  if (!('part' in work)) {
    const { name } = found.list;
    if (found.kind === 'list')
      return [[name, await guarded({ list: found.list, merged: [] }, work)]];
    return [[name, work.failed(name, null, found.list.findings)]];
  }
  const reports: (readonly [string, Report])[] = [];
  for (const each of await unitsOf(found, selection, readLists, work.identities)) {
    if (each.kind === 'failed') {
      const { name, fqdn, findings } = each;
      reports.push([name, work.failed(name, fqdn, findings)]);
    } else if (each.kind === 'apart') {
      reports.push([each.list.name, work.apart(each.list, each.into)]);
    } else {
      const { list, merged } = each.unit;
      const whole = await guarded(each.unit, work);
      if (merged.length === 0) reports.push([list.name, whole]);
      else for (const part of [list, ...merged]) reports.push([part.name, work.part(whole, part)]);
    }
  }
  return reports;
}

/** What a list of the old site is on the new side. */
export type FoundUnit =
  | { readonly kind: 'unit'; readonly unit: ListUnit }
  | {
      readonly kind: 'failed';
      readonly name: string;
      readonly fqdn: string | null;
      readonly findings: readonly Diagnostic[];
    }
  | { readonly kind: 'apart'; readonly list: Mailman2List; readonly into: SiteName };

/** Gathers what belongs together with a list that was read; lists that are to be merged are read. */
export async function unitsOf(
  found: SiteListing,
  selection: Selection,
  readLists: ReadLists,
  identities: SiteIdentities,
): Promise<readonly FoundUnit[]> {
  const { name } = found.list;
  const into = identities.mergedInto.get(name);
  // Its target reads it, and reports on it.
  if (into !== undefined && selection.includes(into.name, into.fqdn)) return [];
  const parts = identities.mergedFrom.get(name) ?? [];
  if (found.kind === 'unreadable') {
    const own = { kind: 'failed', name, fqdn: null, findings: found.list.findings } as const;
    const others = parts.map((part) => {
      return { kind: 'failed', ...part, findings: [targetFailed(part.name, name)] } as const;
    });
    return [own, ...others];
  }
  const { list } = found;
  if (into !== undefined) return [{ kind: 'apart', list, into }];
  const merged: Mailman2List[] = [];
  const broken: UnreadableList[] = [];
  try {
    if (parts.length > 0) {
      for await (const part of readLists(parts.map((each) => each.name))) {
        if (part.kind === 'list') merged.push(part.list);
        else broken.push(part.list);
      }
    }
  } catch (error) {
    return [list, ...parts].map(({ name: each, fqdn }) => {
      return { kind: 'failed', name: each, fqdn, findings: failureFindings(error, each) };
    });
  }
  if (broken.length === 0) return [{ kind: 'unit', unit: { list, merged } }];
  // Without them their people would count as gone, and be removed where they came along before.
  const failed = [list, ...merged].map(({ name: each, fqdn }) => {
    const findings = broken.map((part) => partUnreadable(each, part.name));
    return { kind: 'failed', name: each, fqdn, findings } as const;
  });
  const reasons = broken.map((part) => {
    return { kind: 'failed', name: part.name, fqdn: null, findings: part.findings } as const;
  });
  return [...failed, ...reasons];
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
  const refused = systemError(error);
  if (refused === null) throw error;
  return [{ ...refused, list }];
}

/** What the operating system refused: a full or read-only disk, rights; null for anything else. */
export function systemError(error: unknown): Diagnostic | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return null;
  return {
    code: 'run.system-error',
    severity: 'error',
    summary: `the system refused ${syscall}: ${code}`,
    why: error.message,
    next: 'mend that (a full disk, rights), then run the same command again',
    ...(path === undefined ? {} : { path }),
  };
}
