// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlannedListReport, PlannedMember, PlanReport } from '../../model/plan-report.js';
import { visible } from '../visible.js';

/** Stands where an address is left out. */
export const HIDDEN_ADDRESS = '⟨address⟩';

// Begins where a run of such characters begins, so that a long text costs one pass.
const ADDRESS =
  /(?<![\p{L}\p{N}._%+'=&!#$*/?{|}~`-])[\p{L}\p{N}._%+'=&!#$*/?{|}~`-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/**
 * A plan as people may see it: nothing in it moves a terminal's cursor or turns the direction of
 * writing, and unless `members` is set no address and no name of a person is left in it. Posting
 * addresses of lists stay.
 */
export function presentable(
  report: PlanReport,
  { members }: { readonly members: boolean },
): PlanReport {
  const postingAddresses = new Set(report.lists.map(({ fqdn }) => fqdn.toLowerCase()));
  return {
    ...each({ ...report, lists: [] }, visible),
    lists: report.lists.map((list) => {
      const line = { name: oneLine(list.name), fqdn: oneLine(list.fqdn) };
      if (members) return { ...each(list, visible), ...line };
      const hide = hider(list.members, postingAddresses);
      const hidden = each({ ...list, members: [] }, (text) => visible(hide(text)));
      return { ...hidden, ...line, members: list.members.map(anonymous) };
    }),
  };
}

const oneLine = (text: string): string => visible(text).replaceAll('\n', '⏎');

const anonymous = (member: PlannedMember): PlannedMember => ({ ...member, address: '', name: '' });

/** Replaces the addresses of members, and whatever else looks like an address of a person. */
function hider(
  members: PlannedListReport['members'],
  postingAddresses: ReadonlySet<string>,
): (text: string) => string {
  // The odd ones only: no pattern finds quoted local parts or addresses without a domain.
  const odd = members
    .map(({ address }) => address)
    .filter((address) => address !== '' && address.replace(ADDRESS, '') !== '')
    .flatMap((address) => [JSON.stringify(address), ...(address.includes('@') ? [address] : [])]);
  const bare = new Set(members.map(({ address }) => address));
  return (text) =>
    bare.has(text)
      ? HIDDEN_ADDRESS
      : odd
          .reduce((rest, address) => rest.replaceAll(address, HIDDEN_ADDRESS), text)
          .replaceAll(ADDRESS, (found) =>
            postingAddresses.has(found.toLowerCase()) ? found : HIDDEN_ADDRESS,
          );
}

/** The same value with every text in it, at any depth, as `change` makes it; keys of objects too. */
function each<Value>(value: Value, change: (text: string) => string): Value {
  const walk = (inner: unknown): unknown => {
    if (typeof inner === 'string') return change(inner);
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([key, item]) => [change(key), walk(item)]),
    );
  };
  return walk(value) as Value;
}
