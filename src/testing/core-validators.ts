// SPDX-License-Identifier: GPL-3.0-or-later
import type { SettingValue } from '../model/mailman3-list.js';

// What Core 3.3.8 takes for a list's settings: its validators (rest/listconf.py, rest/validator.py,
// lazr.config), and what its database keeps (model/mailinglist.py), on SQLite and on PostgreSQL.

type Check = (value: SettingValue) => boolean;

const boolean: Check = (value) => typeof value === 'boolean';
// Integer columns of PostgreSQL have 32 bits.
const integer: Check = (value) => Number.isInteger(value) && within(value, 0, 2 ** 31 - 1);
const float: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const within = (value: SettingValue, least: number, most: number): boolean =>
  typeof value === 'number' && value >= least && value <= most;

const storableText = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);
const text: Check = (value) => typeof value === 'string' && storableText(value);
const line: Check = (value) => text(value) && !String(value).includes('\n');
const texts: Check = (value) => Array.isArray(value) && value.every((item: string) => text(item));
const patterns: Check = (value) =>
  Array.isArray(value) && value.every((item: string) => text(item) && item !== '');
// AcceptableAliasSet.add refuses others, and changes those with capital letters.
const aliases: Check = (value) =>
  Array.isArray(value) &&
  value.every((item: string) => text(item) && /^\^|@/.test(item) && item === item.toLowerCase());

// As SQLite keeps a duration: as a date that far from 1970.
const LAST_DAY = 2_932_896;
const duration: Check = (value) => {
  const match = typeof value === 'string' ? /^(\d+)d(?:(\d+(?:\.\d+)?)s)?$/.exec(value) : null;
  return match !== null && Number(match[1]) + Number(match[2] ?? 0) / 86_400 < LAST_DAY;
};
const oneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && names.includes(value);

const ACTION = oneOf('hold', 'reject', 'discard', 'accept', 'defer');
const RESPONSE = oneOf('none', 'respond_and_discard', 'respond_and_continue');
const POLICY = oneOf('open', 'confirm', 'moderate', 'confirm_then_moderate');

const CHECKS: Readonly<Record<string, Check>> = {
  acceptable_aliases: aliases,
  accept_these_nonmembers: patterns,
  admin_immed_notify: boolean,
  admin_notify_mchanges: boolean,
  administrivia: boolean,
  advertised: boolean,
  allow_list_posts: boolean,
  anonymous_list: boolean,
  archive_policy: oneOf('never', 'private', 'public'),
  archive_rendering_mode: oneOf('text', 'markdown'),
  autorespond_owner: RESPONSE,
  autorespond_postings: RESPONSE,
  autorespond_requests: RESPONSE,
  autoresponse_grace_period: duration,
  autoresponse_owner_text: text,
  autoresponse_postings_text: text,
  autoresponse_request_text: text,
  bounce_info_stale_after: duration,
  bounce_notify_owner_on_bounce_increment: boolean,
  bounce_notify_owner_on_disable: boolean,
  bounce_notify_owner_on_removal: boolean,
  bounce_score_threshold: integer,
  bounce_you_are_disabled_warnings: integer,
  bounce_you_are_disabled_warnings_interval: duration,
  collapse_alternatives: boolean,
  convert_html_to_plaintext: boolean,
  default_member_action: ACTION,
  default_nonmember_action: ACTION,
  description: line,
  digest_send_periodic: boolean,
  digest_size_threshold: float,
  digest_volume_frequency: oneOf('yearly', 'monthly', 'quarterly', 'weekly', 'daily'),
  digests_enabled: boolean,
  discard_these_nonmembers: patterns,
  display_name: text,
  dmarc_mitigate_action: oneOf('no_mitigation', 'munge_from', 'wrap_message', 'reject', 'discard'),
  dmarc_mitigate_unconditionally: boolean,
  dmarc_moderation_notice: text,
  dmarc_wrapped_message_text: text,
  emergency: boolean,
  filter_action: oneOf('hold', 'reject', 'discard', 'accept', 'defer', 'forward', 'preserve'),
  filter_content: boolean,
  filter_extensions: texts,
  filter_types: texts,
  first_strip_reply_to: boolean,
  forward_unrecognized_bounces_to: oneOf('discard', 'administrators', 'site_owner'),
  gateway_to_mail: boolean,
  gateway_to_news: boolean,
  hold_these_nonmembers: patterns,
  include_rfc2369_headers: boolean,
  info: text,
  linked_newsgroup: text,
  max_days_to_hold: integer,
  max_message_size: integer,
  max_num_recipients: integer,
  member_roster_visibility: oneOf('moderators', 'members', 'public'),
  newsgroup_moderation: oneOf('none', 'open_moderated', 'moderated'),
  nntp_prefix_subject_too: boolean,
  pass_extensions: texts,
  pass_types: texts,
  personalize: oneOf('none', 'individual', 'full'),
  posting_pipeline: text,
  preferred_language: text,
  process_bounces: boolean,
  reject_these_nonmembers: patterns,
  reply_goes_to_list: oneOf(
    'no_munging',
    'point_to_list',
    'explicit_header',
    'explicit_header_only',
  ),
  reply_to_address: text,
  require_explicit_destination: boolean,
  respond_to_post_requests: boolean,
  send_goodbye_message: boolean,
  send_welcome_message: boolean,
  subject_prefix: text,
  subscription_policy: POLICY,
  unsubscription_policy: POLICY,
};

/** Whether Core takes a value for a setting of a list, and keeps it as it is. */
export function coreTakes(setting: string, value: SettingValue): boolean {
  return Object.hasOwn(CHECKS, setting) && CHECKS[setting]?.(value) === true;
}
