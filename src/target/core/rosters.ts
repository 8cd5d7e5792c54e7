// SPDX-License-Identifier: GPL-3.0-or-later
import type { DesiredMember, ObservedMember, Role, Rosters } from '../../model/mailman3-list.js';
import type { MemberOutcome, MembershipChange } from '../../plan/target-port.js';

/** One way to read and write the rosters of a list; both ways leave the same state. */
export interface RosterAccess {
  /** How many memberships one call takes at most. */
  readonly batch: number;
  read(listId: string): Promise<Rosters<ObservedMember>>;
  add(
    listId: string,
    role: Role,
    members: readonly DesiredMember[],
  ): Promise<readonly MemberOutcome[]>;
  change(
    listId: string,
    role: Role,
    changes: readonly MembershipChange[],
  ): Promise<readonly MemberOutcome[]>;
}
