// SPDX-License-Identifier: GPL-3.0-or-later
import { isTruthy } from '../../model/mailman2-list.js';
import { flag, guard } from '../conversions.js';
import {
  type AttributeRow,
  approximated,
  carried,
  exact,
  internal,
  kept,
  unsupported,
  unneeded,
} from '../row.js';

/** Who may join and leave, and what they are told. */
export const SUBSCRIPTION: readonly AttributeRow[] = [
  carried('owner', 'owners', 'each address becomes an owner'),
  carried('moderator', 'moderators', 'each address becomes a moderator'),
  exact(
    'subscribe_policy',
    'subscription_policy',
    guard('confirm_then_moderate', 'open', 'confirm', 'moderate', 'confirm_then_moderate'),
    {
      limit: 'confirmation and approval where it is out of range',
      instead: 'set it in Postorius',
    },
  ),
  exact(
    'unsubscribe_policy',
    'unsubscription_policy',
    (value) => kept(isTruthy(value) ? 'confirm_then_moderate' : 'confirm'),
    {
      reason:
        'Mailman 2 always wanted a password or a confirmation before a member left; 1: the owner too',
    },
  ),
  unsupported(
    'subscribe_auto_approval',
    'Mailman 3 approves no subscriptions by address',
    'approve these addresses by hand, or subscribe them as owner',
    (value) => !isTruthy(value),
  ),
  approximated(
    'ban_list',
    'bans',
    'in Mailman 2 a ban keeps people from joining; in Mailman 3 it discards their posts, too',
    'ban in Postorius only whose posts nobody wants either',
    (value) => !isTruthy(value),
  ),
  exact(
    'private_roster',
    'member_roster_visibility',
    guard('moderators', 'public', 'members', 'moderators'),
    { limit: 'moderators only where it is out of range', instead: 'set it in Postorius' },
  ),
  unneeded('obscure_addresses', 'HyperKitty always obscures addresses for strangers', isTruthy),
  unsupported(
    'new_member_options',
    'new members of any list begin with the preferences of the site',
    'tell new members in the welcome text which preferences you advise',
    // No duplicates (256, Mailman 2's own default), no reminders, plain digests, topics: nobody
    // joins for the sake of these.
    (value) =>
      value === false || (typeof value === 'number' && (value & ~(256 | 64 | 32 | 8)) === 0),
  ),
  exact('send_welcome_msg', 'send_welcome_message', flag),
  exact('send_goodbye_msg', 'send_goodbye_message', flag),
  carried('welcome_msg', 'list:user:notice:welcome', 'becomes a part of this template'),
  carried('goodbye_msg', 'list:user:notice:goodbye', 'becomes this template'),
  unneeded(
    'send_reminders',
    'Mailman 3 has no list passwords, so there is nothing to remind of',
    () => true,
  ),
  exact('admin_notify_mchanges', 'admin_notify_mchanges', flag),
  internal('admin_responses', 'when an automatic response was last sent to whom'),
  internal('postings_responses', 'when an automatic response was last sent to whom'),
  internal('request_responses', 'when an automatic response was last sent to whom'),
  internal('hold_and_cmd_autoresponses', 'how many automatic responses went out today'),
];
