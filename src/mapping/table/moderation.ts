// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from '../../model/json.js';
import {
  isTruthy,
  type Mailman2List,
  numberAttribute,
  truthyAttribute,
} from '../../model/mailman2-list.js';
import { isAcceptableToCore } from '../../model/email-address.js';
import { choice, count, flag, text } from '../conversions.js';
import {
  type AttributeRow,
  approximate,
  type Conversion,
  exact,
  kept,
  lost,
  unsupported,
  unneeded,
} from '../row.js';

// Mailman 2's action for members under moderation (Mailman/Handlers/Moderate.py).
const memberAction = choice('hold', 'reject', 'discard');

const defaultMemberAction: Conversion = (_value, list, context) =>
  truthyAttribute(list, 'default_member_moderation')
    ? memberAction(numberAttribute(list, 'member_moderation_action') ?? 0, list, context)
    : kept('defer');

// Addresses of these attributes become nonmember memberships; here go only the patterns, which
// Core's own lists of the same names hold.
const patternsOnly: Conversion = (value) =>
  Array.isArray(value)
    ? kept(
        value
          .filter((item): item is string => typeof item === 'string')
          .map((item) => item.trim())
          .filter((item) => item.startsWith('^')),
      )
    : lost('not a list');

const nonmembers = (attribute: string): AttributeRow =>
  exact(attribute, attribute, patternsOnly, {
    reason: 'patterns stay patterns; each address becomes a nonmember with this action',
  });

const escapeForRegExp = (literal: string): string => literal.replaceAll(/[^\w@-]/g, '\\$&');

/**
 * Mailman 2 takes each line as a regular expression that must match from the start, ignoring
 * case, and takes the list's own name at any domain as an explicit destination
 * (Handlers/Hold.py). Core takes a line as a pattern only where it begins with `^`.
 */
const aliases: Conversion = (value, list) => {
  if (typeof value !== 'string') return lost('not a text');
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const converted = lines
    .filter((line) => line !== '')
    .map((line) => (line.startsWith('^') || isAcceptableToCore(line) ? line : `^${line}`));
  return kept([...new Set([...converted, `^${escapeForRegExp(list.name)}@`])]);
};

// The patterns that a fresh list of either version has (Mailman 2: Defaults.py; Core: styles/base.py).
const DEFAULT_BOUNCE_MATCHING = [
  'to: friend@public.com',
  'message-id: relay.comanche.denmark.eu',
  'from: list@listme.com',
  'from: .*@uplinkpro.com',
].join('\n');

function isDefaultBounceMatching(value: Json): boolean {
  if (typeof value !== 'string') return true;
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const meant = lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n');
  return meant === DEFAULT_BOUNCE_MATCHING;
}

const DMARC_ACTIONS = ['no_mitigation', 'munge_from', 'wrap_message', 'reject', 'discard'] as const;

const dmarc = (list: Mailman2List): { always: number; onPolicy: number } => ({
  always: numberAttribute(list, 'from_is_list') ?? 0,
  onPolicy: numberAttribute(list, 'dmarc_moderation_action') ?? 0,
});

/**
 * Mailman 2 has one action for all mail (from_is_list) and one for mail whose sender's domain has
 * a DMARC policy; Core has one action and says whether it applies to all mail.
 */
const dmarcAction: Conversion = (_value, list) => {
  const { always, onPolicy } = dmarc(list);
  const action = DMARC_ACTIONS[Math.max(always, onPolicy)];
  if (action === undefined) return lost(`from_is_list ${always}, DMARC action ${onPolicy}`);
  if (always === 0 || always >= onPolicy) return kept(action);
  return kept(action, 'applies only to senders with a DMARC policy; other mail stays as it is');
};

const dmarcScope: AttributeRow['also'] = (_value, list) => {
  const { always, onPolicy } = dmarc(list);
  return { dmarc_mitigate_unconditionally: always > 0 && always >= onPolicy };
};

export const MODERATION: readonly AttributeRow[] = [
  exact('emergency', 'emergency', flag),
  exact('default_member_moderation', 'default_member_action', defaultMemberAction, {
    reason: 'with member_moderation_action; unmoderated members get defer, the same as before',
  }),
  exact('member_moderation_action', 'default_member_action', defaultMemberAction, {
    reason: 'see default_member_moderation',
  }),
  ...['member_moderation_notice', 'nonmember_rejection_notice'].map((attribute) =>
    unsupported(
      attribute,
      'Core sends its own text: it never reads this one',
      'put the reason into the info text, where refused posters are sent',
      (value) => !isTruthy(value),
    ),
  ),
  exact(
    'generic_nonmember_action',
    'default_nonmember_action',
    choice('defer', 'hold', 'reject', 'discard'),
  ),
  nonmembers('accept_these_nonmembers'),
  nonmembers('hold_these_nonmembers'),
  nonmembers('reject_these_nonmembers'),
  nonmembers('discard_these_nonmembers'),
  unneeded(
    'forward_auto_discards',
    'Core does not forward what it discards: choose hold where you want to see such mail',
    (value) => !isTruthy(value),
  ),
  exact('require_explicit_destination', 'require_explicit_destination', flag),
  exact('acceptable_aliases', 'acceptable_aliases', aliases, {
    reason: "Mailman 2's lines are patterns, and the list's own name counted at any domain",
  }),
  exact('administrivia', 'administrivia', flag),
  exact('respond_to_post_requests', 'respond_to_post_requests', flag),
  exact('admin_immed_notify', 'admin_immed_notify', flag),
  exact('max_days_to_hold', 'max_days_to_hold', count),
  unsupported(
    'header_filter_rules',
    'not carried over yet: Mailman 2 searches the whole header block, Core one header at a time',
    "enter them one by one under the list's header filters in Postorius",
    (value) => !isTruthy(value),
  ),
  unsupported(
    'bounce_matching_headers',
    "Core reads these patterns, but its REST interface does not reach them; Core's defaults apply",
    "enter them under the list's header filters in Postorius",
    isDefaultBounceMatching,
  ),
  exact('dmarc_moderation_action', 'dmarc_mitigate_action', dmarcAction, {
    also: dmarcScope,
  }),
  exact('from_is_list', 'dmarc_mitigate_action', dmarcAction, {
    also: dmarcScope, // releases before 2.1.18 have this attribute only
    reason: 'with dmarc_moderation_action',
  }),
  unneeded(
    'dmarc_quarantine_moderation_action',
    'Core treats a policy of quarantine like one of reject',
    (value, list) => isTruthy(value) || dmarc(list).onPolicy === 0,
  ),
  unsupported(
    'dmarc_none_moderation_action',
    'Core does nothing for a policy of none',
    'set DMARC mitigation to unconditional in Postorius',
    (value) => !isTruthy(value),
  ),
  unsupported(
    'dmarc_moderation_addresses',
    'Core knows no exceptions by address',
    'set DMARC mitigation to unconditional in Postorius',
    (value) => !isTruthy(value),
  ),
  exact('dmarc_moderation_notice', 'dmarc_moderation_notice', text),
  exact('dmarc_wrapped_message_text', 'dmarc_wrapped_message_text', text),
  unsupported(
    'equivalent_domains',
    'Core compares addresses as they are written',
    'members who post from another domain add that address to their account',
    (value) => !isTruthy(value),
  ),
  approximate(
    'bounce_score_threshold',
    'bounce_score_threshold',
    'Core counts whole bounces, so a fraction is rounded up',
    (value) => {
      const number = typeof value === 'number' ? value : Number.NaN;
      if (!(number >= 0)) return lost('not a number of at least 0');
      return kept(Math.ceil(number));
    },
    { unused: (value) => typeof value === 'number' && Number.isInteger(value) },
  ),
];
