// SPDX-License-Identifier: GPL-3.0-or-later
import { isTruthy, numberAttribute, truthyAttribute } from '../../model/mailman2-list.js';
import { acceptableAliases } from '../acceptable-aliases.js';
import { count, flag, guard } from '../conversions.js';
import { NOTHING_ASKED } from '../moderation/facts.js';
import { namesLists, soundNonmemberPatterns } from '../moderation/nonmembers.js';
import {
  type AttributeRow,
  approximated,
  carried,
  changed,
  type Conversion,
  exact,
  internal,
  kept,
  lost,
  unsupported,
  unneeded,
} from '../row.js';
import { DMARC } from './dmarc.js';

// Mailman 2's action for members under moderation (Mailman/Handlers/Moderate.py). A moderated list
// must not be open for a moment, whatever stands there.
const memberAction = guard('hold', 'hold', 'reject', 'discard');

const defaultMemberAction: Conversion = (_value, list, context) =>
  truthyAttribute(list, 'default_member_moderation')
    ? memberAction(list.attributes['member_moderation_action'] ?? 0, list, context)
    : kept('defer');

// Addresses of these attributes become nonmember memberships; here go only the patterns, which
// Core's own lists of the same names hold.
const nonmembers = (attribute: string): AttributeRow =>
  exact(
    attribute,
    attribute,
    (value, list, { moderation = NOTHING_ASKED }) => {
      if (!Array.isArray(value)) return lost('not a list');
      const patterns = soundNonmemberPatterns(list, attribute, moderation);
      return namesLists(list, attribute)
        ? kept(patterns, 'members of a list named there become nonmembers once; later ones do not')
        : kept(patterns);
    },
    {
      reason: 'patterns stay patterns; each address becomes a nonmember with this action',
      limit: 'invalid patterns are left out; `@list` becomes the members of today',
      instead: 'care for such nonmembers in Postorius after the switch',
    },
  );

const NONMEMBERS_DISCARDED = 3;

/** Core has a place for the number, and nothing in it ever looks there. */
const daysToHold: Conversion = (value) => {
  const converted = count(value);
  return converted.kind === 'lost' || converted.value === 0
    ? converted
    : changed(converted.value, 'Core keeps the number, but discards no held post by it');
};

/** Who may post, and what becomes of the posts of others. */
export const MODERATION: readonly AttributeRow[] = [
  exact('emergency', 'emergency', flag),
  exact('default_member_moderation', 'default_member_action', defaultMemberAction, {
    reason: 'with member_moderation_action; each member has an action of its own besides',
    limit: 'a moderated list with an action out of range holds',
    instead: 'set the action for members in Postorius',
  }),
  exact('member_moderation_action', 'default_member_action', defaultMemberAction, {
    reason: 'see default_member_moderation',
    limit: 'see there',
    instead: 'set the action for members in Postorius',
  }),
  ...['member_moderation_notice', 'nonmember_rejection_notice'].map((attribute) =>
    unsupported(
      attribute,
      'Core tells refused posters its own reason',
      'put the text into the template list:user:notice:rejected in Postorius',
      (value) => !isTruthy(value),
    ),
  ),
  exact(
    'generic_nonmember_action',
    'default_nonmember_action',
    guard('hold', 'defer', 'hold', 'reject', 'discard'),
    { limit: 'hold where it is out of range', instead: 'set it in Postorius' },
  ),
  nonmembers('accept_these_nonmembers'),
  nonmembers('hold_these_nonmembers'),
  nonmembers('reject_these_nonmembers'),
  nonmembers('discard_these_nonmembers'),
  unneeded(
    'forward_auto_discards',
    'Core does not forward what it discards: choose hold where you want to see such mail',
    (value, list) =>
      !isTruthy(value) ||
      (numberAttribute(list, 'generic_nonmember_action') !== NONMEMBERS_DISCARDED &&
        !truthyAttribute(list, 'discard_these_nonmembers')),
  ),
  exact('require_explicit_destination', 'require_explicit_destination', flag),
  exact('acceptable_aliases', 'acceptable_aliases', acceptableAliases, {
    reason: "Mailman 2's lines are patterns, and the list's own name counted at any domain",
    limit: 'invalid patterns, and the few that Core cannot keep, are left out',
    instead: 'enter the addresses that were meant in Postorius',
  }),
  exact('administrivia', 'administrivia', flag),
  exact('respond_to_post_requests', 'respond_to_post_requests', flag),
  exact('admin_immed_notify', 'admin_immed_notify', flag),
  exact('max_days_to_hold', 'max_days_to_hold', daysToHold, {
    reason: '0: held posts wait for ever, as in Core',
    limit: 'other numbers are kept, but Core discards nothing by them',
    instead:
      'decide on held posts in Postorius from time to time; `mailman notify` reminds of them',
  }),
  approximated(
    'header_filter_rules',
    'header-matches',
    'rule by rule; Core searches one header at a time, after the moderation of members, and leaves mail to -owner alone',
    'look at what plan says of each rule: it tries them on the archive',
    (value) => !isTruthy(value),
  ),
  carried(
    'bounce_matching_headers',
    'bounce_matching_headers',
    "the same lines, written by Core's own Python",
  ),
  ...DMARC,
  unsupported(
    'equivalent_domains',
    'Core compares addresses as they are written',
    'members who post from another domain add that address to their account',
    (value) => !isTruthy(value),
  ),
  unsupported(
    'member_verbosity_threshold',
    'Mailman 3 does not moderate members who post too often',
    'set the moderation of such a member in Postorius',
    (value) => !(typeof value === 'number' && value > 0),
  ),
  internal('member_verbosity_interval', 'belongs to member_verbosity_threshold'),
];
