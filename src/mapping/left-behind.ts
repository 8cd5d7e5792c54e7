// SPDX-License-Identifier: GPL-3.0-or-later
import type { Diagnostic } from '../diagnostics.js';
import type { Mailman2List } from '../model/mailman2-list.js';

interface Rest {
  readonly code: string;
  readonly amount: (list: Mailman2List) => number;
  readonly what: string;
  readonly next: string;
}

// What a list holds besides settings, rosters and archive, and what its owner can do about it.
const RESTS: readonly Rest[] = [
  {
    code: 'mapping.held-messages',
    amount: ({ queues }) => queues.held,
    what: 'held messages',
    next: 'decide on them in the old moderation page before the switch',
  },
  {
    code: 'mapping.pending-subscriptions',
    amount: ({ queues }) => queues.subscriptions,
    what: 'subscription requests',
    next: 'decide on them in the old moderation page before the switch',
  },
  {
    code: 'mapping.pending-unsubscriptions',
    amount: ({ queues }) => queues.unsubscriptions,
    what: 'unsubscription requests',
    next: 'decide on them in the old moderation page before the switch',
  },
  {
    code: 'mapping.unconfirmed-requests',
    amount: ({ queues }) => queues.unconfirmed,
    what: 'requests that nobody confirmed yet',
    next: 'those who asked can ask again in Mailman 3',
  },
  {
    code: 'mapping.digest-in-progress',
    amount: ({ queues }) => queues.digestBytes,
    what: 'bytes of posts for the next digest',
    next: 'send the digest on the old server before the switch (cron/senddigests)',
  },
  {
    code: 'mapping.custom-templates',
    amount: ({ templates }) => templates.length,
    what: 'texts of its own',
    next: 'enter them in Postorius as templates of the list',
  },
];

/** What stays behind of a list, each kind with its number. */
export function leftBehind(list: Mailman2List): readonly Diagnostic[] {
  return RESTS.filter(({ amount }) => amount(list) > 0).map(({ code, amount, what, next }) => ({
    code,
    severity: 'warning',
    list: list.name,
    summary: `${amount(list)} ${what} ${amount(list) === 1 ? 'stays' : 'stay'} behind`,
    why:
      code === 'mapping.custom-templates'
        ? `they are not carried over yet: ${list.templates.join(', ')}`
        : 'the queues of the old server are not carried over yet',
    next,
  }));
}
