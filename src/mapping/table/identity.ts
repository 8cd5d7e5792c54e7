// SPDX-License-Identifier: GPL-3.0-or-later
import { isAcceptableToCore } from '../../model/email-address.js';
import type { Json } from '../../model/json.js';
import { isTruthy, numberAttribute, stringsAttribute } from '../../model/mailman2-list.js';
import { bound, choice, flag, oneLine, text } from '../conversions.js';
import {
  type AttributeRow,
  carried,
  changed,
  type Conversion,
  exact,
  internal,
  kept,
  unsupported,
  unneeded,
} from '../row.js';
import { subjectPrefix } from '../subject-prefix.js';

const ONE_LINE = {
  limit: 'line breaks become blanks',
  instead: 'shorten it in Postorius, and put what is long into info',
} as const;

const nothing = (value: Json): boolean => !isTruthy(value);

const language: Conversion = (value, _list, { languages, siteLanguage }) =>
  typeof value === 'string' && languages.has(value)
    ? kept(value)
    : changed(
        siteLanguage,
        `Core does not know the language ${JSON.stringify(value)}: ${siteLanguage} instead`,
      );

// Mailman 2 asks for 1 and for 2; anything else leaves Reply-To alone (Handlers/CookHeaders.py).
const REPLY_EXPLICITLY = 2;
const replyChoice = choice('no_munging', 'point_to_list', 'explicit_header');

const replyGoesTo: Conversion = (value, list, context) => {
  const address = list.attributes['reply_to_address'];
  // Core cannot write a header with such an address, and would deliver nothing at all.
  if (value === REPLY_EXPLICITLY && !(typeof address === 'string' && isReplyAddress(address))) {
    return changed('no_munging', `the explicit reply address ${JSON.stringify(address)} is none`);
  }
  return value === '' || value === null ? kept('no_munging') : replyChoice(value, list, context);
};

const isReplyAddress = (address: string): boolean => {
  const named = /^[\x20-\x7e]*<([^<>]+)>$/.exec(address.trim());
  return isAcceptableToCore(named?.[1] ?? address.trim());
};

const replyAddress: Conversion = (value, list) => {
  const line = oneLine(value);
  if (line.kind === 'lost' || typeof line.value !== 'string') return line;
  if (line.value.trim() === '' || isReplyAddress(line.value)) return kept(line.value.trim());
  const note = `${JSON.stringify(value)} is no address that Core takes`;
  return numberAttribute(list, 'reply_goes_to_list') === REPLY_EXPLICITLY
    ? changed('', note)
    : kept('', note);
};

const listPostHeader: Conversion = (value) =>
  isTruthy(value) ? kept(true) : kept(false, 'Core says `List-Post: NO` instead of nothing');

/** Who the list is and how its messages look. */
export const IDENTITY: readonly AttributeRow[] = [
  exact('real_name', 'display_name', oneLine, ONE_LINE),
  exact('description', 'description', oneLine, ONE_LINE),
  exact('info', 'info', text),
  exact('subject_prefix', 'subject_prefix', subjectPrefix, {
    reason: 'same meaning, `%d` included; Core wants the blank behind it written out',
    limit: 'other percent signs are left out: with them Core would hold up every post',
    instead: 'write the prefix in other words in Postorius',
  }),
  carried('host_name', 'list address', 'names the domain of the list'),
  carried('web_page_url', 'redirects', 'names the old web pages, which the redirects lead on'),
  exact('preferred_language', 'preferred_language', language, {
    reason: 'same language code',
    limit: "where Core lacks the language, the site's stands in",
    instead: 'add a [language.CODE] section to mailman.cfg before the migration',
  }),
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
  exact('reply_goes_to_list', 'reply_goes_to_list', replyGoesTo, {
    limit: 'an explicit address that is none becomes no change of Reply-To',
    instead: 'enter the reply address in Postorius',
  }),
  exact('reply_to_address', 'reply_to_address', replyAddress, {
    limit: 'left empty where it is no address: Core could deliver nothing',
    instead: 'enter the reply address in Postorius',
  }),
  exact('include_rfc2369_headers', 'include_rfc2369_headers', flag),
  exact('include_list_post_header', 'allow_list_posts', listPostHeader, {
    reason: 'names the posting address in the List-Post header',
    limit: 'where it is off, Core says `List-Post: NO`, as RFC 2369 has it',
    instead: 'nothing to do',
  }),
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
    'Mailman 3 has no umbrella lists: it writes to a sub-list as to any member',
    'subscribe the sub-lists by their posting addresses, as they are, and accept their posts there',
    (value) => !isTruthy(value),
  ),
  internal('umbrella_member_suffix', 'belongs to umbrella_list'),
  unsupported(
    'regular_exclude_lists',
    'Mailman 3 has no sibling lists: who is on both gets each message from both',
    'let such members leave one of the lists, or turn off their delivery there',
    nothing,
  ),
  unsupported(
    'regular_include_lists',
    'Mailman 3 has no sibling lists: members of those get nothing from this one',
    'subscribe the posting address of the sibling list to this list',
    nothing,
  ),
  internal('regular_exclude_ignore', 'belongs to regular_exclude_lists'),
  exact('max_num_recipients', 'max_num_recipients', bound, { reason: 'same meaning; 0: no limit' }),
  exact('max_message_size', 'max_message_size', bound, {
    reason: 'kilobytes in both; 0: no limit',
  }),
  internal('_internal_name', 'the name of the folder'),
  internal('data_version', 'version of the old data format'),
  internal('admin_member_chunksize', 'page length of the old web pages'),
];
