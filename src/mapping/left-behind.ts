// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';
import type { MappingContext } from './row.js';

interface Rest {
  readonly code: string;
  readonly amount: (list: Mailman2List) => number;
  readonly what: string;
  readonly why: (list: Mailman2List) => string;
  readonly next: string;
  /** Carried over where Core's host can be reached. */
  readonly wantsCore?: true;
}

const WANTS_CORE = "only Core's own Python can put them into its queues without any mail";
const DECIDE =
  "set target: core: python, so that the tool reaches Core's host, or decide on them in the old moderation page before the switch";

// What a list holds besides settings, rosters and archive, and what its owner can do about it.
const RESTS: readonly Rest[] = [
  {
    code: 'mapping.held-messages',
    amount: ({ queues }) => queues.held,
    what: 'held messages',
    why: () => WANTS_CORE,
    next: DECIDE,
    wantsCore: true,
  },
  {
    code: 'mapping.pending-subscriptions',
    amount: ({ queues }) => queues.subscriptions,
    what: 'subscription requests',
    why: () => WANTS_CORE,
    next: DECIDE,
    wantsCore: true,
  },
  {
    code: 'mapping.pending-unsubscriptions',
    amount: ({ queues }) => queues.unsubscriptions,
    what: 'unsubscription requests',
    why: () => WANTS_CORE,
    next: DECIDE,
    wantsCore: true,
  },
  {
    code: 'mapping.unconfirmed-requests',
    amount: ({ queues }) => queues.unconfirmed,
    what: 'requests that nobody confirmed yet',
    why: () => 'the mails about them confirm on the old server only',
    next: 'those who asked can ask again in Mailman 3',
  },
  {
    code: 'mapping.digest-in-progress',
    amount: ({ queues }) => queues.digestBytes,
    what: 'bytes of posts for the next digest',
    why: () => 'Mailman 3 gathers its digests from its own first post on',
    next: 'send the digest on the old server before the switch (cron/senddigests)',
  },
];

/** What stays behind of a list, each kind with its number. */
export function leftBehind(
  list: Mailman2List,
  { reachesCore }: MappingContext,
): readonly Diagnostic[] {
  return RESTS.filter(
    ({ amount, wantsCore }) => amount(list) > 0 && !(wantsCore === true && reachesCore),
  ).map(({ code, amount, what, why, next }) => ({
    code,
    severity: 'warning',
    list: list.name,
    summary: `${amount(list)} ${what} ${amount(list) === 1 ? 'stays' : 'stay'} behind`,
    why: why(list),
    next,
  }));
}
