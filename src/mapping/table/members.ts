// SPDX-License-Identifier: GPL-3.0-or-later
import { type AttributeRow, carried, internal, unsupported } from '../row.js';

/**
 * What a list keeps of each member, address by address; the roster carries it. The verdicts of a
 * list name none of these but passwords: each member is in the plan instead.
 */
export const MEMBERS: readonly AttributeRow[] = [
  carried('members', 'members', 'each address in the case that was typed'),
  carried('digest_members', 'members', 'delivery mode: MIME or plain-text digests'),
  carried('user_options', 'members', 'each option becomes a preference of the member'),
  carried('language', 'members', "the member's preferred language"),
  carried('usernames', 'members', "the member's display name"),
  carried('delivery_status', 'members', 'who disabled delivery; since when is not kept'),
  carried('bounce_info', 'members', "score and date of bounces, where Core's host is reachable"),
  unsupported(
    'topics_userinterest',
    'Mailman 3 does not offer topics',
    'members filter by subject in their own mail programs',
  ),
  internal('one_last_digest', 'members who still get one digest; send it before the switch'),
  internal('passwords', 'never leave the old server; members confirm their address anew'),
  {
    ...unsupported(
      'password',
      'passwords never leave the old server',
      'owners log in to Postorius with an account of their own, under the address they own it by',
    ),
    harmless: true,
  },
  ...['mod_password', 'post_password'].map((attribute) =>
    unsupported(
      attribute,
      'passwords never leave the old server: posts with an Approved: header will be held',
      'give such posters the action accept, or set moderator_password over REST',
    ),
  ),
];
