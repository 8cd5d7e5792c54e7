// SPDX-License-Identifier: GPL-3.0-or-later
import { isTruthy, stringsAttribute } from '../../model/mailman2-list.js';
import { choice, count, flag, oneLine, text } from '../conversions.js';
import {
  type AttributeRow,
  carried,
  exact,
  internal,
  kept,
  lost,
  unsupported,
  unneeded,
} from '../row.js';

/** Who the list is and how its messages look. */
export const IDENTITY: readonly AttributeRow[] = [
  exact('real_name', 'display_name', text),
  exact('description', 'description', oneLine),
  exact('info', 'info', text),
  exact(
    'subject_prefix',
    'subject_prefix',
    // Mailman 2 strips the prefix and puts one blank behind it (Handlers/CookHeaders.py); Core
    // puts it before the subject as it stands. Both number the post where it holds %d.
    (value) =>
      typeof value !== 'string'
        ? lost('not a text')
        : kept(value.trim() === '' ? '' : `${value.trim()} `),
    { reason: 'same meaning; Core wants the blank behind the prefix written out' },
  ),
  carried('host_name', 'list address', 'names the domain of the list'),
  carried('web_page_url', 'redirects', 'names the old web pages, which the redirects lead on'),
  {
    attribute: 'preferred_language',
    verdict: 'exact',
    target: 'preferred_language',
    reason: 'same language code',
    instead: 'add a [language.xx] section to mailman.cfg',
    convert: (value, _list, context) =>
      typeof value === 'string' && context.languages.has(value)
        ? kept(value)
        : kept('en', `Core does not know the language ${JSON.stringify(value)}: English instead`),
  },
  unneeded(
    'available_languages',
    'Mailman 3 offers all of its languages on every list',
    (_value, list) =>
      stringsAttribute(list, 'available_languages').every(
        (code) => code === list.attributes['preferred_language'],
      ),
  ),
  unneeded(
    'encode_ascii_prefixes',
    'Core decides by itself when a prefix must be encoded',
    (value) => !isTruthy(value),
  ),
  exact('anonymous_list', 'anonymous_list', flag),
  exact('first_strip_reply_to', 'first_strip_reply_to', flag),
  exact(
    'reply_goes_to_list',
    'reply_goes_to_list',
    choice('no_munging', 'point_to_list', 'explicit_header'),
  ),
  exact('reply_to_address', 'reply_to_address', text),
  exact('include_rfc2369_headers', 'include_rfc2369_headers', flag),
  exact('include_list_post_header', 'allow_list_posts', flag),
  unneeded('include_sender_header', 'Core never rewrites the Sender header', isTruthy),
  unneeded(
    'drop_cc',
    'Core has its own rule (handler avoid-duplicates) and no switch for it',
    isTruthy,
  ),
  exact('personalize', 'personalize', choice('none', 'individual', 'full')),
  exact('advertised', 'advertised', flag),
  unsupported(
    'umbrella_list',
    'Mailman 3 has no umbrella lists',
    'subscribe the sub-lists by their posting addresses, and turn off confirmation mail to them',
    (value) => !isTruthy(value),
  ),
  internal('umbrella_member_suffix', 'belongs to umbrella_list'),
  ...(['regular_exclude_lists', 'regular_include_lists'] as const).map((attribute) =>
    unsupported(
      attribute,
      'Mailman 3 has no sibling lists',
      'subscribe the sibling list itself as a member, or merge the lists',
      (value) => !isTruthy(value),
    ),
  ),
  internal('regular_exclude_ignore', 'belongs to regular_exclude_lists'),
  exact('max_num_recipients', 'max_num_recipients', count),
  exact('max_message_size', 'max_message_size', count, { reason: 'kilobytes in both' }),
  internal('_internal_name', 'the name of the folder'),
  internal('data_version', 'version of the old data format'),
  internal('admin_member_chunksize', 'page length of the old web pages'),
  internal('member_verbosity_interval', 'a guard of the old software'),
  internal('member_verbosity_threshold', 'a guard of the old software'),
];
