// SPDX-License-Identifier: GPL-3.0-or-later
import {
  isTruthy,
  type Mailman2List,
  numberAttribute,
  truthyAttribute,
} from '../../model/mailman2-list.js';
import { text } from '../conversions.js';
import {
  type AttributeRow,
  changed,
  type Conversion,
  exact,
  kept,
  unsupported,
  unneeded,
} from '../row.js';

// Both of Mailman 2's attributes by their values (Handlers/SpamDetect.py, CookHeaders.py,
// WrapMessage.py); from_is_list has the first three only.
const ACTIONS = ['no_mitigation', 'munge_from', 'wrap_message', 'reject', 'discard'] as const;
const WRAP = 2;
const REJECT = 3;

interface Dmarc {
  /** What is done to all mail: 0 to 2. */
  readonly always: number;
  /** What is done to mail from domains with a DMARC policy: 0 to 4. */
  readonly onPolicy: number;
}

/** Mailman 2 munges for any other value of from_is_list, and ignores others of the second. */
function dmarc(list: Mailman2List): Dmarc {
  const always = numberAttribute(list, 'from_is_list');
  const onPolicy = numberAttribute(list, 'dmarc_moderation_action') ?? 0;
  return {
    always: always === WRAP ? WRAP : truthyAttribute(list, 'from_is_list') ? 1 : 0,
    onPolicy: ACTIONS[onPolicy] === undefined ? 0 : onPolicy,
  };
}

/** Whether every message is changed, so that no policy need be looked up. */
const onAllMail = ({ always, onPolicy }: Dmarc): boolean => always > 0 && onPolicy < REJECT;

/**
 * Mailman 2 has one action for all mail and one for mail whose sender's domain has a DMARC policy;
 * Core has one, and says whether it applies to all mail. Unconditional rejection it has not.
 */
const action: Conversion = (_value, list) => {
  const both = dmarc(list);
  const { always, onPolicy } = both;
  if (onAllMail(both)) {
    return always === onPolicy || onPolicy === 0
      ? kept(ACTIONS[always] ?? 'munge_from')
      : kept(
          ACTIONS[always] ?? 'munge_from',
          'Core has one way for all senders, those with a DMARC policy as well',
        );
  }
  const chosen = ACTIONS[onPolicy] ?? 'no_mitigation';
  return always === 0
    ? kept(chosen)
    : changed(chosen, 'applies only to senders with a DMARC policy; other mail stays as it is');
};

const also: AttributeRow['also'] = (_value, list) => ({
  dmarc_mitigate_unconditionally: onAllMail(dmarc(list)),
});

/** True where nobody's policy matters: no action, or the same one for all. */
const policyUnused = (list: Mailman2List): boolean => {
  const both = dmarc(list);
  return both.onPolicy === 0 || onAllMail(both);
};

const ALL_MAIL = 'set DMARC mitigation to unconditional in Postorius: then it covers all senders';

/** Mail from domains that tell others to refuse it when it comes by way of a list. */
export const DMARC: readonly AttributeRow[] = [
  exact('dmarc_moderation_action', 'dmarc_mitigate_action', action, {
    also,
    limit: 'one action only where from_is_list has another',
    instead: ALL_MAIL,
  }),
  exact('from_is_list', 'dmarc_mitigate_action', action, {
    also, // releases before 2.1.18 have this attribute only
    reason: 'munging or wrapping of all mail; with dmarc_moderation_action',
    limit: 'rejected or discarded is only what the policy concerns, and nothing else is munged',
    instead: ALL_MAIL,
  }),
  unneeded(
    'dmarc_quarantine_moderation_action',
    'Core treats a policy of quarantine like one of reject',
    (value, list) => isTruthy(value) || policyUnused(list),
  ),
  unsupported(
    'dmarc_none_moderation_action',
    'Core does nothing for a policy of none',
    ALL_MAIL,
    (value, list) => !isTruthy(value) || policyUnused(list),
  ),
  unsupported(
    'dmarc_moderation_addresses',
    'Core goes by the policy of the domain alone, not by addresses',
    ALL_MAIL,
    (value, list) => !isTruthy(value) || policyUnused(list),
  ),
  exact('dmarc_moderation_notice', 'dmarc_moderation_notice', text),
  exact('dmarc_wrapped_message_text', 'dmarc_wrapped_message_text', text),
];
