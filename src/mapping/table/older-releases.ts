// SPDX-License-Identifier: GPL-3.0-or-later
import { isTruthy } from '../../model/mailman2-list.js';
import { type AttributeRow, internal, renamed, unsupported } from '../row.js';

/**
 * Attributes that only lists last saved by Mailman 2.0, by 1.x or by a pre-release hold: Mailman
 * 2.1 renames or drops them when it opens such a list (its versions.py).
 */
export const OLDER_RELEASES: readonly AttributeRow[] = [
  renamed('moderated', 'default_member_moderation'),
  renamed('member_posting_only', 'generic_nonmember_action'),
  renamed('posters', 'accept_these_nonmembers'),
  renamed('posters_includes_members', 'member_posting_only'),
  renamed('forbidden_posters', 'hold_these_nonmembers'),
  renamed('bad_posters', 'forbidden_posters'),
  renamed('dont_respond_to_post_requests', 'respond_to_post_requests'),
  renamed('author_is_list', 'from_is_list'),
  renamed('reminders_to_admins', 'umbrella_list'),
  renamed('closed', 'private_roster'),
  renamed('auto_subscribe', 'subscribe_policy'),
  renamed('open_subscribe', 'subscribe_policy'),
  renamed('accepable_aliases', 'acceptable_aliases'),
  internal('web_subscribe_requires_confirmation', 'the subscription policy took its place'),
  unsupported(
    'requests',
    'what waits for a moderator in the form of Mailman 1',
    'open the list once with Mailman 2.1, which renews them, or decide on them there',
    (value) => !isTruthy(value),
  ),
  ...[
    'automatic_bounce_action',
    'automatically_remove',
    'max_posts_between_bounces',
    'mimimum_post_count_before_bounce_action', // a slip of Mailman's own versions.py
    'mimimum_post_count_before_removal',
    'minimum_post_count_before_bounce_action',
    'minimum_post_count_before_removal',
    'minimum_removal_date',
  ].map((attribute) => internal(attribute, 'bounces of Mailman 2.0: later releases count anew')),
  ...[
    'archive_directory',
    'archive_retain_text_copy',
    'archive_update_frequency',
    'clobber_date',
    'private_archive_file_dir',
    'public_archive_file_dir',
  ].map((attribute) => internal(attribute, 'where and how the old archive was written')),
  internal('filter_prog', 'never in use'),
  internal('num_spawns', 'processes of the old delivery'),
  internal('_base_archive_url', 'left over from a running process'),
  internal('_lock_file', 'left over from a running process'),
  internal('_mime_separator', 'left over from a running process'),
  internal('_template_dir', 'left over from a running process'),
  internal('useropts_version', 'says that member options are in their later form'),
];
