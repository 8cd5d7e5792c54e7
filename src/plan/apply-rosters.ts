// SPDX-License-Identifier: GPL-3.0-or-later
import { type Diagnostic, isTrouble } from '../diagnostics.js';
import type { DesiredList, DesiredMember, Role } from '../model/mailman3-list.js';
import type { Memory } from './applied-memory.js';
import type { Operation } from './operation.js';
import type { MemberOutcome, Target } from './target-port.js';

type MembershipOperation = Extract<Operation, { readonly role: Role }>;
export type SingleOperation = Exclude<Operation, MembershipOperation>;
type Kind = MembershipOperation['kind'];
type OfKind<K extends Kind> = Extract<MembershipOperation, { readonly kind: K }>;

/** What an apply has to tell, gathered while it runs. */
export interface Result {
  readonly refused: Diagnostic[];
  readonly notes: Diagnostic[];
  /** Memberships that Core refused, as `role address`: nothing more can be done for them. */
  readonly left: Set<string>;
}

const keyOf = (role: Role, email: string): string => `${role} ${email.toLowerCase()}`;

/** Whether Core refused a membership in this apply. */
export const isLeft = ({ left }: Result, role: Role, email: string): boolean =>
  left.has(keyOf(role, email));

/** A plan's operations in their order, with the memberships of one role as one step. */
export function stepsOf(
  operations: readonly Operation[],
): readonly (SingleOperation | readonly MembershipOperation[])[] {
  const steps: (SingleOperation | MembershipOperation[])[] = [];
  for (const operation of operations) {
    const last = steps.at(-1);
    if (!('role' in operation)) steps.push(operation);
    else if (Array.isArray(last) && last[0]?.role === operation.role) last.push(operation);
    else steps.push([operation]);
  }
  return steps;
}

/**
 * Writes memberships of one role, as many at a time as the target takes, and remembers them;
 * returns how many were done. What Core refuses is among the result's findings.
 */
export async function applyMemberships(
  desired: DesiredList,
  operations: readonly MembershipOperation[],
  target: Target,
  memory: Memory,
  result: Result,
): Promise<number> {
  const [first] = operations;
  if (first === undefined) return 0;
  const { listId, sourceName } = desired;
  const { role } = first;
  let done = 0;

  const settle = (member: DesiredMember, { email, refused, nameKept }: MemberOutcome): void => {
    if (refused !== null) {
      result.refused.push({ ...refused, severity: 'warning', list: sourceName });
      result.left.add(keyOf(role, email));
      return;
    }
    memory.memberApplied(role, email, member);
    done += 1;
    if (nameKept !== null) result.notes.push(nameStays(sourceName, member, nameKept));
  };
  async function inBatches<Each extends OfKind<'add-member'> | OfKind<'change-member'>>(
    all: readonly Each[],
    write: (batch: readonly Each[]) => Promise<readonly MemberOutcome[]>,
  ): Promise<void> {
    for (let at = 0; at < all.length; at += target.rosterBatch) {
      const batch = all.slice(at, at + target.rosterBatch);
      const members = new Map(batch.map(({ member }) => [member.email.toLowerCase(), member]));
      await memory.willWrite(role, [...members.keys()]);
      for (const outcome of await write(batch)) {
        const member = members.get(outcome.email.toLowerCase());
        if (member !== undefined) settle(member, outcome);
      }
      memory.nothingPending();
      await memory.save();
    }
  }

  await inBatches(ofKind(operations, 'add-member'), (batch) =>
    target.addMembers(
      listId,
      role,
      batch.map(({ member }) => member),
    ),
  );
  await inBatches(ofKind(operations, 'change-member'), (batch) =>
    target.changeMembers(
      listId,
      role,
      batch.map(({ memberId, member, change }) => ({ memberId, email: member.email, change })),
    ),
  );
  for (const { memberId, email } of ofKind(operations, 'remove-member')) {
    try {
      await target.removeMember(memberId);
      memory.memberApplied(role, email, null);
      done += 1;
    } catch (error) {
      if (!isTrouble(error, 'target.refused')) throw error;
      result.refused.push({ ...error.diagnostic, severity: 'warning', list: sourceName });
    }
  }
  return done;
}

const ofKind = <K extends Kind>(
  operations: readonly MembershipOperation[],
  kind: K,
): readonly OfKind<K>[] =>
  operations.filter((operation): operation is OfKind<K> => operation.kind === kind);

/** The finding about a name that Mailman 3 has already, and that is not overwritten. */
export const nameStays = (
  list: string,
  { email, displayName }: Pick<DesiredMember, 'email' | 'displayName'>,
  kept: string,
): Diagnostic => ({
  code: 'roster.name-stays',
  severity: 'info',
  list,
  summary: `${email} stays ${JSON.stringify(kept)}, which this list calls ${JSON.stringify(displayName)}`,
  why: 'Mailman 3 keeps one name of an address for all of its lists, and this one was there first',
  next: "change it in Postorius, on the user's page, if it is wrong",
});
