// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlannedListReport, PlannedMember, PlanReport } from '../../model/plan-report.js';
import { ADDRESS, eachText, HIDDEN_ADDRESS, oneLine, withoutAddresses } from '../private-texts.js';
import { visible } from '../visible.js';

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
    ...eachText({ ...report, lists: [] }, visible),
    lists: report.lists.map((list) => {
      const line = { name: oneLine(list.name), fqdn: oneLine(list.fqdn) };
      if (members) return { ...eachText(list, visible), ...line };
      const hide = hider(list.members, postingAddresses);
      const hidden = eachText({ ...list, members: [] }, (text) => visible(hide(text)));
      return { ...hidden, ...line, members: list.members.map(anonymous) };
    }),
  };
}

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
      : withoutAddresses(
          odd.reduce((rest, address) => rest.replaceAll(address, HIDDEN_ADDRESS), text),
          postingAddresses,
        );
}
