// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteIdentities } from '../../mapping/identity.js';
import type { BatchEntry } from '../../model/batch.js';
import type { Selection } from '../select.js';
import type { Workspace } from '../workspace.js';
import { JOURNAL, readJournal } from './journal.js';

/**
 * The lists that are meant, in the order in which they were named. One that is to be merged into
 * another of them counts with that; a name that the site does not know has a place all the same.
 */
export function batchEntries(
  selection: Selection,
  site: readonly BatchEntry[],
  { mergedInto, mergedFrom }: Pick<SiteIdentities, 'mergedInto' | 'mergedFrom'>,
): readonly BatchEntry[] {
  const meant = site.filter(({ name, fqdn }) => selection.includes(name, fqdn));
  const names = new Set(meant.map(({ name }) => name));
  const known = new Map(site.map((entry) => [entry.name, entry]));
  const whole = meant
    .filter(({ name }) => !names.has(mergedInto.get(name)?.name ?? ''))
    .map((entry) => {
      const parts = (mergedFrom.get(entry.name) ?? []).flatMap(({ name }) => known.get(name) ?? []);
      return parts.reduce(
        (sum, { members, archiveBytes }) => ({
          ...sum,
          members: sum.members + members,
          archiveBytes: sum.archiveBytes + archiveBytes,
        }),
        entry,
      );
    });
  const unknown = selection.names
    .filter((name) => !known.has(name))
    .map((name) => ({ name, fqdn: null, members: 0, archiveBytes: 0 }));
  const place = new Map(selection.names.map((name, at) => [name, at]));
  const rank = ({ name }: BatchEntry): number => place.get(name) ?? 0;
  return [...whole, ...unknown].toSorted((a, b) => rank(a) - rank(b));
}

/** Lists that an earlier batch ended well: a hint for the order, by their journals. */
export async function finishedBefore(
  entries: readonly BatchEntry[],
  workspace: Workspace,
): Promise<ReadonlySet<string>> {
  const done = new Set<string>();
  for (const { name } of entries) {
    const folder = await workspace.list(name);
    const last = (await readJournal(folder.path(JOURNAL))).findLast(
      ({ event }) => event === 'ended' || event === 'begun' || event === 'interrupted',
    );
    if (last?.event === 'ended' && last.outcome !== 'failed') done.add(name);
  }
  return done;
}
