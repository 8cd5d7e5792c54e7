// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from 'vitest';
import { ATTRIBUTE_GROUPS, ATTRIBUTE_TABLE } from './attribute-table.js';
import { MAILMAN2_DEFAULTS } from './defaults.js';

// What Mailman's own classes give a list (their InitVars, and what its programs add), release by
// release. Names are facts; their meaning is in the table.
const OF_2_1_39 = `
  _internal_name accept_these_nonmembers acceptable_aliases admin_immed_notify
  admin_member_chunksize admin_notify_mchanges admin_responses administrivia advertised
  anonymous_list archive archive_private archive_volume_frequency autorespond_admin
  autorespond_postings autorespond_requests autoresponse_admin_text autoresponse_graceperiod
  autoresponse_postings_text autoresponse_request_text available_languages ban_list bounce_info
  bounce_info_stale_after bounce_matching_headers bounce_notify_owner_on_bounce_increment
  bounce_notify_owner_on_disable bounce_notify_owner_on_removal bounce_processing
  bounce_score_threshold bounce_unrecognized_goes_to_list_owner bounce_you_are_disabled_warnings
  bounce_you_are_disabled_warnings_interval collapse_alternatives convert_html_to_plaintext
  created_at data_version default_member_moderation delivery_status description digest_footer
  digest_header digest_is_default digest_last_sent_at digest_members digest_send_periodic
  digest_size_threshhold digest_volume_frequency digestable discard_these_nonmembers
  dmarc_moderation_action dmarc_moderation_addresses dmarc_moderation_notice
  dmarc_none_moderation_action dmarc_quarantine_moderation_action dmarc_wrapped_message_text
  drop_cc emergency encode_ascii_prefixes equivalent_domains filter_action filter_content
  filter_filename_extensions filter_mime_types first_strip_reply_to forward_auto_discards
  from_is_list gateway_to_mail gateway_to_news generic_nonmember_action goodbye_msg
  header_filter_rules hold_and_cmd_autoresponses hold_these_nonmembers host_name
  include_list_post_header include_rfc2369_headers include_sender_header info language
  last_post_time linked_newsgroup max_days_to_hold max_message_size max_num_recipients
  member_moderation_action member_moderation_notice member_verbosity_interval
  member_verbosity_threshold members mime_is_default_digest mod_password moderator msg_footer
  msg_header new_member_options news_moderation news_prefix_subject_too next_digest_number
  next_post_number next_request_id nntp_host nondigestable nonmember_rejection_notice
  obscure_addresses one_last_digest owner pass_filename_extensions pass_mime_types password
  passwords personalize post_id post_password postings_responses preferred_language private_roster
  real_name regular_exclude_ignore regular_exclude_lists regular_include_lists
  reject_these_nonmembers reply_goes_to_list reply_to_address request_responses
  require_explicit_destination respond_to_post_requests scrub_nondigest send_goodbye_msg
  send_reminders send_welcome_msg subject_prefix subscribe_auto_approval subscribe_policy topics
  topics_bodylines_limit topics_enabled topics_userinterest umbrella_list umbrella_member_suffix
  unsubscribe_policy use_dollar_strings usenet_watermark user_options usernames useropts_version
  volume web_page_url welcome_msg`;
const OF_OLDER_RELEASES = `
  _base_archive_url _lock_file _mime_separator _template_dir accepable_aliases archive_directory
  archive_retain_text_copy archive_update_frequency author_is_list auto_subscribe
  automatic_bounce_action automatically_remove bad_posters clobber_date closed
  dont_respond_to_post_requests filter_prog forbidden_posters max_posts_between_bounces
  member_posting_only mimimum_post_count_before_bounce_action mimimum_post_count_before_removal
  minimum_post_count_before_bounce_action minimum_post_count_before_removal minimum_removal_date
  moderated num_spawns open_subscribe posters posters_includes_members private_archive_file_dir
  public_archive_file_dir reminders_to_admins requests web_subscribe_requires_confirmation`;

const names = (text: string): readonly string[] => text.trim().split(/\s+/);
const rows = [...ATTRIBUTE_TABLE.values()];

describe('the attribute table', () => {
  it('has a row for every attribute of every release, and none for another', () => {
    const known = [...names(OF_2_1_39), ...names(OF_OLDER_RELEASES)].sort();
    expect([...ATTRIBUTE_TABLE.keys()].sort()).toEqual(known);
  });

  it('has one row for each', () => {
    const all = ATTRIBUTE_GROUPS.flatMap(({ rows: group }) => group);
    expect(all).toHaveLength(ATTRIBUTE_TABLE.size);
  });

  it.each(rows.map((row) => [row.attribute, row] as const))('%s has its reason', (_name, row) => {
    expect(row.reason).not.toBe('');
    if (row.verdict === 'approximate' || row.verdict === 'unsupported' || row.limit !== undefined) {
      expect(row.instead ?? '', 'what the owner can do instead').not.toBe('');
    }
    if (row.convert !== undefined) expect(row.target).not.toBeNull();
    if (row.verdict === 'unsupported' || row.verdict === 'internal') expect(row.target).toBeNull();
  });

  it('knows the default of Mailman 2 for every attribute that decides a setting', () => {
    const targets = new Set(
      Object.keys(MAILMAN2_DEFAULTS).map((name) => ATTRIBUTE_TABLE.get(name)?.target),
    );
    // What a list of any release says of itself.
    const own = ['display_name', 'description', 'info', 'subject_prefix'];
    const decided = rows.filter(({ convert }) => convert !== undefined).map(({ target }) => target);
    expect(decided.filter((target) => !targets.has(target) && !own.includes(target ?? ''))).toEqual(
      [],
    );
  });
});
