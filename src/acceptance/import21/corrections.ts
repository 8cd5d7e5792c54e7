// SPDX-License-Identifier: GPL-3.0-or-later
import { isJsonObject, type Json, jsonText } from '../../model/json.js';
import { isTruthy, stringsAttribute } from '../../model/mailman2-list.js';
import { type Correction, lostItsAccents, oldMember, oldText } from './correction.js';

const OFFICERS = ['owner', 'moderator', 'nonmember'];
const ROSTERS = [...OFFICERS, 'member'];
const OFFICER_ATTRIBUTES = [
  'owner',
  'moderator',
  'accept_these_nonmembers',
  'hold_these_nonmembers',
  'reject_these_nonmembers',
  'discard_these_nonmembers',
];
const NEVER = '1970-01-01T00:00:00';

// With the line of underscores or dashes above it, as releases differ.
const DEFAULT_FOOTER =
  /^(?:(?:-- ?|_+)\n)?%\(real_name\)s mailing list\n%\(real_name\)s@%\(host_name\)s\n%\(web_page_url\)slistinfo%\(cgiext\)s\/%\(_internal_name\)s\s*$/;

/** Every way in which the two results differ: what import21 gets wrong, and what it is to be. */
export const CORRECTIONS: readonly Correction[] = [
  {
    area: 'setting',
    key: ['description', 'info', 'subject_prefix'],
    reason: "texts are read in the character set of the list's language",
    holds: ({ ours, theirs }) => lostItsAccents(ours, theirs),
  },
  {
    area: ROSTERS,
    field: ['address name', 'user name'],
    reason: 'names keep their accents',
    holds: ({ key, ours, theirs }, old) =>
      oldMember(old, key)?.name === ours && lostItsAccents(ours, theirs),
  },
  {
    area: 'setting',
    key: 'digest_size_threshold',
    reason: "the digest's size limit (`digest_size_threshhold`) is kept",
    holds: ({ ours, theirs }, old) =>
      ours === old.attributes['digest_size_threshhold'] && theirs === 30,
  },
  {
    area: 'setting',
    key: 'digests_enabled',
    reason: 'a list without digests (`digestable`) stays without them',
    holds: ({ ours }, old) => ours === isTruthy(old.attributes['digestable']),
  },
  {
    area: 'setting',
    key: 'unsubscription_policy',
    reason: 'members whose leaving the owner had to approve (`unsubscribe_policy`) still need that',
    holds: ({ ours }, old) =>
      ours === 'confirm_then_moderate' && isTruthy(old.attributes['unsubscribe_policy']),
  },
  {
    area: 'setting',
    key: 'bounce_score_threshold',
    reason: 'a fractional bounce threshold is rounded up',
    holds: ({ ours, theirs }, old) =>
      theirs === old.attributes['bounce_score_threshold'] && ours === Math.ceil(Number(theirs)),
  },
  {
    area: 'setting',
    key: 'acceptable_aliases',
    reason: "the list's own name is escaped and, after a rename, still the old one",
    holds: ({ ours }, { name }) =>
      /\W/.test(name) &&
      Array.isArray(ours) &&
      ours.includes(`^${name.replaceAll(/[^\w@-]/g, '\\$&')}@`),
  },
  {
    area: 'setting',
    key: 'autoresponse_postings_text',
    reason: 'placeholders of automatic responses are translated',
    holds: ({ ours, theirs }) =>
      typeof theirs === 'string' &&
      ours === theirs.replaceAll('%(listname)s', () => '${display_name}'),
  },
  {
    area: 'setting',
    key: ['last_post_at', 'digest_last_sent_at'],
    reason: 'what never happened has no date (import21: 1 January 1970)',
    holds: ({ ours, theirs }) => ours === null && theirs === NEVER,
  },
  {
    area: 'setting',
    key: 'next_request_id',
    reason: "Core's own counters are left to Core",
    holds: ({ ours, theirs }, old) => ours === 1 && theirs === old.attributes['next_request_id'],
  },
  {
    area: 'member',
    field: ['bounce_score', 'last_bounce_received', 'total_warnings_sent'],
    reason: 'bounce scores, their dates and the warnings sent are kept',
    holds: ({ key }, old) => oldMember(old, key)?.bounce != null,
  },
  {
    area: 'member',
    field: 'warned',
    reason: 'members disabled by bounces are not all warned at once',
    holds: ({ key, ours }, old) => ours === true && oldMember(old, key)?.deliveryStatus === 4,
  },
  {
    area: 'owner',
    field: [
      'moderation_action',
      'hide_address',
      'receive_list_copy',
      'acknowledge_posts',
      'receive_own_postings',
    ],
    reason: 'options of a member do not spill over to the same person as owner',
    holds: ({ key }, old) => oldMember(old, key) !== undefined,
  },
  {
    area: OFFICERS,
    field: 'original email',
    reason: 'addresses of owners, moderators and nonmembers keep their capitals',
    holds: ({ ours }, old) =>
      OFFICER_ATTRIBUTES.some((attribute) =>
        stringsAttribute(old, attribute).includes(jsonText(ours) ?? ''),
      ),
  },
  {
    area: OFFICERS,
    field: 'verified',
    reason: 'an address of which Mailman 2 never knew a confirmation is not taken for confirmed',
    holds: ({ ours, key }, old) => ours === false && oldMember(old, key) === undefined,
  },
  {
    area: ROSTERS,
    field: 'user preferred_language',
    reason: "a new account has the site's language; memberships have their own",
    holds: ({ ours, theirs }) => ours === 'en' && theirs === null,
  },
  {
    area: 'template',
    key: ['list:member:regular:footer', 'list:member:digest:footer'],
    field: 'text',
    reason: "Mailman 2's default footer becomes Mailman 3's",
    holds: ({ key, ours }, old) =>
      DEFAULT_FOOTER.test(oldText(old, key.includes('digest') ? 'digest_footer' : 'msg_footer')) &&
      typeof ours === 'string' &&
      ours.endsWith('$short_listname-leave@$domain'),
  },
  {
    area: 'template',
    key: 'list:member:regular:footer',
    field: 'text',
    reason: "links to a list's old page lead to its page in Postorius",
    holds: ({ ours, theirs }, old) =>
      oldText(old, 'msg_footer').includes('listinfo') &&
      !DEFAULT_FOOTER.test(oldText(old, 'msg_footer')) &&
      typeof ours === 'string' &&
      ours.includes('/postorius/lists/') &&
      typeof theirs === 'string' &&
      !theirs.includes('postorius'),
  },
  {
    area: 'template',
    key: 'list:user:notice:welcome',
    field: 'text',
    reason: "the list's own words of welcome are kept",
    holds: ({ ours }, old) =>
      typeof ours === 'string' &&
      oldText(old, 'welcome_msg') !== '' &&
      ours.includes(oldText(old, 'welcome_msg')),
  },
  {
    area: 'held',
    field: '*',
    reason: 'held messages wait for their moderators',
    holds: ({ ours, theirs }, { requests }) =>
      theirs === undefined &&
      requests.held.some(
        ({ sender, reason }) =>
          isJsonObject(ours) && ours['_mod_sender'] === sender && ours['_mod_reason'] === reason,
      ),
  },
  {
    area: 'waiting',
    field: '*',
    reason: 'so do requests to join or to leave',
    holds: ({ key, theirs }, { requests }) =>
      theirs === undefined &&
      requests.membership.some(({ kind, address }) => key === `${kind} ${address}`),
  },
  {
    area: 'header match',
    field: '*',
    reason: 'a header filter looks at the headers that it is for',
    // `^(To|Cc):…` is no header of that name, and a pattern cannot have its flags in the middle.
    holds: ({ ours, theirs }, old) =>
      isTruthy(old.attributes['header_filter_rules']) &&
      (ours === undefined) !== (theirs === undefined) &&
      chainOf(theirs) !== 'accept',
  },
  {
    area: 'header match',
    field: '*',
    reason: 'one with the action accept does not become a way around every other check',
    holds: ({ ours, theirs }) => ours === undefined && chainOf(theirs) === 'accept',
  },
  {
    area: 'nonmember',
    field: '*',
    reason: 'a list that is named among nonmembers (`@list`) stands for its members of today',
    holds: ({ ours, theirs }, old) =>
      theirs === undefined &&
      ours !== undefined &&
      OFFICER_ATTRIBUTES.some((attribute) =>
        stringsAttribute(old, attribute).some((entry) => entry.startsWith('@')),
      ),
  },
];

const chainOf = (whole: Json | undefined): Json | undefined =>
  isJsonObject(whole) ? whole['chain'] : undefined;

/** What the program does not carry over yet, though import21 does; to become empty. */
export const BEHIND: readonly Correction[] = [
  {
    area: 'setting',
    key: [
      'bounce_matching_headers',
      'digest_is_default',
      'forward_auto_discards',
      'member_moderation_notice',
      'nonmember_rejection_notice',
    ],
    reason: 'attributes that REST does not reach',
    holds: ({ key, theirs }, old) =>
      JSON.stringify(old.attributes[key]) === JSON.stringify(theirs) ||
      Boolean(old.attributes[key]) === theirs,
  },
];
